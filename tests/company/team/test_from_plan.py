"""Tests for whet.company.team.from_plan: what the file says becomes inputs of this folder."""

from pathlib import Path

import pytest

from whet.company.plan.read import plan_of_text, read_plan
from whet.company.plan.schema import Plan
from whet.company.team.from_plan import asked, survey_of, team_inputs
from whet.core.errors import InputError

EXAMPLE = Path(__file__).parents[3] / "examples" / "company" / "company.yaml"


def plan_of(text: str) -> Plan:
    head = "currency: EUR\nstart: 2027-02-01\nmonths: 3\n"
    return plan_of_text(head + text, "company.yaml")


PEOPLE = """\
people:
  - {id: ana, role: ml, skills: {ml: 1, web: 0.3}, cost_per_month: 1}
  - {id: bo, role: web, skills: {web: 1}, cost_per_month: 1, start: 2027-02-01, ramp_up: [0.5],
     mentor: ana, mentor_share: 0.2}
"""
WORK = "projects: [{id: p, goal: g, tasks: [{id: t, effort: 1, skills: {web: 1}}]}]\n"


def test_skills_below_the_asked_level_do_not_count_and_mentors_give_time() -> None:
    found = team_inputs(plan_of(PEOPLE + WORK))
    ana, bo = found.people
    assert ana.skills == {"ml": 1}
    # February 2027 has 20 working days: bo ramps up at half, and takes a fifth of ana's.
    assert ana.days[:2] == pytest.approx((20 - 4, 23))
    assert bo.days[:2] == pytest.approx((10, 23))
    assert found.focus == 1


def test_sprints_leave_time_for_what_nobody_planned() -> None:
    sprints = WORK.replace("goal: g,", "goal: g, sprints: {start: 2027-02-01, focus: 0.8},")
    found = team_inputs(plan_of(PEOPLE + sprints))
    assert found.people[1].days[1] == pytest.approx(0.8 * 23)
    assert found.notes[0] == "Planned work fills 80% of people's days; the rest is unplanned."


def test_hires_trainings_and_contractors_become_options() -> None:
    text = PEOPLE + WORK + (
        "hires: [{id: dev, role: web, skills: {web: 1}, cost_per_month: 5000, fee: 900,\n"
        "  months_to_find: 1.5, earliest: 2027-03-15, mentors: [ana]}]\n"
        "team:\n"
        "  budget: 5000\n"
        "  days: 9\n"
        "  waiting_cost_per_day: 70\n"
        "  trainings: [{person: ana, skill: web, level: 0.8, days: 6, cost: 400, months: 2}]\n"
        "  contractors: [{id: agency, skills: {web: 1}, cost_per_day: 500,\n"
        "    earliest: 2027-02-02}]\n"
    )  # fmt: skip
    options = team_inputs(plan_of(text)).options
    training, role, agency = options.trainings[0], options.roles[0], options.outside[0]
    assert (training.days, training.months, training.fee) == (3, 2, 400)
    assert (role.lead, role.first, role.once, role.mentors) == (2, 2, 900, ("ana",))
    assert role.mentor_days == pytest.approx(role.days * 0.1)
    assert (agency.first, agency.cost) == (1, 500)
    assert (options.waiting, options.training_days, options.training_money) == (70, 9, 5000)
    assert team_inputs(plan_of(text)).options_for(["bo"]).trainings == ()


def test_a_survey_in_the_plan_itself_is_read_like_a_file() -> None:
    answers = ", ".join(f"{{fun: {1 + i % 5}, team: web}}" for i in range(6))
    plan = plan_of(PEOPLE + f"survey: {{groups: [team], answers: [{answers}]}}\n")
    survey = survey_of(plan, Path())
    assert survey is not None
    assert [item.name for item in survey.items] == ["fun"]
    assert survey.groups == {"team": ("web",) * 6}
    assert asked(plan) == 2


def test_four_answers_in_the_plan_are_refused() -> None:
    plan = plan_of("survey: {answers: [{fun: 1}, {fun: 2}, {fun: 3}, {fun: 4}]}\n")
    with pytest.raises(InputError) as error:
        survey_of(plan, Path())
    assert str(error.value) == (
        "survey.answers must hold at least 5 answers, so that nobody can be recognised; found 4. "
        "Wait for more answers, or ask a larger team."
    )


def test_the_example_has_a_survey_and_everyone_was_asked() -> None:
    plan = read_plan(EXAMPLE)
    survey = survey_of(plan, EXAMPLE.parent)
    assert survey is not None and survey.scores.shape == (7, 6)
    assert asked(plan) == 7


def test_a_plan_without_people_is_refused() -> None:
    with pytest.raises(InputError) as error:
        team_inputs(plan_of(""))
    assert str(error.value) == (
        "A plan of a team needs people; found none. Add `people:` to the plan."
    )
