"""Prices of whole changes: one more person, one more week, one feature less."""

import pytest
from tests.company.schedule.small import company, person, task

from whet.company.schedule.limits import Limits
from whet.company.schedule.problem import Link, Milestone, Problem
from whet.company.schedule.solve import solve
from whet.company.schedule.what_if import (
    one_more_person,
    one_more_week,
    price,
    usual_changes,
    without,
)
from whet.core.errors import InputError

LIMITS = Limits(seconds=3, workers=1)


def two_milestones() -> Problem:
    tasks = (
        task("base", 2),
        task("a", 6),
        task("b", 6, group="extra"),
        task("c", 4, group="extra"),
    )
    links = (Link("base", "a"), Link("base", "b"), Link("b", "c"))
    milestones = (Milestone("first", ("a",), due=4, weight=2), Milestone("second", ("c",), due=10))
    return company(tasks, (person("anna", "code", cost=3),), links, milestones)


def test_one_more_person_halves_the_work() -> None:
    problem = two_milestones()
    plan = solve(problem, limits=LIMITS)
    (priced,) = price(plan, problem, [one_more_person(problem, "code")], limits=LIMITS)
    assert plan.schedule.makespan == 18
    assert priced.makespan == 12 - 18
    assert priced.moved == {"first": 0, "second": -6}
    assert (priced.delay, priced.cost, priced.is_sure) == (-6.0, 0.0, True)


def test_one_more_week_takes_delay_away_and_moves_no_date() -> None:
    problem = two_milestones()
    plan = solve(problem, limits=LIMITS)
    (priced,) = price(plan, problem, [one_more_week(problem)], limits=LIMITS)
    assert priced.name == "+1 week"
    assert (priced.delay, priced.makespan) == (-16.0, 0)


def test_a_milestone_left_out_takes_what_only_it_needs() -> None:
    change = without(two_milestones(), milestone="second")
    assert [each.id for each in change.problem.tasks] == ["base", "a"]
    assert change.problem.links == (Link("base", "a"),)
    assert [m.id for m in change.problem.milestones] == ["first"]


def test_what_waited_for_a_feature_waits_for_what_was_before_it() -> None:
    tasks = (task("x", 1), task("y", 1, group="f"), task("z", 1))
    problem = company(tasks, (person("anna", "code"),), (Link("x", "y"), Link("y", "z")))
    assert without(problem, group="f").problem.links == (Link("x", "z"),)


def test_a_change_that_has_no_schedule_says_why() -> None:
    tight = company((task("a", 4, deadline=8), task("b", 4, deadline=8)), (person("anna", "code"),))
    plan = solve(tight, limits=LIMITS)
    (priced,) = price(plan, tight, [one_more_week(tight, slots=-2)], limits=LIMITS)
    assert priced.refused.startswith(
        "There is no schedule that keeps all of these: task a must end"
    )
    assert not priced.is_sure


def test_all_usual_changes_are_named() -> None:
    names = [change.name for change in usual_changes(two_milestones())]
    assert names == ["+1 person with code", "+1 week", "-first", "-second"]


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (
            lambda p: one_more_person(p, "cod"),
            "A new person must have a skill that a task needs; found 'cod'. Did you mean 'code'?",
        ),
        (
            lambda p: without(p, milestone="frist"),
            "A feature to leave out must be one of the plan; found 'frist'. Did you mean 'first'?",
        ),
        (
            lambda p: without(p, group="extras"),
            "A feature to leave out must be one of the plan; found 'extras'. Did you mean 'extra'?",
        ),
    ],
)
def test_names_that_are_none_are_refused(ask: object, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        ask(two_milestones())  # type: ignore[operator]
    assert str(refused.value) == sentence
