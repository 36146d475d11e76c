"""Draws, the sample-average answer, CVaR, regret and the worth of knowing."""

from dataclasses import replace

import numpy as np
import pytest
from tests.company.strategy.problems import RATES, SCALES, hills

from whet.company.strategy.curves import curve
from whet.company.strategy.information import worth_of_knowing
from whet.company.strategy.problem import Limit, Line, Problem
from whet.company.strategy.sampling import parameter_draws
from whet.company.strategy.uncertain import Attitude, consider, cvar, take_draws


def unsure(limits: tuple[Limit, ...] = ()) -> Problem:
    lines = tuple(
        Line(f"x{i}", curve("exponential", scale=(b * 0.5, b, b * 1.5), rate=(k * 0.7, k, k * 1.6)))
        for i, (b, k) in enumerate(zip(SCALES, RATES, strict=True))
    )
    return Problem(4, lines, limits)


def test_draws_have_the_three_points_and_depend_on_the_seed_alone() -> None:
    first = parameter_draws(unsure(), 20_000, seed=1)
    again = parameter_draws(unsure(), 20_000, seed=1)
    other = parameter_draws(unsure(), 20_000, seed=2)
    assert np.array_equal(first[0], again[0]) and not np.array_equal(first[0], other[0])
    assert np.quantile(first[0][:, 0], [0.1, 0.5, 0.9]) == pytest.approx([2.5, 5, 7.5], rel=0.03)


def test_cvar_by_hand() -> None:
    assert cvar(np.array([4.0, 1.0, 3.0, 2.0]), 0.5) == 1.5
    assert cvar(np.array([5.0, 7.0]), 0.01) == 5.0


def test_the_average_answer_is_the_best_on_its_draws() -> None:
    problem = unsure()
    draws = take_draws(problem, 300, seed=0)
    found = consider(problem, draws, Attitude())
    assert found.bound - found.score < 1e-5 * found.score
    rng = np.random.default_rng(0)
    for other in rng.dirichlet(np.ones(5), 300) * 4:
        assert draws.curves.value(other).sum(axis=-1).mean() <= found.mean + 1e-9
    assert found.mean >= found.likely_mean
    assert found.information == pytest.approx(found.regret[0])
    assert found.information > 0


def test_caution_raises_the_bad_cases_and_is_bounded() -> None:
    problem = unsure()
    draws = take_draws(problem, 300, seed=0)
    plain = consider(problem, draws, Attitude())
    cautious = consider(problem, draws, Attitude(aversion=3, tail=0.1))
    assert cautious.cvar > plain.cvar and cautious.mean < plain.mean
    assert cautious.bound - cautious.score < 1e-4 * cautious.score
    assert cautious.score == pytest.approx((cautious.mean + 3 * cautious.cvar) / 4)


def test_each_draw_is_solved_with_the_limits() -> None:
    limits = (Limit("a", {"x0": 1, "x1": 1}, 2.0),)
    draws = take_draws(unsure(limits), 15, seed=0)
    assert np.all(draws.splits[:, 0] + draws.splits[:, 1] <= 2 + 1e-8)
    assert np.all(draws.bound - draws.best <= 1e-3 * draws.best)
    found = consider(unsure(limits), draws, Attitude())
    assert found.x[0] + found.x[1] <= 2 + 1e-8


def test_a_known_curve_is_worth_nothing_to_measure_and_one_unsure_curve_is_worth_all() -> None:
    lines = list(unsure().lines)
    for i in range(1, 5):
        numbers = {"scale": SCALES[i], "rate": RATES[i]}
        lines[i] = replace(lines[i], curve=curve("exponential", **numbers))
    problem = replace(unsure(), lines=tuple(lines))
    draws = take_draws(problem, 400, seed=0)
    worths = worth_of_knowing(problem, draws)
    assert [one.id for one in worths] == ["x0"]
    everything = consider(problem, draws, Attitude()).information
    assert worths[0].value == pytest.approx(everything, rel=0.02)


def test_worths_with_an_idle_limit_are_those_without() -> None:
    lines = tuple(
        line if i < 2 else replace(line, curve=curve("exponential", scale=SCALES[i], rate=RATES[i]))
        for i, line in enumerate(unsure().lines)
    )
    plain = replace(unsure(), lines=lines)
    free = worth_of_knowing(plain, take_draws(plain, 16, seed=0))
    limited = replace(plain, limits=(Limit("idle", {"x0": 1}, 1e6),))
    same = worth_of_knowing(limited, take_draws(limited, 16, seed=0))
    by_id = {one.id: one.value for one in same}
    for one in free:
        assert by_id[one.id] == pytest.approx(one.value, abs=2e-3)


def test_uncertain_s_curves_have_a_bound() -> None:
    lines = tuple(
        replace(line, curve=curve("hill", scale=(b * 0.6, b, b * 1.4), half=k, shape=3))
        for line, b, k in zip(hills().lines, (5, 4, 3), (2, 1.5, 1), strict=True)
    )
    problem = replace(hills(), lines=lines)
    draws = take_draws(problem, 100, seed=0)
    found = consider(problem, draws, Attitude())
    assert found.likely_mean <= found.mean <= found.bound
    assert np.all(draws.best <= draws.bound + 1e-12)
    free = {one.id: one.value for one in worth_of_knowing(problem, draws)}
    idle = replace(problem, limits=(Limit("idle", {"h0": 1}, 1e6),))
    for one in worth_of_knowing(idle, take_draws(idle, 100, seed=0)):  # by moves: a lower bound
        assert 0 <= one.value <= free[one.id] + 4 * one.se + 0.05
