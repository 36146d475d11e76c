"""Tests for whet.company.report.steps: the example's plan as a whole, and plans that lack parts."""

import html
import math
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from whet.company.cash.from_plan import company_of_plan
from whet.company.cash.sources import sources
from whet.company.pictures.wording import Language
from whet.company.plan.read import plan_of_text, read_plan
from whet.company.report import steps
from whet.company.report.computation import Question, compute_report
from whet.company.report.decisions import decisions
from whet.company.report.page import render_report
from whet.company.report.sections.whole import PlanReport
from whet.company.report.wording import Words
from whet.company.schedule import explain

EXAMPLE = Path(__file__).parents[3] / "examples" / "company" / "company.yaml"
SMALL = """
company: Two
currency: EUR
start: 2027-03-01
people:
  - {id: ada, name: Ada, role: all, skills: {ml: 1}, cost_per_month: 4000}
projects:
  - id: one
    goal: one thing
    milestones: [{id: done, title: It is done, deadline: DEADLINE, hard: true}]
    tasks:
      - {id: a, title: First, effort: 3, skills: {ml: 1}, milestone: done}
      - {id: b, title: Then, effort: 4, skills: {ml: 1}, after: [a], milestone: done}
cash: {balance: 100000}
"""


def _question(text: str) -> Question:
    plan = plan_of_text(text, "company.yaml")
    small = plan.model_copy(
        update={"assumptions": plan.assumptions.model_copy(update={"draws": 500})}
    )
    return Question(small, Path("company.yaml"), seconds=0.5)


def _report(question: Question) -> PlanReport:
    return compute_report(question, steps.STEPS, command="whet plan report")


@pytest.fixture(scope="module")
def asked() -> Question:
    plan = read_plan(EXAMPLE)
    small = plan.model_copy(
        update={"assumptions": plan.assumptions.model_copy(update={"draws": 500})}
    )
    return Question(small, EXAMPLE, seconds=0.5)


@pytest.fixture(scope="module")
def found(asked: Question) -> PlanReport:
    return _report(asked)


def test_the_example_fills_every_section(found: PlanReport) -> None:
    assert [r.why for r in found.refused] == []
    for name, _ in steps.STEPS:
        assert getattr(found, name) is not None, name


def test_every_open_task_is_a_bar_and_the_people_are_named(
    asked: Question, found: PlanReport
) -> None:
    assert found.schedule is not None
    open_tasks = {t.title for t in asked.plan.tasks if not t.finished}
    assert {bar.name for bar in found.schedule.bars} == open_tasks
    names = {person.name for person in asked.plan.people}
    assert {name for bar in found.schedule.bars for name in bar.people} <= names
    for bar in found.schedule.bars:
        assert bar.start <= bar.end
        assert bar.p80 is not None
        assert bar.p80 >= bar.end
    visit = next(bar for bar in found.schedule.bars if bar.name == "The auditor's visit")
    assert (visit.start, visit.people) == (date(2027, 3, 10), ("Jonas Wirth",))


def test_loads_are_shares_and_nobody_works_before_the_first_day(
    asked: Question, found: PlanReport
) -> None:
    assert found.load is not None
    assert found.load.monday == date(2026, 11, 30)
    known = [v for row in found.load.loads for v in row if not math.isnan(v)]
    assert 0 <= min(known) <= max(known) <= 1
    lea = found.load.loads[found.load.people.index("Lea Ostrom")]
    assert all(math.isnan(v) for v in lea[:5])  # she comes on 4 January


def test_dates_and_cash_come_from_the_same_futures(asked: Question, found: PlanReport) -> None:
    world = steps.world(asked)
    assert found.dates is not None
    assert found.cash is not None
    by_name = {f.name: f for f in found.dates.finishes}
    finish = by_name["Triage 3 is live"]
    days = np.ceil(world.times.of("triage-release") - 1e-6) - 1
    share = float(np.mean(days <= (date(2027, 2, 5) - asked.plan.start).days))
    assert finish.chance_by(date(2027, 2, 5)) == pytest.approx(share)
    assert finish.chances[-1] == pytest.approx(1)
    assert found.cash.quantiles[0.5][0] == 430_000
    assert found.cash.quantiles[0.5][-1] == pytest.approx(
        float(np.median(world.accounts.balance[:, -1]))
    )
    ends = 430_000 + sum(step.change for step in found.cash.change)
    assert ends == pytest.approx(float(world.accounts.balance[:, -1].mean()))
    assert found.cash.ruin == pytest.approx(float((world.accounts.balance < 0).any(axis=1).mean()))


def test_strategy_labels_team_and_market_say_what_their_parts_say(
    asked: Question, found: PlanReport
) -> None:
    assert found.strategy and found.labels and found.team and found.market and found.prices
    assert sum(line.amount for line in found.strategy.lines) <= 48_000 + 1e-6
    chosen = {r.name: r for r in found.strategy.responses}
    for line in found.strategy.lines:
        response = chosen[line.name]
        assert response.chosen[0] == pytest.approx(line.amount)
        assert response.chosen[1] == pytest.approx(
            np.interp(line.amount, response.spend, response.value), rel=0.01
        )
    assert [t.name for t in found.labels.targets] == ["extract-f1", "match-ap"]
    fan = found.labels.targets[0].fan
    assert fan is not None
    assert (fan.x[0], fan.x[-1]) == (4000, 16_000)
    assert all(
        a < b < c for a, b, c in zip(*(fan.quantiles[p] for p in (0.1, 0.5, 0.9)), strict=True)
    )
    assert found.team.answers == 7
    assert found.team.satisfaction is not None
    needed = {row.skill: row for row in found.team.skills}
    assert needed["labels"].people == 2
    curves = steps.efforts(asked).days
    assert needed["labels"].needed_days > curves["e-label"].likely  # the curve's work counts
    assert all(row.free_days <= row.needed_days + 1e-6 for row in found.team.skills)
    ours = [o.name for m in found.market.maps for o in m.offers if o.is_ours]
    assert ours == ["Fennel Triage", "Fennel Extract"]
    assert found.market.maps[0].name == "Online shops with a help desk: Fennel Triage"
    assert {p.what for p in found.prices} >= {"money", "label", "gpu hour"}


@pytest.mark.slow
def test_the_same_plan_gives_the_same_page(asked: Question, found: PlanReport) -> None:
    faces: tuple[Language, ...] = ("zh", "en")
    again = _report(replace(asked, known={}))
    assert render_report(again, faces) == render_report(found, faces)


def test_a_plan_that_says_little_is_asked_little() -> None:
    found = _report(_question("currency: EUR\nstart: 2027-03-01\n"))
    assert found.refused == ()
    assert all(getattr(found, name) is None for name, _ in steps.STEPS)


def test_a_plan_without_cash_has_dates_and_says_what_risks_need() -> None:
    risk = """
risks:
  - {id: slow, title: It is slow, category: people, probability: 0.5, impact: {effort: 2}}
"""
    text = SMALL.replace("DEADLINE", "2027-04-30").replace("cash: {balance: 100000}", risk)
    found = _report(_question(text))
    assert found.dates is not None and found.cash is None
    assert found.schedule is not None and found.schedule.bars[0].p80 is not None
    assert [(r.what, r.why) for r in found.refused] == [
        (
            "risks",
            "The page shows risks by the money that they take, and the plan says nothing of money. "
            "Add a section `cash`, or see what they do to dates by `whet plan risk`.",
        )
    ]


def test_one_person_does_two_tasks_one_after_the_other() -> None:
    found = _report(_question(SMALL.replace("DEADLINE", "2027-06-30")))
    assert found.schedule is not None
    assert [(b.name, b.start, b.end) for b in found.schedule.bars] == [
        ("First", date(2027, 3, 1), date(2027, 3, 3)),
        ("Then", date(2027, 3, 4), date(2027, 3, 9)),
    ]
    assert found.schedule.state == "proved"
    assert found.load is not None
    (loads,) = found.load.loads
    assert list(loads) == pytest.approx([1.0, 0.4])
    (stone,) = found.schedule.milestones
    assert (stone.name, stone.when) == ("It is done", date(2027, 3, 9))


def test_requirements_that_contradict_each_other_are_said_and_the_money_is_still_counted() -> None:
    question = _question(SMALL.replace("DEADLINE", "2027-03-04"))
    found = _report(question)
    assert found.refused == ()
    assert found.schedule is not None
    assert found.schedule.state == "impossible"
    (conflict,) = found.schedule.conflicts
    assert "is due on 2027-03-04" in conflict
    assert decisions(found, Words("en", "EUR"))[0].startswith("There is no schedule that meets all")
    assert (
        steps.company(question).network.activities
        == company_of_plan(question.plan, sources(question.plan)).network.activities
    )
    assert found.cash is not None
    assert found.dates is not None
    assert found.dates.finishes[0].chance_by(date(2027, 3, 4)) < 0.5


def test_a_curve_that_is_too_short_is_refused_and_the_schedule_stands() -> None:
    text = SMALL.replace("DEADLINE", "2027-06-30") + (
        "quality:\n  - {id: f1, product: p, metric: f1, value: 0.9, labels_per_day: 100,\n"
        "     measured: [{size: 100, score: 0.6}, {size: 200, score: 0.7},\n"
        "                {size: 400, score: 0.75}]}\n"
        "products: [{id: p, stage: pilot}]\n"
    )
    found = _report(_question(text))
    assert found.labels is not None
    (target,) = found.labels.targets
    assert target.fan is None
    assert target.refused
    assert len(target.measured) == 3
    assert found.schedule is not None


def test_what_ifs_of_very_many_tasks_are_left_out_and_said_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(explain, "LARGEST", 1)
    found = _report(_question(SMALL.replace("DEADLINE", "2027-06-30")))
    assert found.schedule is not None and found.schedule.what_ifs == ()
    assert [(r.what, r.why) for r in found.refused] == [
        (
            "what-ifs",
            "2 tasks take too long to be scheduled again and again. "
            "`whet plan schedule --what-if` does.",
        )
    ]


_SENTENCE = re.compile(r"[A-Za-z][A-Za-z'’-]*(?: [A-Za-z'’-]+){2,}")


def test_the_examples_chinese_face_holds_no_english_but_its_own(found: PlanReport) -> None:
    page = render_report(found, ["zh"])
    given = " ".join(
        " ".join(file.read_text(encoding="utf-8").split())
        for file in (EXAMPLE, *EXAMPLE.parent.glob("*.csv"))
    )
    body = re.sub(r"(?s)<(style|script)\b.*?</\1>", "", page)
    texts = {html.unescape(text) for text in re.findall(r">([^<]+)<", body)}
    ours = {
        words
        for text in texts
        for words in _SENTENCE.findall(text)
        if words not in given and not words.startswith("whet plan ")
    }
    assert ours == set()
    # What is only known in English says so; nothing of the example does.
    assert 'lang="en"' not in body
