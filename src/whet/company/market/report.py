"""What does `whet plan market` answer? Rivals, price tests, buyers to come, rules with dates."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from whet.company.market.compliance import ComplianceMilestone, compliance_calendar
from whet.company.market.demand import Case, DemandMonth, Fitted, demand, fit_bass, peak_month
from whet.company.market.from_plan import (
    cases_of,
    ladder_of,
    meter_of,
    rules_of,
    segment_maps,
)
from whet.company.market.gabor_granger import PriceTest
from whet.company.market.price_meter import PriceMeter
from whet.company.market.rivals import SegmentMap
from whet.company.plan.schema import Plan
from whet.core.errors import InputError

NO_MARKET = "The plan says nothing about the market. Add `market:` with segments, rivals or rules."


@dataclass(frozen=True)
class ProductTest:
    """A price test of a product. `refused`: why a part of it gives no answer."""

    id: str
    product: str
    meter: PriceMeter | None
    ladder: PriceTest | None
    refused: tuple[str, ...]


@dataclass(frozen=True)
class SegmentDemand:
    """Buyers of a segment: by scenario and month, and the curve of what was won so far.

    `peak_month` is when most buy, averaged over the cases; None without cases.
    """

    segment: str
    cases: tuple[Case, ...]
    months: tuple[DemandMonth, ...]
    peak_month: float | None
    own: Fitted | None


@dataclass(frozen=True)
class MarketReport:
    """Everything about a plan's market on a day."""

    today: date
    maps: tuple[SegmentMap, ...]
    price_tests: tuple[ProductTest, ...]
    demand: tuple[SegmentDemand, ...]
    rules: tuple[ComplianceMilestone, ...]
    missing: tuple[str, ...]


def market_report(
    plan: Plan, folder: Path, *, today: date | None = None, seed: int = 0
) -> MarketReport:
    """Return everything about a plan's market.

    A price test with too few answers is kept with the reason, so that the rest is still answered.

    Args:
        plan: the plan.
        folder: the folder that its files are relative to.
        today: the day that dates are compared with; the plan's start when None.
        seed: of bootstraps and drawn weights.

    Raises:
        InputError: a file that cannot be read, or numbers that cannot be meant.
    """
    market, day = plan.market, today or plan.start
    is_empty = not (market.segments or market.rivals or market.price_tests or market.rules)
    return MarketReport(
        day,
        segment_maps(plan, seed=seed),
        tuple(_price_test(test.id, plan, folder, seed) for test in market.price_tests),
        tuple(_demand(segment.id, plan, seed) for segment in market.segments),
        compliance_calendar(rules_of(plan), today=day),
        (NO_MARKET,) if is_empty else (),
    )


def _price_test(name: str, plan: Plan, folder: Path, seed: int) -> ProductTest:
    """Return one price test, with the reason where a part of it is refused."""
    test = next(test for test in plan.market.price_tests if test.id == name)
    refused = []
    meter, ladder = None, None
    try:
        meter = meter_of(test, folder, seed=seed)
    except InputError as error:
        refused.append(str(error))
    try:
        ladder = ladder_of(test, seed=seed)
    except InputError as error:
        refused.append(str(error))
    return ProductTest(test.id, test.product, meter, ladder, tuple(refused))


def _demand(name: str, plan: Plan, seed: int) -> SegmentDemand:
    """Return the buyers of a segment."""
    segment = next(segment for segment in plan.market.segments if segment.id == name)
    cases = cases_of(plan, segment)
    months = demand(cases, plan.months) if cases else ()
    peak = sum(case.probability * peak_month(case.curve) for case in cases) if cases else None
    own = fit_bass(segment.won, seed=seed) if segment.won else None
    return SegmentDemand(name, cases, months, peak, own)
