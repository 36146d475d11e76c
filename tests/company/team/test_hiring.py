"""Tests for whet.company.team.hiring: by hand, against every combination of months, refusals."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from whet.company.team.hiring import hiring
from whet.company.team.options import Options, Role
from whet.company.team.skills import Member
from whet.core.errors import InputError

MONTHS = 6
TEAM = (Member("ana", {"ml": 1.0}, (20.0,) * MONTHS), Member("bo", {"ops": 1.0}, (20.0,) * MONTHS))
ROLES = (
    Role("engineer", {"ml": 1.0}, days=20, cost=5000, once=2000, lead=1, ramp=(0.5,)),
    Role("admin", {"ops": 0.8}, days=20, cost=4000, once=1000, lead=2, ramp=(0.25, 0.5)),
)


def brute(
    demand: dict[str, tuple[float, ...]], price: dict[str, float], room: tuple[float, ...], gap: int
) -> float:
    """Return the least cost over all pairs of first months; one skill a role, so no deal."""
    best = np.inf
    for firsts in product([None, *range(MONTHS)], repeat=2):
        if any(f is not None and f < r.lead for f, r in zip(firsts, ROLES, strict=True)):
            continue
        days = [f for f in firsts if f is not None]
        if len(days) == 2 and abs(days[0] - days[1]) < gap:
            continue
        paid, cost = np.zeros(MONTHS), 0.0
        for first, role, skill in zip(firsts, ROLES, ("ml", "ops"), strict=True):
            able = np.full(MONTHS, 20.0)
            if first is not None:
                paid[first - role.lead] += role.once
                paid[first:] += role.cost
                for t in range(first, MONTHS):
                    ramp = role.ramp[t - first] if t - first < len(role.ramp) else 1.0
                    able[t] += role.days * ramp * role.skills[skill]
            waits = 0.0
            for t in range(MONTHS):
                waits = max(0.0, waits + demand[skill][t] - able[t])
                cost += price[skill] * waits
        if (np.cumsum(paid) <= np.asarray(room) + 1e-6).all():
            best = min(best, cost + float(paid.sum()))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_it_is_the_best_of_all_months(seed: int) -> None:
    rng = np.random.default_rng(seed)
    demand = {s: tuple(rng.uniform(10, 45, MONTHS).tolist()) for s in ("ml", "ops")}
    price = {"ml": float(rng.uniform(50, 600)), "ops": float(rng.uniform(50, 600))}
    room = tuple(np.cumsum(rng.uniform(500, 9000, MONTHS)).tolist())
    spacing = seed % 3
    options = Options(roles=ROLES, prices=price, headroom=room, spacing=spacing)
    found = hiring(TEAM, demand, options)
    assert found.best is not None and found.best.is_optimal
    assert found.best.total == pytest.approx(brute(demand, price, room, spacing), rel=1e-5)
    assert min(found.room) >= -1e-4


DEMAND = {"ml": (30.0,) * MONTHS}
ONE = Options(roles=ROLES[:1], prices={"ml": 1000.0})


def test_who_when_and_what_it_hinges_on_by_hand() -> None:
    # Decided in month 1, there in month 2 with 10 days, then 20: waiting 10, 10, 0, 0, 0, 0.
    found = hiring(TEAM, DEMAND, ONE)
    assert found.best is not None
    assert [(a.who, a.month) for a in found.best.actions] == [("engineer", 0)]
    assert found.best.total == pytest.approx(2000 + 5 * 5000 + 1000 * 20)
    assert found.nothing.total == pytest.approx(1000 * 210)
    # A month later it costs a month of pay less, and 10, 20, 20, 10 days wait.
    worse = {hinge.what: hinge.worse for hinge in found.hinges}
    assert worse == {
        "without engineer": pytest.approx(210000 - 47000),
        "engineer starts in month 3 instead of month 2": pytest.approx(-5000 + 1000 * 40),
    }


def test_cash_delays_a_hire_and_the_floor_has_a_price() -> None:
    # Only 2,000 may be spent by the end of the second month: the first pay is in the third.
    room = (2000.0, 2000.0, 50000.0, 50000.0, 50000.0, 50000.0)
    found = hiring(TEAM, DEMAND, replace(ONE, headroom=room))
    assert found.best is not None
    assert found.best.paid == pytest.approx((0, 2000, 5000, 5000, 5000, 5000))
    worse = {hinge.what: hinge.worse for hinge in found.hinges}
    assert worse["floor 10,000 lower"] == pytest.approx(-35000)
    assert worse["floor 10,000 higher"] is None  # the floor itself is broken then
    assert worse["engineer starts in month 2 instead of month 3"] is None
    assert found.room == pytest.approx((2000, 0, 43000, 38000, 33000, 28000))


def test_a_mentor_helps_one_at_a_time() -> None:
    role = replace(ROLES[0], most=2, ramp=(0.5, 0.5), mentors=("bo",))
    demand = {"ml": (60.0,) * MONTHS}
    both = hiring(TEAM, demand, Options(roles=(role,), prices={"ml": 1000.0}))
    apart = hiring(TEAM, demand, Options(roles=(role,), prices={"ml": 1000.0}, per_mentor=1))
    assert both.best is not None and apart.best is not None
    assert [(a.month, a.count) for a in both.best.actions] == [(0, 2)]
    assert [(a.month, a.count) for a in apart.best.actions] == [(0, 1), (2, 1)]


def test_a_floor_that_is_broken_already_is_explained() -> None:
    room = (5000.0, -100.0, -900.0, 0.0, 0.0, 0.0)
    names = [f"2027-0{t}" for t in range(1, 7)]
    found = hiring(TEAM, DEMAND, replace(ONE, headroom=room), months=names)
    assert found.best is None
    assert found.infeasible == (
        "Without any hire the expected cash falls below the floor in 2027-02, and is 900 below it "
        "in 2027-03: nothing can be paid for until money comes or costs fall by as much. Lower "
        "`cash.reserve`, or see `whet plan cash`."
    )
    assert found.unbounded is not None
    assert found.unbounded.total == pytest.approx(47000)


def test_a_hire_that_does_not_pay_is_priced() -> None:
    found = hiring(TEAM, {"ml": (20.0,) * MONTHS}, ONE)
    assert found.best is not None
    assert found.best.actions == ()
    (hinge,) = found.hinges
    assert hinge.what == "with engineer, whenever it is cheapest"
    assert hinge.worse == pytest.approx(7000)


def test_cash_of_too_few_months_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        hiring(TEAM, DEMAND, replace(ONE, headroom=(1.0, 2.0)))
    assert str(caught.value) == "Cash must be told for each of the 6 months; found 2."
