import re
from datetime import date

import numpy as np
import pytest

from whet.company.cash.lines import Cost, Pay, Round, cost_flow, pay_flow, round_flow
from whet.company.cash.months import Months
from whet.company.simulation.estimates import ThreePoint, certain
from whet.company.simulation.streams import Draws, Streams
from whet.core.errors import InputError

MONTHS = Months(date(2027, 1, 1), 4)
STREAMS = Streams(1000, 0)


def reached(name: str) -> Draws:
    assert name == "beta"
    return np.where(np.arange(1000) < 500, 1.5, 9.0)


def test_people_are_paid_for_the_part_of_the_month_that_they_are_there() -> None:
    people = (
        Pay("ada", 3100, end=date(2027, 2, 14)),
        Pay("bob", 2800, start=date(2027, 2, 15)),
        Pay("gone", 9000, end=date(2026, 12, 31)),
    )
    assert pay_flow(people, MONTHS)[0] == pytest.approx([3100, 1550 + 1400, 2800, 2800])


def test_pay_grows_by_the_month() -> None:
    found = pay_flow((Pay("ada", 1000),), MONTHS, growth=0.12)
    assert found[0] == pytest.approx([1000 * 1.12 ** (k / 12) for k in range(4)])


def test_costs_by_hand() -> None:
    rent = Cost("rent", "other", certain(100), start=date(2027, 2, 1), growth=0.1)
    assert cost_flow(rent, MONTHS, STREAMS, begin=reached).tolist()[0] == pytest.approx(
        [0, 100, 110, 121]
    )
    once = Cost("audit", "other", certain(700), once=True, start=date(2027, 3, 31))
    assert cost_flow(once, MONTHS, STREAMS, begin=reached).tolist() == [[0, 0, 700, 0]]


def test_a_cost_after_a_milestone_waits_for_it_in_each_draw() -> None:
    labels = Cost("labels", "labels", certain(80), once=True, after="beta")
    found = cost_flow(labels, MONTHS, STREAMS, begin=reached)
    assert found[0].tolist() == [0, 80, 0, 0] and found[-1].sum() == 0
    monthly = Cost("gpu", "compute", certain(80), after="beta")
    assert cost_flow(monthly, MONTHS, STREAMS, begin=reached)[0].tolist() == [0, 40, 80, 80]


def test_an_uncertain_cost_is_one_number_a_draw() -> None:
    found = cost_flow(Cost("gpu", "compute", ThreePoint(1, 2, 4)), MONTHS, STREAMS, begin=reached)
    assert found.shape == (1000, 4)
    assert np.array_equal(found[:, 0], found[:, 3])
    assert np.median(found) == pytest.approx(2, rel=0.1)


def test_a_round_comes_or_does_not() -> None:
    seed = Round("seed", certain(500), 0.4, on=date(2027, 2, 1), delay_months=ThreePoint(0, 1, 2))
    found = round_flow(seed, MONTHS, Streams(40_000, 0), begin=reached).sum(axis=1)
    assert set(found.tolist()) == {0.0, 500.0}
    assert np.mean(found > 0) == pytest.approx(0.4, abs=0.01)


def test_a_round_waits_for_its_milestone_and_may_never_arrive() -> None:
    seed = Round("seed", certain(500), 1.0, on=date(2027, 1, 1), after="beta")
    found = round_flow(seed, MONTHS, STREAMS, begin=reached)
    assert found[0].tolist() == [0, 500, 0, 0] and found[-1].sum() == 0
    never = Round("never", certain(500), 0.0)
    assert round_flow(never, MONTHS, STREAMS, begin=reached).sum() == 0


def test_wrong_lines_are_refused() -> None:
    for build, sentence in (
        (
            lambda: Pay("ada", -1),
            "The cost of 'ada' must be at least 0; found -1 a month.",
        ),
        (
            lambda: Cost("rent", "other", certain(1), growth=-1),
            "The cost 'rent' needs a growth above -1; found -1.",
        ),
        (
            lambda: Round("seed", certain(1), 1.1),
            "The probability of the round 'seed' must be from 0 to 1; found 1.1.",
        ),
    ):
        with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
            build()
