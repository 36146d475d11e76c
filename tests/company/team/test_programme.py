"""Tests for whet.company.team.programme: against brute force, and what cannot be solved."""

from itertools import product

import numpy as np
import pytest

from whet.company.team.programme import NoAnswer, Programme
from whet.core.errors import WhetError


@pytest.mark.parametrize("seed", range(8))
def test_whole_numbers_are_optimal_against_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    costs = rng.integers(-9, 10, 4)
    rows = rng.integers(-3, 6, (3, 4))
    limits = rng.integers(2, 12, 3)
    programme = Programme()
    for cost in costs:
        programme.variable(cost=float(cost), high=3, whole=True)
    for row, limit in zip(rows, limits, strict=True):
        programme.at_most({i: float(v) for i, v in enumerate(row)}, float(limit))
    best = min(
        int(costs @ x) for x in product(range(4), repeat=4) if (rows @ np.array(x) <= limits).all()
    )
    found = programme.solve()
    assert found.cost == pytest.approx(best)
    assert found.is_optimal and found.bound == pytest.approx(best)


def test_prices_are_what_a_unit_more_saves() -> None:
    def cost(limit: float) -> float:
        programme = Programme()
        x, y = programme.variable(cost=-3, high=4), programme.variable(cost=-2)
        programme.at_most({x: 1, y: 1}, limit)
        return programme.solve().cost

    programme = Programme()
    x, y = programme.variable(cost=-3, high=4), programme.variable(cost=-2)
    programme.at_most({x: 1, y: 1}, 6)
    assert programme.solve().prices[0] == pytest.approx(cost(6) - cost(7))


def test_what_cannot_be_met_is_said() -> None:
    programme = Programme()
    programme.at_least({programme.variable(high=1): 1.0}, 2.0)
    with pytest.raises(WhetError, match=r"The solver found no answer within 30 seconds\. It says:"):
        programme.solve()


def test_what_cannot_be_is_told_from_what_was_not_found() -> None:
    programme = Programme()
    variable = programme.variable(high=1, whole=True)
    programme.at_least({variable: 1.0}, 5.0)
    with pytest.raises(NoAnswer) as caught:
        programme.solve()
    assert caught.value.is_impossible
    rng = np.random.default_rng(0)
    hard = Programme()
    variables = [hard.variable(cost=float(c), whole=True) for c in rng.integers(1, 99, 300)]
    for _ in range(200):
        weights = rng.integers(0, 50, 300)
        hard.at_least({v: float(w) for v, w in zip(variables, weights, strict=True)}, 5000.5)
    with pytest.raises(NoAnswer) as caught:
        hard.solve(seconds=1e-6)
    assert not caught.value.is_impossible


def test_a_search_that_was_cut_off_says_so_in_one_sentence() -> None:
    rng = np.random.default_rng(0)
    programme = Programme()
    chosen = [programme.variable(cost=float(c), high=1, whole=True) for c in rng.uniform(1, 2, 300)]
    for _ in range(300):
        members = rng.choice(chosen, 20, replace=False)
        programme.at_least({int(i): float(rng.uniform(1, 2)) for i in members}, 5)
    with pytest.raises(NoAnswer) as none:
        programme.solve(seconds=1e-6)
    assert not none.value.is_impossible
    assert str(none.value) == (
        "The solver found no answer within 1e-06 seconds. Allow more by --seconds, or leave out "
        "options."
    )
