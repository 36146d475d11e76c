"""How do the answers on the market become its section?"""

from collections.abc import Sequence

from whet.company.market.compliance import ComplianceMilestone
from whet.company.market.gabor_granger import PriceTest
from whet.company.market.price_meter import PriceMeter
from whet.company.market.rivals import SegmentMap
from whet.company.pictures.position import Offer
from whet.company.plan.schema import Plan
from whet.company.report.filling.names import Names
from whet.company.report.sections.evidence import MarketSection, PriceMap, Rule
from whet.company.report.sections.ranges import Range

_POINTS = 100
_METER = {
    "PMC": "cheapest that is believed",
    "PME": "dearest that is accepted",
    "OPP": "fewest object",
    "IPP": "as many find it cheap as dear",
}


def market_section(
    plan: Plan,
    maps: Sequence[SegmentMap],
    meters: Sequence[tuple[str, PriceMeter]],
    ladders: Sequence[tuple[str, PriceTest]],
    rules: Sequence[ComplianceMilestone],
) -> MarketSection:
    """Return prices against value, price tests, scenarios of demand, and the calendar of rules.

    Tests come with their names. Offers that are called like one of our products are ours.
    """
    names = Names(plan)
    ours = {product.name or product.id for product in plan.products}
    tested = [
        (f"{name}: {_METER.get(point.name, point.name)}", Range(point.price, point.low, point.high))
        for name, meter in meters
        for point in meter.points
    ]
    tested += [
        (f"{name}: most profit", Range(ladder.best, ladder.low, ladder.high))
        for name, ladder in ladders
    ]
    return MarketSection(
        maps=tuple(
            PriceMap(
                names.segment(found.segment),
                tuple(
                    Offer(place.offer, place.price, _POINTS * place.value, place.offer in ours)
                    for place in found.places
                ),
            )
            for found in maps
        ),
        prices=tuple(tested),
        demand=tuple((s.id, s.probability, s.demand) for s in plan.market.scenarios),
        rules=tuple(_rule(rule) for rule in rules),
    )


def _rule(found: ComplianceMilestone) -> Rule:
    """Return one rule with its dates."""
    rule = found.rule
    return Rule(rule.name, rule.due, found.start_by, found.status, rule.owner)
