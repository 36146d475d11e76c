"""Tests for whet.company.plan.read: a whole plan, and every refusal with its text and its line."""

from datetime import date
from pathlib import Path

import pytest

from whet.cards.read import read_card
from whet.company.plan.read import check_plan, plan_of_text, plan_schema, read_plan
from whet.company.plan.schema import Plan
from whet.core.errors import InputError
from whet.core.yaml.explain import expected, slots
from whet.core.yaml.part import Part

from .conftest import Complaints

EXAMPLES = Path(__file__).parents[3] / "examples"
EXAMPLE = EXAMPLES / "company" / "company.yaml"


def test_a_minimal_plan_gets_every_default(minimal: str) -> None:
    plan = plan_of_text(minimal, "company.yaml")
    assert plan.start == date(2026, 1, 5)
    assert [task.id for task in plan.tasks] == ["build"]
    assert [mark.id for mark in plan.milestones] == ["launch"]
    assert (plan.months, plan.cash, plan.assumptions.draws) == (24, None, 10_000)


def test_the_example_is_right_and_is_what_it_says() -> None:
    plan = read_plan(EXAMPLE)
    assert check_plan(EXAMPLE) == []
    assert plan.cash is not None
    assert (len(plan.people), len(plan.products), len(plan.channels)) == (7, 3, 4)
    assert (len(plan.risks), len(plan.market.rivals), len(plan.milestones)) == (8, 2, 5)
    assert len({product.stage for product in plan.products}) == 3
    assert 28 <= len(plan.tasks) <= 34
    assert len({way.kind for way in plan.revenue}) == 5


def test_the_example_has_a_line_for_every_section() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert [name for name in Plan.model_fields if f"\n{name}:" not in text] == []


def test_leap_days_are_days(minimal: str) -> None:
    plan = plan_of_text(minimal.replace("2026-03-31", "2028-02-29"), "company.yaml")
    assert plan.milestones[0].deadline == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("EUR", "Euro", "1: currency: must be a currency of three capital letters, such as EUR; "
         "found 'Euro'"),
        ("2026-01-05", "2026-01-05 10:00:00", "2: start: must be a date such as 2026-03-31; found "
         "2026-01-05 10:00:00"),
        ("2026-03-31", "2026-02-29", "9: projects[0].milestones[0].deadline: cannot be read as a "
         "value; found 2026-02-29. There is no such date or number."),
        ("cost_per_month: 4000", "cost_per_month: -4", "5: people[1].cost_per_month: must be a "
         "number of at least 0; found -4"),
        ("cost_per_month: 4000", "cost_per_month: 100 USD", "5: people[1].cost_per_month: must be "
         "a number of at least 0; found '100 USD'. Amounts are numbers in the file's one currency: "
         "convert it to EUR."),
        ("cost_per_month: 4000", "cost_per_month: $100", "5: people[1].cost_per_month: must be a "
         "number of at least 0; found '$100'. Amounts are numbers in the file's one currency: "
         "convert it to EUR."),
        ("cost_per_month: 4000", "cost_per_month: 100 EUR", "5: people[1].cost_per_month: must be "
         "a number of at least 0; found '100 EUR'. Amounts are numbers in the file's one currency: "
         "leave EUR out."),
        ("data: 0.4", "data: 4", "5: people[1].skills.data: must be a number from 0 to 1; found 4"),
        ("effort: 4", "effort: [1, 4]", "11: projects[0].tasks[0].effort: must be a number of at "
         "least 0, three of them as [low, likely, high], or a text such as '2 to 5'; "
         "found [1, 4]"),
        ("effort: 4", "effort: -1", "11: projects[0].tasks[0].effort: must be a number of at "
         "least 0, three of them as [low, likely, high], or a text such as '2 to 5'; found -1"),
        ("effort: 4", "effort: [4, 3, 5]", "11: projects[0].tasks[0].effort: must rise from low "
         "over likely to high; found 4, 3, 5"),
        ("effort: 4", "effort: 4, after: [3]", "11: projects[0].tasks[0].after[0]: must be the id "
         "of a task or milestone, or a mapping such as {task: design, lag_days: 3}; found 3"),
        ("effort: 4", "efort: 4", "11: projects[0].tasks[0].efort: is no field. "
         "Did you mean 'effort'?"),
        ("id: bo", "id: Bo Li", "5: people[1].id: must be a text of at most 64 lower-case letters, "
         "digits, `.`, `_` and `-`, a letter or digit first; found 'Bo Li'"),
    ],
)  # fmt: skip
def test_one_wrong_field(
    minimal: str, complaints: Complaints, old: str, new: str, complaint: str
) -> None:
    assert complaint in complaints(minimal.replace(old, new, 1))


def test_a_probability_lies_between_0_and_1(minimal: str, complaints: Complaints) -> None:
    risk = "risks: [{id: a, title: b, probability: 1.5, impact: {cash: 1}}]\n"
    assert complaints(minimal + risk) == [
        "12: risks[0].probability: must be a number from 0 to 1; found 1.5"
    ]


def test_an_impact_on_nothing_and_a_window_the_wrong_way_round(
    minimal: str, complaints: Complaints
) -> None:
    risks = (
        "risks:\n"
        "  - {id: a, title: b, probability: 0.5, impact: {}}\n"
        "  - {id: c, title: d, probability: 0.5, impact: {cash: 1}, first: 2026-05-01, "
        "last: 2026-04-01}\n"
    )
    assert complaints(minimal + risks) == [
        "13: risks[0].impact: must name what it costs: effort, days, cash or demand",
        "14: risks[1]: ends (2026-04-01) before it starts (2026-05-01). Swap the two.",
    ]


def test_every_problem_is_told_at_once_in_the_order_of_the_lines(
    minimal: str, complaints: Complaints
) -> None:
    text = minimal.replace("start: 2026-01-05", "strat: 2026-01-05").replace(
        "ml: 1}, m", "mll: 1}, m"
    )
    lines = [line.split(":")[0:2] for line in complaints(text + "cash: {balance: 0}\n")]
    assert lines == [["1", " start"], ["2", " strat"], ["11", " projects[0].tasks[0].skills.mll"],
                     ["12", " cash.balance"]]  # fmt: skip


def test_what_is_no_plan_is_told_in_one_sentence(tmp_path: Path) -> None:
    missing = tmp_path / "company.yaml"
    with pytest.raises(InputError) as caught:
        read_plan(missing)
    assert str(caught.value) == (
        f"{missing}: there is no such file. `whet plan schema` says what a plan may hold."
    )
    missing.write_text("")
    with pytest.raises(InputError) as caught:
        read_plan(missing)
    assert str(caught.value) == (
        f"{missing}: the plan is empty. It needs at least `currency:` and `start:`."
    )
    with pytest.raises(InputError) as caught:
        plan_of_text("- a\n", "HEAD~1:company.yaml")
    assert str(caught.value) == (
        "HEAD~1:company.yaml:1: a plan must be a mapping of fields such as `currency:` and "
        "`start:`; found a list"
    )


def big_plan(tasks: int) -> str:
    """Return a plan with a chain of tasks, 14 lines of head and 4 lines a task."""
    head = (
        "currency: EUR\nstart: 2026-01-05\n"
        "people: [{id: ada, role: dev, skills: {ml: 1}, cost_per_month: 5000}]\n"
        "projects:\n  - id: big\n    goal: last\n    tasks:\n"
    )
    return head + "".join(
        f"      - id: task-{i}\n        effort: [2, 3, {i % 5 + 4}]\n        skills: {{ml: 1}}\n"
        f"        after: [{f'task-{i - 1}' if i else ''}]\n"
        for i in range(tasks)
    )


def test_a_file_of_ten_thousand_tasks_is_read() -> None:
    plan = plan_of_text(big_plan(10_000), "company.yaml")
    assert len(plan.tasks) == 10_000
    assert plan.tasks[-1].after[0].task == "task-9998"


def test_a_mistake_in_a_long_file_has_its_line(complaints: Complaints) -> None:
    text = big_plan(3_000).replace("after: []", "after: [task-2999]")
    cycle, twice, effort = complaints(text + "      - id: task-7\n        effort: x\n")
    assert cycle == (
        "11: projects[0].tasks[0].after[0]: waits for itself: task-0 after task-2999 after "
        "task-2998 after task-2997 after task-2996 after … after task-1 after task-0. Take one of "
        "these links out."
    )
    assert twice == (
        "12008: projects[0].tasks[3000].id: 'task-7' is the id of another task (line 36). "
        "Choose another."
    )
    assert effort.startswith("12009: projects[0].tasks[3000].effort: must be a number")


def test_a_long_file_that_is_no_yaml_is_told_in_the_same_words(complaints: Complaints) -> None:
    short, long = (complaints(big_plan(n) + "      - {id: a\n") for n in (1, 3_000))
    assert [line.split(": ", 1)[1] for line in short] == [
        line.split(": ", 1)[1].replace("line 12008", "line 12") for line in long
    ]


def test_more_values_than_any_plan_needs_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        plan_of_text("a: [" + "1, " * 500_001 + "]", "company.yaml")
    assert str(caught.value) == "company.yaml:1: a plan holds at most 500,000 values and 50 levels"


def _parts(model: type[Part]) -> set[type[Part]]:
    """Return all parts below one."""
    found = {model}
    todo = [field.annotation for field in model.model_fields.values()]
    while todo:
        annotation = todo.pop()
        if isinstance(annotation, type) and issubclass(annotation, Part):
            found |= _parts(annotation)
        todo += getattr(annotation, "__args__", ())
    return found


@pytest.mark.parametrize("part", sorted(_parts(Plan), key=str), ids=lambda part: part.__name__)
def test_every_field_can_be_explained(part: type[Part]) -> None:
    """A new field needs a docstring, and its type and bounds need words."""
    for name, slot in slots(part).items():
        assert slot.meaning, f"{part.__name__}.{name} has no docstring"
        assert expected(slot)


def test_the_json_schema_describes_every_section() -> None:
    schema = plan_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["required"] == ["currency", "start"]
    assert set(schema["properties"]) == set(Plan.model_fields)


def test_the_support_example_takes_its_curve_from_its_card() -> None:
    folder = EXAMPLES / "support"
    assert check_plan(folder / "company.yaml") == []
    (target,) = read_plan(folder / "company.yaml").quality
    assert target.card == read_card(folder / "card.yaml").name
