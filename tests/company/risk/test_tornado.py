from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.stats import norm, spearmanr

from whet.company.cash.company import Company, World, simulate
from whet.company.cash.lines import Cost, Pay, Round
from whet.company.cash.revenue import Sales, Subscription
from whet.company.risk.tornado import SCREENED, inputs, outcomes, spearman, tornado
from whet.company.simulation.calendars import Capacity
from whet.company.simulation.efforts import EstimateError
from whet.company.simulation.estimates import Z90, ThreePoint, certain
from whet.company.simulation.network import Activity, Network
from whet.company.simulation.risks import Impact, Risk

SALES = Sales("app", certain(3), counted=False)
IMPACTS = (Impact("effort_days", certain(30), ("big",)), Impact("cash", certain(700)))
CREWS = {"ada": Capacity("ada", np.ones(900))}


@pytest.fixture(scope="module")
def world() -> World:
    company = Company(
        date(2027, 1, 1),
        12,
        10_000,
        network=Network((Activity("big", (), "ada"), Activity("goal", ())), CREWS),
        efforts={"big": ThreePoint(80, 100, 120)},
        deadlines={"goal": None},
        error=EstimateError(correlation=0.25),
        people=(Pay("ada", 1000),),
        costs=(Cost("gpu", "compute", ThreePoint(90, 100, 110)), Cost("rent", "other", certain(5))),
        revenues=(
            Subscription(
                Sales("app", certain(3), counted=False), certain(9), ThreePoint(0.01, 0.05, 0.1)
            ),
        ),
        rounds=(Round("seed", certain(4000), 0.5, on=date(2027, 5, 1)),),
        risks=(
            Risk(
                "r",
                0.2,
                (Impact("effort_days", certain(30), ("big",)), Impact("cash", certain(700))),
            ),
        ),
        discount=0.0,
    )
    return simulate(company, draws=20_000)


def test_bars_are_conditional_means(world: World) -> None:
    bars = {bar.input: bar for bar in tornado(world, outcomes(world)["end"])}
    # Mean of a standard normal in its highest tenth: phi(z90) / 0.1; it has half the spread
    # (rho = 0.25), and the risk adds 30 x 0.2 whatever it is.
    tail = 0.5 * norm.pdf(Z90) / 0.1 * 20 / Z90
    together = bars["all estimates together"]
    assert together.high.value == pytest.approx(106 + tail, abs=4 * together.high.error)
    assert together.low.value == pytest.approx(106 - tail, abs=4 * together.low.error)
    risk = bars["risk: r"]
    assert risk.high.value - risk.low.value == pytest.approx(30, abs=1.5)


def test_the_longest_bar_comes_first_and_what_moves_nothing_is_short(world: World) -> None:
    bars = tornado(world, outcomes(world)["value"])
    widths = [abs(bar.high.value - bar.low.value) for bar in bars]
    assert widths == sorted(widths, reverse=True)
    assert bars[0].input == "risk: r"
    assert tornado(world, outcomes(world)["value"], top=2) == bars[:2]
    # Whether the round comes is no operating value.
    seed = next(bar for bar in bars if bar.input == "round: seed")
    assert abs(seed.high.value - seed.low.value) < 5 * (seed.high.error + seed.low.error)
    assert seed.correlation_low < 0 < seed.correlation_high


def test_the_round_moves_the_runway(world: World) -> None:
    assert tornado(world, outcomes(world)["runway"])[0].input == "round: seed"


def test_inputs_are_those_that_are_uncertain(world: World) -> None:
    names = [name for name, _ in inputs(world)]
    assert names == [
        "all estimates together",
        "effort: big",
        "risk: r",
        "round: seed",
        "cost: gpu",
        "demand of the market",
        "churn: app",
    ]


def test_an_outcome_that_never_changes_has_no_bars(world: World) -> None:
    assert tornado(world, np.zeros(20_000)) == []


def test_outcomes_are_cut_at_the_horizon(world: World) -> None:
    found = outcomes(world)
    assert set(found) == {"value", "end", "runway", "milestone: goal"}
    assert found["runway"].max() == 12


def test_rank_correlation_is_scipy_s() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=500), rng.integers(0, 5, 500).astype(float)
    assert spearman(x, y) == pytest.approx(spearmanr(x, y).statistic)
    assert spearman(x, np.exp(x)) == pytest.approx(1)
    assert spearman(np.ones(9), np.arange(9.0)) == 0


def test_of_many_inputs_those_that_matter_are_screened_in() -> None:
    costs = [Cost(f"c{i}", "other", ThreePoint(9, 10, 11)) for i in range(SCREENED + 50)]
    # The large ones come last, so that keeping the first would lose them.
    costs += [Cost(f"large{i}", "other", ThreePoint(0, 500, 2000 + i)) for i in range(3)]
    company = Company(date(2027, 1, 1), 6, 100_000, costs=tuple(costs))
    drawn = simulate(company, draws=600)
    outcome = outcomes(drawn)["value"]
    bars = tornado(drawn, outcome)
    assert len(bars) == SCREENED < len(list(inputs(drawn)))
    assert {bar.input for bar in bars[:3]} == {"cost: large0", "cost: large1", "cost: large2"}
    # A bar that is kept is what it is among few inputs.
    few = simulate(replace(company, costs=tuple(costs[-3:])), draws=600)
    alone = {bar.input: bar for bar in tornado(few, outcome)}
    assert bars[0] == alone[bars[0].input]
