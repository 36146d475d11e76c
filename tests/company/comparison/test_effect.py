"""Tests for whet.company.comparison.effect: by hand, pairs against singles, what is missing."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from whet.company.comparison.effect import Effect, Row, Side, _half_width, _mean, effect_of
from whet.company.plan.schema import Plan
from whet.core.errors import InputError

TEN, FIFTEEN = 10, 15
PEOPLE = [{"id": "ada", "role": "ml", "skills": {"ml": 1}, "cost_per_month": 1000}]


def plan(effort: Any = TEN, *, cash: bool = True, office: float = 100, **more: Any) -> Plan:
    given: dict[str, Any] = {
        "currency": "EUR",
        "start": "2027-02-01",
        "months": 4,
        "people": PEOPLE,
        "assumptions": {"spread": 1},
        "projects": [
            {
                "id": "p",
                "goal": "g",
                "milestones": [{"id": "done", "deadline": "2027-03-31", "penalty_per_week": 10}],
                "tasks": [{"id": "t", "effort": effort, "skills": {"ml": 1}, "milestone": "done"}],
            }
        ],
    }
    if cash:
        given["cash"] = {"balance": 9000, "costs": [{"id": "office", "per_month": office}]}
    return Plan.model_validate(given | more)


def compared(old: Plan, new: Plan, draws: int = 400) -> tuple[Effect, dict[str, Row]]:
    found = effect_of(Side("old", old), Side("new", new), draws=draws, seed=1)
    return found, {row.name: row for row in found.rows}


def test_certain_plans_by_hand() -> None:
    # Ten days of work from Monday are done on Friday of the second week; five more: a week later.
    found, rows = compared(plan(), plan(FIFTEEN, office=150))
    assert rows["done P50"].before == date(2027, 2, 12)
    assert rows["done P80"].after == date(2027, 2, 19)
    assert rows["done P80"].difference == pytest.approx(7)
    assert rows["done P80"].low == pytest.approx(7)
    assert rows["done P80"].high == pytest.approx(7)
    assert rows["cash at the end, mean"].before == pytest.approx(9000 - 4 * 1100)
    assert rows["cash at the end, mean"].difference == pytest.approx(-200)
    assert rows["money runs out"].difference == 0
    assert found.sentence == (
        "new reaches done 7 days later (P80) and ends with 200 EUR less on average."
    )
    assert not found.notes


def test_a_plan_against_itself_differs_by_nothing() -> None:
    found, _ = compared(plan([5, 10, 30]), plan([5, 10, 30]))
    assert {row.difference for row in found.rows} == {0.0}
    assert {(row.low, row.high) for row in found.rows} == {(0.0, 0.0)}
    assert found.sentence == "new changes no date and no money."


def test_pairs_are_much_more_exact_than_single_draws() -> None:
    rng = np.random.default_rng(3)
    old = rng.lognormal(3.0, 0.5, size=4000)
    alone = _half_width(_mean, old, rng.permutation(old) * 1.1)
    assert _half_width(_mean, old, old * 1.1) < alone / 5
    _, rows = compared(plan([5, 10, 30]), plan([5.5, 11, 33]), draws=2000)
    row = rows["done P50"]
    assert row.low is not None and row.high is not None and row.difference is not None
    assert row.low < row.difference < row.high


def test_the_interval_of_a_mean_holds_the_truth_in_nineteen_of_twenty() -> None:
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        old = rng.exponential(size=400)
        new = old + rng.normal(1.0, 0.5, size=400)
        half = _half_width(_mean, old, new)
        held += abs(_mean(new) - _mean(old) - 1.0) <= half
    assert 0.92 <= held / 400 <= 0.98


def test_without_cash_dates_are_still_compared() -> None:
    found, rows = compared(plan(cash=False), plan(FIFTEEN))
    assert rows["done P80"].difference == pytest.approx(7)
    row = rows["cash at the end, mean"]
    assert (row.before, row.difference) == (None, None)
    assert row.after == pytest.approx(9000 - 4400)
    assert found.notes == ("old has no section `cash`, so its money is not told.",)


def test_a_side_that_cannot_be_done_says_why() -> None:
    away = {**PEOPLE[0], "end": "2027-02-02"}
    found, rows = compared(plan(), plan(people=[away]))
    assert rows["done P80"].before == date(2027, 2, 12)
    assert (rows["done P80"].after, rows["done P80"].difference) == (None, None)
    assert found.notes[0].startswith("new has no dates and no cash: ")
    assert found.sentence == "new cannot be compared; the notes say why."


def test_two_currencies_have_no_difference_of_money() -> None:
    found, rows = compared(plan(), plan(FIFTEEN, currency="USD"))
    assert rows["cash at the end, mean"].difference is None
    assert rows["done P50"].difference == pytest.approx(7)
    assert "Money is in EUR before and in USD after: no difference of money is told." in found.notes


def test_plans_that_end_at_different_times_are_compared_up_to_the_earlier_end() -> None:
    found, rows = compared(plan(), plan(months=6))
    assert rows["cash at the end, mean"].difference == 0
    assert "value, mean" not in rows
    assert found.notes == ("The plans end at different times; money is compared up to 2027-06-01.",)


def test_the_value_of_the_best_split_is_compared() -> None:
    channel = {"id": "ads", "response": {"kind": "linear", "scale": 2}}
    one, two = (plan(channels=[channel], strategy={"budget": b}) for b in (100, 150))
    _, rows = compared(one, two)
    assert rows["value of the best split"].difference == pytest.approx(100)
    assert rows["one more unit of money"].before == pytest.approx(2)


def test_too_few_draws_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        compared(plan(), plan(), draws=100)
    assert str(caught.value) == (
        "A comparison needs at least 200 draws for its intervals; found 100."
    )
