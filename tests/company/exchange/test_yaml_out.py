"""Plans as company.yaml: nothing lost, nothing needless, readable."""

from datetime import date

import pytest

from whet.company.exchange.draft import Draft, merged, plan_of
from whet.company.exchange.names import Ids
from whet.company.exchange.yaml_out import plan_values, plan_yaml
from whet.company.plan.read import plan_of_text
from whet.company.plan.schema import Plan
from whet.core.errors import InputError


def test_reading_what_was_written_gives_the_same_plan(example: Plan) -> None:
    assert plan_of_text(plan_yaml(example, "a file"), "out.yaml") == example


def test_a_short_plan_is_written_as_people_write_it(short: Plan) -> None:
    assert plan_yaml(short, "old\nplace") == (
        "# whet plan check company.yaml\n"
        "# Imported from old place.\n"
        "\n"
        "company: 'Oak; #1: Labs'\n"
        "currency: EUR\n"
        "start: 2028-02-28\n"
        "\n"
        "people:\n"
        "  - {id: ada, name: Ada Lo, role: engineer, skills: {ml: 1}, cost_per_month: 5000}\n"
        "\n"
        "projects:\n"
        "  - id: one\n"
        "    goal: Win\n"
        "    milestones:\n"
        "      - {id: launch, title: 'Launch: now', deadline: 2028-03-31, hard: true}\n"
        "    tasks:\n"
        "      - id: build\n"
        "        title: 'click here: 50%'\n"
        "        effort: [2, 3, 5]\n"
        "        skills: {ml: 1}\n"
        "        milestone: launch\n"
        "      - {id: ship, effort: 1, after: [{task: build, lag_days: 0.5}], milestone: launch}\n"
    )


def test_words_that_yaml_takes_for_something_else_stay_words() -> None:
    titles = ["yes", "2028-02-29", "1e3", "12:30:00", "null", "- a", "a: b", "合同 📄", "x\ny", "'"]
    tasks = [{"id": f"t{i}", "title": title, "effort": 1} for i, title in enumerate(titles)]
    draft = Draft({"projects": [{"id": "p", "goal": "g", "tasks": tasks}]})
    plan = plan_of(draft, "x", today=date(2028, 1, 1))
    assert plan_of_text(plan_yaml(plan), "x.yaml") == plan


def test_ids_are_given_once() -> None:
    ids = Ids()
    assert [
        ids.take("Café"),
        ids.take("cafe"),
        ids.take("合同", "task"),
        ids.take("1.2", "task"),
    ] == [
        "cafe",
        "cafe-2",
        "task",
        "1-2",
    ]


def test_what_comes_back_unchanged_takes_nothing_away(example: Plan) -> None:
    base = Draft(plan_values(example))
    less = Draft({"projects": [{"id": "triage-3", "goal": "triage-3", "tasks": [
        {"id": "t-train", "effort": 9}, {"id": "t-risk", "effort": 7}]}]})  # fmt: skip
    found = plan_of(merged([base, less]), "x", today=date(2026, 12, 1))
    efforts = {task.id: str(task.effort) for task in found.tasks}
    assert (efforts["t-train"], efforts["t-risk"]) == ("9 (6 to 16)", "7")
    assert found.projects[0].goal == example.projects[0].goal


def test_two_currencies_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        merged([Draft({"currency": "EUR"}), Draft({"currency": "USD"})])
    assert str(caught.value) == (
        "A plan has one currency; the files name EUR and USD. Convert one of them first."
    )


def test_a_draft_that_is_no_plan_is_told_field_by_field() -> None:
    draft = Draft({"people": [{"id": "A B", "role": "x", "cost_per_month": -1}]})
    with pytest.raises(InputError) as caught:
        plan_of(draft, "a.csv", today=date(2028, 1, 1))
    assert str(caught.value).splitlines()[1] == (
        "a.csv: people[0].cost_per_month: must be a number of at least 0; found -1"
    )
