"""Tests for whet.company.report.translation: every sentence comes from the part that says it."""

import re
from pathlib import Path

import numpy as np
import pytest

from whet.company.cash.costs import doubts
from whet.company.labels.curve import Curve
from whet.company.labels.refusals import refusal
from whet.company.operations.answer import _changes, _fixed
from whet.company.operations.coverage import Coverage
from whet.company.operations.from_plan import operations_of
from whet.company.operations.measured import Meter
from whet.company.plan.read import plan_of_text, read_plan
from whet.company.report.sayings import spoken
from whet.company.report.translation import in_chinese
from whet.company.report.wording import Words
from whet.company.schedule.explain import infeasible
from whet.company.schedule.from_plan import asked
from whet.company.schedule.what_if import one_more_person, one_more_week
from whet.company.strategy.answer import _line_words, _money_words
from whet.company.strategy.from_plan import problem_of
from whet.company.strategy.prices import Price
from whet.company.team import report as team
from whet.company.team.drivers import _too_few
from whet.company.team.from_plan import team_inputs

EXAMPLE = Path(__file__).parents[3] / "examples" / "company" / "company.yaml"
CHINESE = re.compile("[\u4e00-\u9fff]")


def is_translated(text: str) -> bool:
    said = in_chinese(text)
    return said != text and CHINESE.search(said) is not None


def test_what_is_changed_and_what_is_measured_in_running_costs() -> None:
    plan = read_plan(EXAMPLE)
    assert plan.operations is not None
    named = plan.operations.services[0].model or ""
    forms = {form.model: Meter(400, 9, 3.5, None) for form in plan.operations.services[0].forms}
    meters = {str(name): meter for name, meter in forms.items()} | {named: Meter(5000, 30, 3, 5000)}
    problem, measured = operations_of(plan.operations, meters)
    assert plan.operations.support is not None
    support = plan.operations.support.model_copy(update={"card": "faq"})
    with_card = plan.operations.model_copy(update={"support": support})
    for coverage in (None, Coverage("faq", "run_1", ((1.0, 0.0),))):
        measured += operations_of(with_card, {}, coverage=coverage)[1]
    said = [what for what, _ in (*_changes(problem), *_fixed(problem))]
    assert len(said) > 10
    assert [text for text in (*said, *measured) if not is_translated(text)] == []
    assert in_chinese("support: service level of 81 % instead of 80 %") == (
        "客服：服务水平由 80% 改为 81%"
    )


def test_changes_of_a_schedule_and_why_there_is_none() -> None:
    plan = read_plan(EXAMPLE)
    problem = asked(plan, {task.id: 4 for task in plan.tasks}).problem
    assert in_chinese(one_more_person(problem, "ml").name) == "增加一名具备“ml”技能的人"
    assert is_translated(one_more_week(problem).name)
    text = """
currency: EUR
start: 2027-03-01
people:
  - {id: ada, role: all, skills: {ml: 1}, cost_per_month: 1}
projects:
  - id: one
    goal: one thing
    milestones: [{id: done, deadline: 2027-03-08, hard: true}]
    tasks:
      - {id: a, effort: 4, skills: {ml: 1}, milestone: done}
      - {id: b, effort: 4, skills: {ml: 1}, after: [a], milestone: done, deadline: 2027-03-08}
"""
    given = asked(plan_of_text(text, "x"))
    why = infeasible(given.problem, naming=given.naming)
    assert is_translated(why), why
    assert "里程碑 done（" in in_chinese(why) or "任务 b 须在" in in_chinese(why)


def test_curves_that_say_nothing() -> None:
    short = Curve("c", "f1", (100, 200), (0.4, 0.3), (0.01, 0.01))
    five = (100.0, 200.0, 400.0, 800.0, 1600.0)
    rising = Curve("c", "f1", five, (0.4, 0.3, 0.2, 0.3, 0.5), (0.01,) * 5)
    flat = Curve("c", "f1", five, (0.3,) * 5, (0.01,) * 5)
    for curve, kind in ((short, "short"), (rising, "rising"), (flat, "flat")):
        found = refusal(curve)
        assert found is not None and found.kind == kind
        assert is_translated(found.sentence()), found.sentence()


def test_notes_on_the_team_the_money_and_what_binds() -> None:
    plan = read_plan(EXAMPLE)
    own = [team.NO_SURVEY, team.NO_WAITING, team.NO_CODE, team.NO_LINES]
    own += [team_inputs(plan).notes[0]]
    own += [_too_few(7, 5, "joy", np.arange(7.0)), _too_few(20, 5, "joy", np.ones(20))]
    problem, _ = problem_of(plan.channels, plan.strategy)
    own += [_line_words(problem, 0, kind, 0.5) for kind in ("most", "least")]
    own += [_money_words(Price(0.5, 0.7)), _money_words(Price(0.5, 0.5))]
    assert plan.cash is not None
    costs = [plan.cash.costs[0].model_copy(update={"id": f"marketing{i}"}) for i in range(2)]
    twice = plan.model_copy(update={"cash": plan.cash.model_copy(update={"costs": costs})})
    own += doubts(twice)
    assert [text for text in own if not is_translated(text)] == []


def test_a_text_of_no_known_shape_stays_and_is_marked_as_english() -> None:
    assert in_chinese("Nobody said this before.") == "Nobody said this before."
    # Half a translation is none.
    mixed = f"{team.NO_CODE} Nobody said this before."
    assert in_chinese(mixed) == mixed
    blocks = spoken((team.NO_CODE, mixed), Words("zh", "EUR"))
    assert [(b.language, len(b.sentences)) for b in blocks] == [(None, 1), ("en", 1)]
    assert [b.sentences for b in spoken((mixed,), Words("en", "EUR"))] == [(mixed,)]
    assert spoken((), Words("zh", "EUR")) == []


def test_a_clause_by_hand() -> None:
    assert in_chinese("task b must end by 2027-03-08") == "任务 b 须在 2027-03-08 前结束"


@pytest.mark.parametrize("text", ["as now", "best mix", "extract-ladder: most profit"])
def test_names_are_translated(text: str) -> None:
    assert is_translated(text)
