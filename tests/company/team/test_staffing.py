"""Tests for whet.company.team.staffing: by hand, against trying everything, refusals."""

from dataclasses import replace
from itertools import product

import pytest

from whet.company.team.options import Options, Outside, Role, Training
from whet.company.team.programme import NoAnswer, Programme, Solution
from whet.company.team.skills import Demand, Member
from whet.company.team.staffing import Action, Remedy, remedies
from whet.core.errors import InputError

MONTHS = 6
TEAM = (
    Member("ana", {"ml": 1.0}, (20.0,) * MONTHS),
    Member("bo", {"label": 1.0}, (20.0,) * MONTHS),
)
DEMAND: Demand = {"ml": (30.0,) * MONTHS, "label": (5.0,) * MONTHS}
TRAINING = Training("bo", "ml", 0.8, fee=1000, days=5)
ROLE = Role("engineer", {"ml": 1.0}, days=20, cost=5000, once=2000, lead=2, ramp=(0.5,))
OUTSIDE = Outside("agency", {"ml": 1.0}, cost=600, most=15)


def named(found: tuple[Remedy, ...]) -> dict[str, Remedy]:
    return {remedy.name: remedy for remedy in found}


def test_as_now_waits_by_hand() -> None:
    # Ten days more wait each month: 10 + 20 + … + 60.
    found = remedies(TEAM, DEMAND, Options(waiting=100))
    assert [remedy.name for remedy in found] == ["as now"]
    assert found[0].waited == pytest.approx(210)
    assert found[0].total == pytest.approx(21000)
    assert found[0].closed == {"ml": None, "label": 0}


def test_training_by_hand() -> None:
    # bo loses 5 days in month 0 and then has 15 days for ml: 12 done, 10 needed, the 10 that wait
    # from month 0 shrink by 2 a month: 10, 8, 6, 4, 2, 0.
    found = named(remedies(TEAM, DEMAND, Options((TRAINING,), waiting=100)))["train"]
    assert found.actions == (Action("train", "bo", ("ml",), 0, 1.0, 1000),)
    assert found.waited == pytest.approx(30)
    assert found.closed == {"ml": 5, "label": 0}
    assert found.total == pytest.approx(1000 + 3000) == pytest.approx(found.bound)


def test_hiring_by_hand() -> None:
    # Decided in month 0, there in month 2 at half, then full: waiting 10, 20, 20, 10, 0, 0.
    found = named(remedies(TEAM, DEMAND, Options(roles=(ROLE,), waiting=1000)))["hire"]
    assert found.actions == (Action("hire", "engineer", ("ml",), 0, 1.0, 2000 + 4 * 5000),)
    assert found.waited == pytest.approx(60)
    assert found.closed["ml"] == 4


def test_a_way_without_an_answer_in_time_is_left_out_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = Programme.solve

    def slow(programme: Programme, *, seconds: float) -> Solution:
        if any(programme._whole):
            raise NoAnswer("Time limit reached.", is_impossible=False)
        return whole(programme, seconds=seconds)

    monkeypatch.setattr(Programme, "solve", slow)
    options, told = Options((TRAINING,), outside=(OUTSIDE,), waiting=100), list[str]()
    found = remedies(TEAM, DEMAND, options, seconds=2, left_out=told)
    assert set(named(found)) == {"as now", "buy days"}
    assert told == [
        f"The solver found no answer to '{name}' in time: allow more with "
        "`whet plan team --seconds`."
        for name in ("train", "best mix")
    ]
    with pytest.raises(NoAnswer):
        remedies(TEAM, DEMAND, options, seconds=2)


def test_bought_days_by_hand() -> None:
    found = named(remedies(TEAM, DEMAND, Options(outside=(OUTSIDE,), waiting=1000)))["buy days"]
    assert found.money == pytest.approx(600 * 10 * MONTHS)
    assert found.waited == pytest.approx(0, abs=1e-6)
    assert found.closed["ml"] == 0


def test_hiring_does_not_pay_where_waiting_is_cheap() -> None:
    found = named(remedies(TEAM, DEMAND, Options(roles=(ROLE,), waiting=10)))
    assert found["hire"].actions == ()
    assert found["hire"].total == pytest.approx(found["as now"].total)


def test_the_best_mix_is_never_worse_than_one_kind_and_keeps_the_limits() -> None:
    options = Options((TRAINING,), (ROLE,), (OUTSIDE,), waiting=300, budget=9000)
    found = named(remedies(TEAM, DEMAND, options))
    assert set(found) == {"as now", "train", "hire", "buy days", "best mix"}
    assert found["best mix"].total <= min(r.total for r in found.values()) + 1e-6
    assert all(remedy.money <= 9000 + 1e-6 for remedy in found.values())
    without = named(remedies(TEAM, DEMAND, replace(options, training_days=4.0)))
    assert not any(a.kind == "train" for a in without["best mix"].actions)


def test_mentors_lose_days_while_the_new_one_ramps_up() -> None:
    # ana gives 6 days in the month of the ramp: 10, 20, 26, 16, 6, 0 (10 a month are done after).
    role = replace(ROLE, mentor_days=6, mentors=("ana",))
    found = named(remedies(TEAM, DEMAND, Options(roles=(role,), waiting=1000)))["hire"]
    assert found.waited == pytest.approx(10 + 20 + 26 + 16 + 6 + 0)


@pytest.mark.parametrize("waiting", [40.0, 150.0, 900.0])
def test_every_choice_of_starts_is_no_better(waiting: float) -> None:
    """Fix every month of training (or none) and of hiring (or none), and simulate the backlog."""
    found = named(remedies(TEAM, DEMAND, Options((TRAINING,), (ROLE,), waiting=waiting)))
    best = float("inf")
    for train, hire in product((None, *range(MONTHS)), (None, *range(MONTHS - 2))):
        cost, wait = 0.0, 0.0
        cost += 1000 if train is not None else 0
        cost += 0 if hire is None else 2000 + 5000 * (MONTHS - hire - 2)
        for t in range(MONTHS):
            done = 20.0
            if train is not None and t > train:
                done += 0.8 * 15
            if hire is not None and t >= hire + 2:
                done += 10.0 if t == hire + 2 else 20.0
            wait = max(0.0, wait + 30 - done)
            cost += waiting * wait
        best = min(best, cost)
    assert found["best mix"].total == pytest.approx(best)
    assert found["best mix"].is_optimal


def test_no_need_no_action() -> None:
    found = remedies(TEAM, {"ml": (0.0,) * MONTHS}, Options((TRAINING,)))
    assert all(remedy.actions == () and remedy.total == 0 for remedy in found)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            Options((replace(TRAINING, person="dora"),)),
            "a training must name people of the team; found 'dora'. Valid names: ana, bo.",
        ),
        (
            Options(roles=(replace(ROLE, mentors=("anna",)),)),
            "the role 'engineer' must name people of the team; found 'anna'. Did you mean 'ana'?",
        ),
        (
            Options((replace(TRAINING, level=1.2),)),
            "training bo in 'ml': level must be 0 or more and at most 1; found 1.2.",
        ),
        (
            Options(outside=(replace(OUTSIDE, cost=-1),)),
            "the contractor 'agency': cost must be 0 or more; found -1.",
        ),
        (
            Options(waiting=0),
            "what a waiting person-day costs per month must be above 0, or leaving the work undone "
            "is the best plan; found 0.",
        ),
        (Options(budget=-5), "the options: budget must be 0 or more; found -5."),
    ],
)
def test_refusals(options: Options, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        remedies(TEAM, DEMAND, options)
    assert str(error.value) == sentence
