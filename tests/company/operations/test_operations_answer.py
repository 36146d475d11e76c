"""The cheapest operating plan against trying everything, its prices, and why there is none."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from whet.company.operations import answer as answers
from whet.company.operations import infeasible
from whet.company.operations.answer import operate
from whet.company.operations.from_plan import operations_of
from whet.company.operations.infeasible import conflict
from whet.company.operations.measured import meters
from whet.company.operations.needs import agents, dials, machines
from whet.company.operations.problem import Dial, Form, Operations, Service, Support
from whet.company.operations.programme import NoRun, Run, cheapest
from whet.company.plan import operations as plan
from whet.core.errors import InputError
from whet.store.usage import DailyUse

SERVICE = Service(
    id="api",
    requests=(2e6, 20e6, 80e6),
    peak=4.0,
    within_seconds=0.5,
    answered=0.95,
    least_quality=0.85,
    forms=(
        Form("small", 0.86, 20, 60),
        Form("large", 0.90, 150, 500, once=900),
        Form("poor", 0.70, 500, 10),
        Form("slow", 0.95, 2, 10),
    ),
)
SUPPORT = Support(
    contacts=(2000.0, 2600.0, 1500.0),
    hours=176,
    peak=1.5,
    minutes=12,
    within_minutes=5,
    answered=0.8,
    patience_minutes=30,
    agents=4,
    agent_cost=4000,
    agent_hours=130,
    hire_cost=2500,
    release_cost=1000,
    first_month=0.5,
    wrong_cost=15,
    dials=(Dial(0.02, 0.2, 0.02), Dial(0.08, 0.5, 0.02), Dial(0.3, 0.9, 0.02)),
    most_wrong=0.1,
)


def tried(support: Support, months: int) -> float:
    """Return the cheapest cost by trying every setting and every number of agents."""
    best = float("inf")
    options = []
    for month in range(months):
        found = []
        for dial in dials(support):
            need = agents(support, dial, month)
            assert need is not None
            for count in range(need.in_all, 12):
                found.append((dial, need.in_all, count))
        options.append(found)
    for chosen in itertools.product(*options):
        before, cost = support.agents, 0.0
        for month, (dial, needed, count) in enumerate(chosen):
            hired, released = max(count - before, 0), max(before - count, 0)
            if count - (1 - support.first_month) * hired < needed:
                break
            cost += count * support.agent_cost
            cost += hired * support.hire_cost + released * support.release_cost
            answers = support.contacts[month] * dial.answered
            cost += answers * (dial.cost_per_contact + dial.risk * support.wrong_cost)
            before = count
        else:
            best = min(best, cost)
    return best


def test_people_and_automation_against_trying_everything() -> None:
    answer = operate(Operations(3, (), SUPPORT))
    assert answer.run.cost == pytest.approx(tried(SUPPORT, 3), rel=1e-9)
    assert answer.run.gap < 1e-5
    for month in answer.run.months:
        assert month.support is not None and month.support.dial.risk <= 0.1
        assert month.support.agents - 0.5 * month.support.hired >= month.support.needed


def test_forms_against_trying_everything() -> None:
    small, large = SERVICE.forms[:2]
    counts = {f.id: [machines(SERVICE, f, m) for m in range(3)] for f in (small, large)}
    best = float("inf")
    for chosen in itertools.product((small, large), repeat=3):
        cost = sum((counts[f.id][m] or 0) * f.cost_per_month for m, f in enumerate(chosen))
        best = min(best, cost + sum(f.once for f in set(chosen)))
    answer = operate(Operations(3, (SERVICE,), None))
    assert answer.run.cost == pytest.approx(best)
    assert machines(SERVICE, SERVICE.forms[3], 0) is None  # too slow, however many there are


def test_prices_are_those_of_solving_again() -> None:
    answer = operate(Operations(3, (SERVICE,), SUPPORT))
    costs = {one.what: one.cost for one in answer.prices}
    more = replace(SUPPORT, contacts=tuple(one * 1.1 for one in SUPPORT.contacts))
    again = operate(Operations(3, (SERVICE,), more))
    assert costs["support: 10 % more contacts"] == pytest.approx(
        again.run.cost - answer.run.cost, abs=0.5
    )
    level = costs["support: service level of 81 % instead of 80 %"]
    assert level is not None and level >= 0
    others = {one.what: one.cost for one in answer.others}
    assert set(others) == {
        "api: small all the time",
        "api: large all the time",
        "api: slow all the time",
        "support: people only all the time",
        "support: 2% wrong all the time",
        "support: 8% wrong all the time",
    }
    assert all(cost is None or cost >= -0.5 for cost in others.values())


def test_a_budget_moves_what_it_can_to_an_earlier_month() -> None:
    forms = (SERVICE.forms[0], replace(SERVICE.forms[1], cost_per_month=200, once=400))
    busy = replace(SERVICE, requests=(2e6, 80e6, 80e6), forms=forms)
    free = operate(Operations(3, (busy,), None, marketing=100))
    most = max(month.cost for month in free.run.months)
    assert most == free.run.months[1].cost  # the large form is set up when it is needed
    tight = operate(Operations(3, (busy,), None, marketing=100, budget=most - 1))
    assert max(month.cost for month in tight.run.months) <= most - 1
    assert tight.run.cost == pytest.approx(free.run.cost)


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (
            Operations(3, (replace(SERVICE, least_quality=0.93),), None),
            "No operating plan meets all of these at once: api: 0.95 of requests within 0.5 s; "
            "api: quality of at least 0.93. Each of them is needed for the conflict: relax any "
            "one.",
        ),
        (
            Operations(1, (), SUPPORT, budget=3000),
            "No operating plan meets this: a month costs at most 3,000. Relax it.",
        ),
        (
            Operations(3, (), replace(SUPPORT, agents=0, hire_months=2)),
            "No operating plan meets this: a new agent begins after 2 months (0 today). Relax it.",
        ),
        (
            Operations(3),
            "`operations:` needs a service or `support:`; found neither. Add one.",
        ),
    ],
)
def test_why_there_is_no_plan(problem: Operations, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        operate(problem)
    assert str(caught.value) == sentence


def test_what_was_not_solved_in_time_is_not_called_impossible() -> None:
    problem = Operations(3, (SERVICE,), SUPPORT)
    with pytest.raises(InputError) as caught:
        operate(problem, seconds=1e-9)
    assert str(caught.value) == (
        "No operating plan was found within 1e-09 seconds, and none is known to be impossible. "
        "Give the solver more --seconds."
    )
    assert cheapest(problem, seconds=1e-9) is NoRun.unknown
    assert cheapest(replace(problem, budget=100.0), seconds=5) is NoRun.impossible


def cut_short(
    monkeypatch: pytest.MonkeyPatch, is_cut: Callable[[Operations], bool], gap: float = 0.0
) -> None:
    """Make the solver run out of time for some problems, or leave a gap open on all others."""

    def solver(problem: Operations, *, seconds: float = 30.0) -> Run | NoRun:
        found = NoRun.unknown if is_cut(problem) else cheapest(problem, seconds=seconds)
        return found if isinstance(found, NoRun) else replace(found, bound=found.cost * (1 - gap))

    monkeypatch.setattr(answers, "cheapest", solver)
    monkeypatch.setattr(infeasible, "cheapest", solver)


def test_changes_that_were_not_solved_in_time_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    most = max(month.cost for month in operate(Operations(3, (), SUPPORT)).run.months)
    cut_short(monkeypatch, lambda p: p.support is not None and p.support.contacts[0] > 2100)
    answer = operate(Operations(3, (), SUPPORT, budget=most))
    changes = {one.what: one for one in (*answer.prices, *answer.others)}
    unsolved = changes["support: 10 % more contacts"]
    assert (unsolved.cost, unsolved.is_impossible, unsolved.is_proved) == (None, False, False)
    impossible = changes["support: people only all the time"]
    assert (impossible.cost, impossible.is_impossible, impossible.is_proved) == (None, True, True)


def test_prices_of_unproved_plans_come_with_their_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = operate(Operations(3, (), SUPPORT))
    cut_short(monkeypatch, lambda p: False, gap=0.01)
    for one, true in zip(operate(Operations(3, (), SUPPORT)).prices, exact.prices, strict=True):
        assert one.cost is not None and true.cost is not None
        assert one.low is not None and one.high is not None
        assert one.low <= true.cost <= one.high
        assert one.high - one.low == pytest.approx(0.01 * (2 * exact.run.cost + one.cost))
        assert not one.is_proved and true.is_proved


def test_no_conflict_is_named_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its budget the problem is possible; when that is not solved in time, it is kept."""
    problem = Operations(1, (), SUPPORT, budget=3000)
    whole = conflict(problem)
    assert whole is not None and whole.is_smallest
    assert [one.words for one in whole.kept] == ["a month costs at most 3,000"]
    cut_short(monkeypatch, lambda p: p.budget is None and p.support is not SUPPORT)
    found = conflict(problem)
    assert found is not None
    assert "a month costs at most 3,000" in [one.words for one in found.kept]
    cut_short(
        monkeypatch,
        lambda p: p.support is not None and p.support.most_wrong is None and p.budget == 3000,
    )
    with pytest.raises(InputError) as caught:
        operate(problem)
    assert str(caught.value) == (
        "No operating plan meets all of these at once: a month costs at most 3,000; at most 0.1 "
        "of automatic answers are wrong. Not all of them may be needed for the conflict: there was "
        "no time to tell. Give the solver more --seconds."
    )


def test_every_month_keeps_its_promises_and_adds_up() -> None:
    answer = operate(Operations(3, (SERVICE,), SUPPORT, marketing=600, budget=60_000))
    before = SUPPORT.agents
    for k, month in enumerate(answer.run.months):
        served, staffed = month.services["api"], month.support
        assert staffed is not None
        assert served.machines == machines(SERVICE, served.form, k)
        need = agents(SUPPORT, staffed.dial, k)
        assert need is not None and staffed.needed == need.in_all
        assert staffed.agents == before + staffed.hired - staffed.released
        parts = (served.cost, staffed.people_cost, staffed.answers_cost, staffed.wrong_cost)
        assert month.cost == pytest.approx(600 + sum(parts)) and month.cost <= 60_000
        before = staffed.agents
    assert answer.run.cost == pytest.approx(sum(month.cost for month in answer.run.months))


def test_the_meter_replaces_what_the_file_says() -> None:
    used = [
        DailyUse(date(2026, 10, day), "k", "shop", 1000, 1000, 9000, 25_000) for day in range(1, 11)
    ]
    asked = plan.Operations.model_validate(
        {
            "months": 2,
            "services": [
                {
                    "id": "api",
                    "requests_per_month": 5,
                    "growth_per_month": 0.1,
                    "model": "shop",
                    "forms": [
                        {"id": "f", "quality": 1, "per_second": 7, "cost_per_month": 9,
                         "model": "shop"}
                    ],
                }
            ],
        }
    )  # fmt: skip
    problem, said = operations_of(asked, meters(used))
    assert problem.services[0].forms[0].per_second == pytest.approx(40)
    assert problem.services[0].requests == pytest.approx((30_437.5, 33_481.25))
    assert said == (
        "api: 30,438 requests a month, measured over 10 days (the file says 5).",
        "api: f answers 40 requests a second, measured on 10,000 (the file says 7).",
    )
    unmeasured, nothing = operations_of(asked, meters(used[:1]))
    assert unmeasured.services[0].requests[0] == 5  # one day tells no month
    assert len(nothing) == 1
