"""Erlang B, C and A against their series and against a discrete-event simulation."""

import heapq
import math

import numpy as np
import pytest

from whet.company.operations.queueing import (
    answered_with_patience,
    answers_within,
    erlang_b,
    erlang_c,
    fewest,
    waits_within,
)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (5, 3.0), (12, 11.0), (30, 22.5)])
def test_erlang_b_and_c_by_their_series(servers: int, load: float) -> None:
    terms = [load**k / math.factorial(k) for k in range(servers + 1)]
    assert erlang_b(servers, load) == pytest.approx(terms[-1] / sum(terms), rel=1e-12)
    waiting = terms[-1] * servers / (servers - load)
    assert erlang_c(servers, load) == pytest.approx(
        waiting / (sum(terms[:-1]) + waiting), rel=1e-12
    )


def test_one_server_by_hand() -> None:
    assert erlang_c(1, 0.6) == pytest.approx(0.6)
    assert waits_within(1, 0.6, within=2) == pytest.approx(1 - 0.6 * math.exp(-0.8))
    assert answers_within(1, 0.6, within=2) == pytest.approx(1 - math.exp(-0.8))


def test_too_few_servers_wait_for_ever() -> None:
    assert (erlang_c(3, 3.0), waits_within(3, 3.5, within=9), answers_within(2, 2.0, within=9)) == (
        1.0,
        0.0,
        0.0,
    )


def test_where_nothing_is_spare_the_formula_has_its_limit() -> None:
    near = answers_within(3, 2.0 + 1e-9, within=1.3)
    assert answers_within(3, 2.0, within=1.3) == pytest.approx(near, rel=1e-6)


@pytest.mark.parametrize(
    ("servers", "load", "patience"), [(4, 5.0, 0.5), (10, 9.0, 2.0), (3, 40, 1)]
)
def test_abandonment_by_the_birth_and_death_chain(
    servers: int, load: float, patience: float
) -> None:
    weights = [1.0]
    for n in range(1, 2000):
        leave = min(n, servers) + max(n - servers, 0) / patience
        weights.append(weights[-1] * load / leave)
    share = np.array(weights) / sum(weights)
    waiting = sum(share[n] * (n - servers) for n in range(servers, 2000))
    served = answered_with_patience(servers, load, within=math.inf, patience=patience)
    assert 1 - served == pytest.approx(waiting / patience / load, rel=1e-6)


def test_endless_patience_is_erlang_c() -> None:
    patient = answered_with_patience(12, 10.0, within=0.4, patience=1e7)
    assert patient == pytest.approx(waits_within(12, 10.0, within=0.4), rel=1e-4)


def simulated(
    servers: int, load: float, patience: float, arrivals: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return waits of those served (others are infinite) and service times, first come first."""
    rng = np.random.default_rng(0)
    times = np.cumsum(rng.exponential(1 / load, arrivals))
    work = rng.exponential(1, arrivals)
    gives_up = rng.exponential(patience, arrivals) if patience < math.inf else None
    free = [0.0] * servers
    waits = np.full(arrivals, math.inf)
    for i, now in enumerate(times):
        start = max(now, free[0])
        if gives_up is None or start - now <= gives_up[i]:
            heapq.heapreplace(free, start + work[i])
            waits[i] = start - now
    return waits, work


def test_erlang_c_against_a_simulation() -> None:
    waits, work = simulated(6, 5.0, math.inf, 150_000)
    assert (waits > 0).mean() == pytest.approx(erlang_c(6, 5.0), abs=0.02)
    assert (waits <= 0.5).mean() == pytest.approx(waits_within(6, 5.0, within=0.5), abs=0.02)
    both = answers_within(6, 5.0, within=1.5)
    assert (waits + work <= 1.5).mean() == pytest.approx(both, abs=0.02)


@pytest.mark.parametrize("load", [4.0, 7.0])
def test_erlang_a_against_a_simulation(load: float) -> None:
    waits, _ = simulated(5, load, 0.8, 100_000)
    found = answered_with_patience(5, load, within=0.2, patience=0.8)
    assert (waits <= 0.2).mean() == pytest.approx(found, abs=0.01)
    lost = 1 - answered_with_patience(5, load, within=math.inf, patience=0.8)
    assert np.isinf(waits).mean() == pytest.approx(lost, abs=0.01)


def test_deep_overload_does_not_overflow() -> None:
    assert answered_with_patience(10, 5000.0, within=0.1, patience=5) == pytest.approx(
        10 / 5000, abs=0.002
    )


def test_fewest_servers_reach_the_goal_and_one_fewer_does_not() -> None:
    found = fewest(lambda n: waits_within(n, 33.3, within=0.2), 0.9)
    assert found is not None
    assert waits_within(found, 33.3, within=0.2) >= 0.9 > waits_within(found - 1, 33.3, within=0.2)
    assert fewest(lambda n: 0.5, 0.9) is None
