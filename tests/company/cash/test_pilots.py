import re
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta

from whet.company.cash.pilots import (
    Foresight,
    Pilot,
    belief,
    confidence_sequence,
    foresee,
    standing,
)
from whet.core.errors import InputError


def pilot(**changes: Any) -> Pilot:
    given: dict[str, Any] = {"id": "beta", "per_week": 5, "poor": 0.1, "good": 0.3, "weeks": 26}
    return Pilot(**(given | changes))


def simulated(plan: Pilot, share: float, draws: int = 4000) -> tuple[float, float, float]:
    """Return the odds of `go` and `stop`, and the mean weeks, by asking `standing` every week."""
    rng = np.random.default_rng(int(1000 * share))
    wins = np.cumsum(rng.binomial(plan.at_once, share, (draws, plan.looks)), axis=1)
    known: dict[tuple[int, int], str] = {}
    answers, weeks = [], []
    for row in wins:
        answer = "go on"
        for look, won in enumerate(row, 1):
            key = (int(won), look * plan.at_once)
            if key not in known:
                known[key] = standing(plan, *key).answer
            answer = known[key]
            if answer != "go on":
                break
        answers.append(answer)
        weeks.append(look * plan.look_weeks)
    return answers.count("go") / draws, answers.count("stop") / draws, float(np.mean(weeks))


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_the_forecast_is_what_a_simulation_shows(share: float) -> None:
    plan = pilot()
    exact = next(f for f in foresee(plan) if f.share == share)
    go, stop, weeks = simulated(plan, share)
    assert go == pytest.approx(exact.go, abs=0.025)
    assert stop == pytest.approx(exact.stop, abs=0.025)
    assert weeks == pytest.approx(exact.weeks, abs=0.35)


@pytest.mark.parametrize("share", [0.02, 0.07, 0.1])
def test_a_poor_product_goes_on_at_most_as_often_as_was_said(share: float) -> None:
    go, _, _ = simulated(pilot(weeks=100), share)
    assert go <= 0.05 + 0.01


@pytest.mark.parametrize("share", [0.3, 0.4, 0.6])
def test_a_good_product_is_stopped_at_most_as_often_as_was_said(share: float) -> None:
    _, stop, _ = simulated(pilot(weeks=100), share)
    assert stop <= 0.1 + 0.015


def test_the_odds_of_errors_hold_for_every_question() -> None:
    for poor, good in ((0.01, 0.03), (0.2, 0.3), (0.5, 0.9)):
        at_poor, at_good = foresee(pilot(poor=poor, good=good, per_week=10, weeks=100))
        assert at_poor.go <= 0.05 and at_good.stop <= 0.1


def test_the_evidence_is_the_integral_that_it_should_be() -> None:
    wins, n = 7, 20
    found = standing(pilot(), wins, n)
    for low, high, at, evidence in (
        (0.1, 1.0, 0.1, found.against_poor),
        (0.0, 0.3, 0.3, found.against_good),
    ):
        mixed, _ = quad(lambda p: p**wins * (1 - p) ** (n - wins), low, high)
        assert evidence == pytest.approx(mixed / (high - low) / (at**wins * (1 - at) ** (n - wins)))


def test_answers_of_a_running_pilot() -> None:
    assert standing(pilot(), 0, 0).answer == "go on"
    assert standing(pilot(), 9, 20).answer == "go"
    assert standing(pilot(), 0, 20).answer == "stop"


def test_a_pilot_that_has_an_answer_takes_no_week() -> None:
    at_poor, at_good = foresee(pilot(asked=20, won=9))
    assert at_poor == Foresight(0.1, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert at_good.weeks == 0


def test_few_customers_take_more_weeks_each() -> None:
    slow = pilot(per_week=0.5, weeks=26)
    assert (slow.look_weeks, slow.at_once, slow.looks) == (2.0, 1, 13)
    at_poor, _ = foresee(slow)
    assert at_poor.weeks <= 26 and at_poor.customers <= 13
    assert at_poor.weeks == pytest.approx(2 * at_poor.customers)


def test_a_belief_mixes_the_shares() -> None:
    a, b = belief(0.1, 0.2, 0.35)
    believed = foresee(pilot(believed=(a, b)))[-1]
    # The same odds, by asking at every share and weighing.
    grid = (np.arange(40) + 0.5) / 40
    weights = beta.pdf(grid, a, b) / beta.pdf(grid, a, b).sum()
    goes = [simulated(pilot(), float(p), 400)[0] for p in grid]
    assert believed.share is None
    assert believed.go == pytest.approx(float(np.dot(goes, weights)), abs=0.02)
    assert believed.go + believed.stop + believed.undecided == pytest.approx(1)


def test_a_belief_fits_its_three_numbers() -> None:
    a, b = belief(0.1, 0.2, 0.32)
    assert beta(a, b).ppf(0.1) == pytest.approx(0.1, abs=0.02)
    assert beta(a, b).ppf(0.9) == pytest.approx(0.32, abs=0.03)
    assert belief(0.0, 0.5, 1.0) == (1.0, 1.0)


def test_the_confidence_sequence_holds_at_all_times() -> None:
    rng = np.random.default_rng(3)
    missed = 0
    bounds: dict[tuple[int, int], tuple[float, float]] = {}
    for _ in range(300):
        wins = np.cumsum(rng.random(60) < 0.3)
        for n, won in enumerate(wins, 1):
            key = (int(won), n)
            if key not in bounds:
                bounds[key] = confidence_sequence(*key)
            low, high = bounds[key]
            if not low <= 0.3 <= high:
                missed += 1
                break
    assert missed / 300 <= 0.05 + 0.02


def test_the_confidence_sequence_at_its_ends() -> None:
    assert confidence_sequence(0, 0) == pytest.approx((0, 1), abs=1e-9)
    low, high = confidence_sequence(0, 50)
    assert low == pytest.approx(0, abs=1e-9) and 0.05 < high < 0.2
    low, high = confidence_sequence(50, 50)
    assert high == pytest.approx(1, abs=1e-9) and 0.8 < low < 0.95


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"poor": 0.3, "good": 0.3},
            "The pilot 'beta' needs 0 < poor < good < 1; found 0.3 and 0.3.",
        ),
        (
            {"per_week": 0.01, "weeks": 10},
            "The pilot 'beta' needs time for at least one customer, and at most 5,000 customers; "
            "found 0.01 a week for 10 weeks.",
        ),
        (
            {"per_week": 900, "weeks": 10},
            "The pilot 'beta' needs time for at least one customer, and at most 5,000 customers; "
            "found 900 a week for 10 weeks.",
        ),
        (
            {"asked": 3, "won": 4},
            "The pilot 'beta' needs wins from 0 to the number of customers; found 4 of 3.",
        ),
        (
            {"false_go": 0},
            "The odds of a wrong answer of 'beta' must be above 0 and below 1; found 0 and 0.1.",
        ),
    ],
)
def test_a_wrong_pilot_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        pilot(**changes)
