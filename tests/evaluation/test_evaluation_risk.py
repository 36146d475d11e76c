"""Tests of whet.evaluation.risk: how often the promise breaks, by hand, the edges, refusals."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import binomtest

from whet.cards.schema import Interval as Settings
from whet.core.errors import InputError
from whet.evaluation.intervals import Interval
from whet.evaluation.risk import (
    CurvePoint,
    choose_threshold,
    design_effect,
    measure_risk,
    risk_curve,
    rows_needed,
    upper_bound,
)

Drawn = tuple[np.ndarray, np.ndarray, np.ndarray]


def _draw(rng: np.random.Generator, units: int, size: int, shared: float) -> Drawn:
    """Return confidence, correctness and unit of rows; `shared` is what a unit's rows share."""
    unit = np.arange(units).repeat(size)
    confidence = rng.standard_normal(units * size)
    logit = 2.2 + 1.5 * confidence + shared * rng.standard_normal(units)[unit]
    return confidence, rng.random(units * size) < 1 / (1 + np.exp(-logit)), unit


@pytest.mark.parametrize(("units", "size", "shared"), [(400, 1, 0.0), (300, 3, 1.0)])
def test_the_promise_breaks_in_at_most_one_case_in_ten(
    units: int, size: int, shared: float
) -> None:
    rng = np.random.default_rng(0)
    confidence, correct, _ = _draw(rng, 100_000, size, shared)
    order = np.argsort(confidence)
    # True risk of answering from each place of the population on.
    risk_from = np.cumsum(~correct[order][::-1])[::-1] / np.arange(len(order), 0, -1)
    ranked, broken, coverage = confidence[order], 0, []
    for _ in range(300):
        confidence, correct, unit = _draw(rng, units, size, shared)
        found = choose_threshold(
            confidence, correct, wrong_answers=0.05, level=0.9, units=unit if size > 1 else None
        )
        if found.threshold is not None:
            place = min(int(np.searchsorted(ranked, found.threshold)), len(ranked) - 1)
            broken += risk_from[place] > 0.05
            coverage.append(found.coverage)
    assert broken / 300 <= 0.1 + 0.03
    assert len(coverage) > 60 and np.mean(coverage) > 0.25  # a promise never made is no use


def test_zero_errors_need_45_rows_for_5_per_cent() -> None:
    # (1 - 0.05)^45 = 0.0994 < 0.1 < 0.1047 = (1 - 0.05)^44
    assert rows_needed(0, 0.05, 0.9) == 45
    assert rows_needed(3, 0.05, 0.9) == 132
    assert rows_needed(0, 0.5, 0.6) == 2


@pytest.mark.parametrize(("wrong", "n"), [(0, 10), (3, 50), (49, 50)])
def test_the_bound_is_that_of_clopper_and_pearson(wrong: int, n: int) -> None:
    expected = binomtest(wrong, n, alternative="less").proportion_ci(0.9, method="exact").high
    assert upper_bound(wrong, n, 0.9) == pytest.approx(expected)


def test_all_wrong_is_bounded_by_1() -> None:
    assert upper_bound(7, 7, 0.9) == 1


def test_sure_rows_that_are_right_are_answered_and_the_rest_is_not() -> None:
    # 200 sure rows are right, 100 unsure ones are wrong half of the time.
    confidence = np.linspace(1, 0, 300)
    correct = np.append(np.ones(200, dtype=bool), np.arange(100) % 2 == 0)
    found = choose_threshold(confidence, correct, wrong_answers=0.05, level=0.9)
    assert found.threshold is not None
    answered = confidence >= found.threshold
    assert 0.60 < found.coverage == answered.mean() < 0.75
    assert found.risk == pytest.approx((~correct[answered]).mean())
    assert found.bound <= 0.05
    assert found.bound == pytest.approx(
        upper_bound((answered & ~correct).sum(), answered.sum(), 0.9)
    )
    assert found.sentence == (
        f"Answering {100 * found.coverage:.1f} % of messages, at most 5 % of the answers are wrong "
        f"with 90 % confidence ({100 * found.risk:.1f} % were on 300 calibration rows)."
    )


def test_the_search_stops_at_the_first_threshold_that_fails() -> None:
    # Right up to row 300, then 60 wrong rows, then right: the whole is below 5 % again at the end.
    correct = np.ones(3000, dtype=bool)
    correct[300:360] = False
    found = choose_threshold(np.linspace(1, 0, 3000), correct, wrong_answers=0.05, level=0.9)
    assert upper_bound(60, 3000, 0.9) < 0.05
    assert found.coverage <= 0.1


def test_units_that_are_wrong_together_lower_the_coverage(rng: np.random.Generator) -> None:
    unit = np.arange(300).repeat(5)
    correct = (rng.random(300) < np.linspace(0.995, 0.6, 300))[unit]
    confidence = np.linspace(1, 0, 1500)
    rows = choose_threshold(confidence, correct, wrong_answers=0.1, level=0.9)
    units = choose_threshold(confidence, correct, wrong_answers=0.1, level=0.9, units=unit)
    assert units.threshold is not None and rows.threshold is not None
    assert units.coverage < rows.coverage
    answered = confidence >= units.threshold
    wrong = (answered & ~correct).sum()
    assert units.bound == pytest.approx(upper_bound(wrong / 5, answered.sum() / 5, 0.9))


def test_the_order_of_rows_does_not_matter(rng: np.random.Generator) -> None:
    confidence, correct, _ = _draw(rng, 500, 1, 0)
    shuffled = rng.permutation(500)
    one = choose_threshold(confidence, correct, wrong_answers=0.1, level=0.9)
    other = choose_threshold(confidence[shuffled], correct[shuffled], wrong_answers=0.1, level=0.9)
    assert one == other
    assert one.threshold is not None


def test_rows_of_equal_confidence_are_answered_together() -> None:
    # One value for half of the rows: a threshold inside it would answer all of them.
    confidence = np.append(np.full(100, 1.0), np.zeros(100))
    correct = np.append(np.ones(100, dtype=bool), np.zeros(100, dtype=bool))
    found = choose_threshold(confidence, correct, wrong_answers=0.05, level=0.9)
    assert (found.threshold, found.coverage, found.risk) == (1.0, 0.5, 0.0)


def test_always_right_answers_everything() -> None:
    confidence = np.linspace(0, 1, 45)
    found = choose_threshold(confidence, np.ones(45, dtype=bool), wrong_answers=0.05, level=0.9)
    assert (found.threshold, found.coverage) == (0.0, 1.0)


def test_too_few_rows_promise_nothing_and_say_how_many_are_needed() -> None:
    found = choose_threshold(
        np.linspace(0, 1, 44), np.ones(44, dtype=bool), wrong_answers=0.05, level=0.9
    )
    assert found.threshold is None
    assert (found.coverage, found.risk, found.bound) == (0.0, 1.0, 1.0)
    assert found.sentence == (
        "Nothing can be promised: to bound wrong answers by 5 % with 90 % confidence at least 45 "
        "calibration rows are needed, and there are 44."
    )


def test_surest_rows_that_are_wrong_too_often_promise_nothing() -> None:
    found = choose_threshold(
        np.linspace(1, 0, 400), np.arange(400) % 4 != 0, wrong_answers=0.05, level=0.9
    )
    assert found.threshold is None
    assert found.sentence == (
        "Nothing can be promised: of the 132 surest answers 25.0 % are wrong, which bounds the "
        "share by 30.5 % with 90 % confidence and not by 5 %. "
        "More rows will not help while that is above the target."
    )


def test_a_risk_that_is_low_enough_says_how_many_more_rows_would_show_it() -> None:
    found = choose_threshold(
        np.linspace(1, 0, 400), np.arange(400) % 25 != 0, wrong_answers=0.05, level=0.9
    )
    assert found.threshold is None
    assert "of the 132 surest answers 4.5 % are wrong" in found.sentence
    factor = float(found.sentence.split("About ")[1].split(" times")[0])
    rows = factor * 132
    assert upper_bound(6 / 132 * rows, rows, 0.9) == pytest.approx(0.05, abs=2e-4)


def test_rows_that_repeat_their_unit_count_once() -> None:
    unit = np.arange(44).repeat(10)
    correct = np.ones(440, dtype=bool)
    confidence = np.linspace(0, 1, 440)
    correct[unit == 0] = False  # the least sure unit, wrong as a whole
    assert design_effect(correct, unit) == pytest.approx(10)
    found = choose_threshold(confidence, correct, wrong_answers=0.05, level=0.9, units=unit)
    assert found.threshold is None
    assert "at least 450 calibration rows are needed, and there are 440" in found.sentence


def test_the_design_effect_of_independent_rows_is_near_1(rng: np.random.Generator) -> None:
    assert design_effect(rng.random(3000) < 0.8, np.arange(1000).repeat(3)) < 1.1
    assert design_effect(rng.random(50) < 0.8, np.arange(50)) == 1


def test_the_design_effect_is_that_of_the_variance_of_the_mean(rng: np.random.Generator) -> None:
    unit = np.arange(200).repeat(5)
    drawn, effects = [], []
    for _ in range(300):
        chance = rng.beta(2, 1, size=200)[unit]
        correct = rng.random(1000) < chance
        drawn.append(correct.mean())
        effects.append(design_effect(correct, unit))
    expected = np.var(drawn) / (2 / 3 * 1 / 3 / 1000)
    assert np.mean(effects) == pytest.approx(expected, rel=0.15)


def test_one_unit_promises_nothing() -> None:
    found = choose_threshold(
        np.linspace(0, 1, 90),
        np.ones(90, dtype=bool),
        wrong_answers=0.05,
        level=0.9,
        units=np.zeros(90),
    )
    assert found.threshold is None


def test_coverage_and_risk_by_hand() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.2])
    correct = np.array([True, False, True, False])
    found = measure_risk(confidence, correct, 0.7, interval=Settings(n=100), seed=0)
    assert found.coverage.value == 0.75
    assert found.risk is not None
    assert found.risk.value == pytest.approx(1 / 3)
    assert 0 <= found.risk.low < 1 / 3 < found.risk.high <= 1


def test_intervals_of_coverage_and_risk_are_close_to_wilsons(rng: np.random.Generator) -> None:
    confidence, correct, _ = _draw(rng, 2000, 1, 0)
    found = measure_risk(confidence, correct, 0.0, interval=Settings(n=2000), seed=0)
    answered = confidence >= 0
    coverage = binomtest(int(answered.sum()), 2000).proportion_ci(method="wilson")
    wrong = int((answered & ~correct).sum())
    risk = binomtest(wrong, int(answered.sum())).proportion_ci(method="wilson")
    assert found.risk is not None
    assert (found.coverage.low, found.coverage.high) == pytest.approx(coverage, abs=2e-3)
    assert (found.risk.low, found.risk.high) == pytest.approx(risk, abs=2e-3)


def test_no_answer_has_no_risk() -> None:
    found = measure_risk(
        np.array([0.1, 0.2]), np.array([True, False]), 0.5, interval=Settings(n=100), seed=0
    )
    assert found.coverage.value == 0
    assert found.risk is None


def test_one_answered_row_says_nothing_about_the_risk() -> None:
    found = measure_risk(
        np.array([0.1, 0.2, 0.9]), np.ones(3, dtype=bool), 0.5, interval=Settings(n=100), seed=0
    )
    assert found.risk == Interval(0.0, 0.0, 1.0)


def test_the_curve_by_hand() -> None:
    curve = risk_curve(np.array([3.0, 2.0, 2.0, 1.0]), np.array([True, True, False, False]))
    assert curve == [
        CurvePoint(3.0, 0.25, 0.0),
        CurvePoint(2.0, 0.75, 1 / 3),
        CurvePoint(1.0, 1.0, 0.5),
    ]


def test_a_curve_has_at_most_50_points_and_ends_with_all_rows(rng: np.random.Generator) -> None:
    confidence, correct, _ = _draw(rng, 3000, 1, 0)
    curve = risk_curve(confidence, correct)
    assert len(curve) == 50
    assert curve[-1] == CurvePoint(confidence.min(), 1.0, float((~correct).mean()))
    assert all(a.threshold > b.threshold for a, b in pairwise(curve))


def test_shapes_that_disagree_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        choose_threshold(np.zeros(3), np.ones(2, dtype=bool), wrong_answers=0.05, level=0.9)
    assert str(caught.value) == (
        "Confidence and correct must both be (n,) with n > 0; got (3,) and (2,). "
        "Pass the same rows in both."
    )
