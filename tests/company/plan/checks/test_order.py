"""Tests for whet.company.plan.checks.order: cycles, and skills that too few have."""

from tests.company.plan.conftest import Complaints

from whet.company.plan.checks.all import CHECKS
from whet.company.plan.read import PLAN, plan_of_text
from whet.core.yaml.document import parse


def tasks(*lines: str) -> str:
    return "".join(f"      - {{{line}}}\n" for line in lines)


def test_a_cycle_is_named(minimal: str, complaints: Complaints) -> None:
    text = minimal + tasks("id: b, effort: 1, after: [c]", "id: c, effort: 1, after: [b]")
    assert complaints(text) == [
        "12: projects[0].tasks[1].after[0]: waits for itself: b after c after b. Take one of these "
        "links out."
    ]


def test_a_task_that_waits_for_itself(minimal: str, complaints: Complaints) -> None:
    text = minimal + tasks("id: b, effort: 1, after: [{task: b, lag_days: 2}]")
    assert complaints(text) == [
        "12: projects[0].tasks[1].after[0]: waits for itself: b after b. Take one of these links "
        "out."
    ]


def test_a_task_may_not_come_after_the_milestone_that_needs_it(
    minimal: str, complaints: Complaints
) -> None:
    text = minimal + tasks("id: b, effort: 1, after: [launch], milestone: launch")
    assert complaints(text) == [
        "12: projects[0].tasks[1].after[0]: waits for itself: b after launch after b. Take one of "
        "these links out."
    ]


def test_a_diamond_is_no_cycle(minimal: str) -> None:
    text = minimal + tasks(
        "id: b, effort: 1, after: [build]",
        "id: c, effort: 1, after: [build]",
        "id: d, effort: 1, after: [b, c]",
    )
    assert len(plan_of_text(text, "plan").tasks) == 4


def test_a_skill_that_nobody_has(minimal: str, complaints: Complaints) -> None:
    assert complaints(minimal + tasks("id: b, effort: 1, skills: {law: 1}")) == [
        "12: projects[0].tasks[1].skills.law: nobody has the skill 'law', and no one in `hires` or "
        "`team.contractors`. Valid names: data, ml."
    ]


def test_a_skill_that_too_few_have_well_enough(minimal: str, complaints: Complaints) -> None:
    assert complaints(minimal + tasks("id: b, effort: 1, skills: {data: 1}")) == [
        "12: projects[0].tasks[1].skills.data: needs 1 with 'data' at a level of 0.5 or more; "
        "found 0, hires included. Lower `level`, free the task for others, or add somebody to "
        "`hires`."
    ]
    assert plan_of_text(
        minimal + tasks("id: b, effort: 1, level: 0.4, skills: {data: 1}"), "plan"
    ).tasks


def test_a_task_bound_to_people_without_the_skill(minimal: str, complaints: Complaints) -> None:
    bound = tasks("id: b, effort: 1, skills: {ml: 1}, pin: {people: [bo]}")
    assert complaints(minimal + bound) == [
        "12: projects[0].tasks[1].skills.ml: needs 1 with 'ml' at a level of 0.5 or more; found 0 "
        "among bo. Lower `level`, free the task for others, or add somebody to `hires`."
    ]  # fmt: skip


def test_possible_hires_and_contractors_count(minimal: str) -> None:
    text = minimal + tasks(
        "id: b, effort: 1, skills: {law: 2}", "id: c, effort: 1, skills: {qa: 9}"
    )
    text += "hires: [{id: h, role: r, skills: {law: 0.5}, cost_per_month: 1, most: 2}]\n"
    text += "team: {contractors: [{id: k, skills: {qa: 1}, cost_per_day: 1}]}\n"
    assert len(plan_of_text(text, "plan").tasks) == 3


def test_a_chain_longer_than_the_stack(minimal: str) -> None:
    lines = [f"id: t{i}, effort: 1, after: [{f't{i - 1}' if i else 'build'}]" for i in range(3000)]
    lines.reverse()  # so that the walk starts at the far end
    assert len(plan_of_text(minimal + tasks(*lines), "plan").tasks) == 3001


def test_no_check_stumbles_over_a_value_of_another_type() -> None:
    fields = "start people hires team projects quality revenue channels strategy operations risks"
    fields += " market survey cash pilots calendars products"
    for value in ("5", "null", "text", "[[1]]", "{a: {b: 1}}", "[null]", "[{id: 3}]"):
        text = "".join(f"{name}: {value}\n" for name in fields.split())
        text += "".join(f"x{name}: 1\n" for name in ("a", "b"))
        document = parse(text, PLAN)
        for check in CHECKS:
            list(check(document))
    for inner in ("5", "null", "text", "[[1]]", "{a: 1}", "[null]", "[{after: 3, skills: [1]}]"):
        text = f"start: 2026-01-05\nprojects: [{{tasks: {inner}, milestones: {inner}}}]\n"
        text += f"market: {{scenarios: {inner}, rivals: {inner}}}\ncash: {{rounds: {inner}}}\n"
        document = parse(text, PLAN)
        for check in CHECKS:
            list(check(document))


def test_who_left_before_the_plan_begins_does_no_open_work(
    minimal: str, complaints: Complaints
) -> None:
    left = minimal.replace("{id: ada, ", "{id: ada, end: 2026-01-04, ")
    assert complaints(left) == [
        "11: projects[0].tasks[0].skills.ml: nobody has the skill 'ml', and no one in `hires` or "
        "`team.contractors`. Valid names: data."
    ]
    done = left.replace("milestone: launch}", "finished: 2025-12-19, by: [ada]}")
    assert plan_of_text(done, "plan").tasks[0].by == ["ada"]
    assert plan_of_text(minimal.replace("{id: ada, ", "{id: ada, end: 2026-01-05, "), "plan").tasks
