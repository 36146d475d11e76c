"""Why there is no schedule: minimal, and in words."""

from tests.company.schedule.small import HORIZON, company, person, task

from whet.company.plan.schema import Plan
from whet.company.schedule.explain import conflict, in_words, infeasible
from whet.company.schedule.from_plan import asked
from whet.company.schedule.problem import Milestone
from whet.company.schedule.team_model import Requirement


def test_the_only_person_with_a_skill_is_away() -> None:
    away = person("mei", "ml", capacity=(0,) * 12 + (100,) * (HORIZON - 12))
    problem = company(
        (task("train", 4, "ml"), task("other", 3), task("more", 5)),
        (away, person("bo", "code")),
        milestones=(Milestone("launch", ("train", "other"), due=10, is_hard=True),),
    )
    assert infeasible(problem, naming=lambda slot: f"day {slot // 2}") == (
        "There is no schedule that keeps all of these: milestone launch (train, other; 3.5 days of "
        "work) is due on day 4; task train (2 days) needs ml and only mei has it; mei is away from "
        "day 0 to day 5. Leave out any one of these and there is one."
    )


def test_two_deadlines_for_one_person_name_both_tasks_and_nothing_else() -> None:
    problem = company(
        (task("a", 5, deadline=8), task("b", 5, deadline=8), task("c", 5), task("d", 2, "design")),
        (person("anna", "code"), person("bo", "design")),
    )
    found, is_minimal = conflict(problem)
    assert is_minimal
    assert set(found) == {
        Requirement("deadline", ("a",)),
        Requirement("deadline", ("b",)),
        Requirement("skill", ("a", "code")),
        Requirement("skill", ("b", "code")),
    }


def test_pins_are_named_in_words() -> None:
    problem = company(
        (
            task("a", 4, pinned_start=3, pinned_people=("anna",)),
            task("b", 4, pinned_start=5, pinned_people=("anna",)),
        ),
        (person("anna", "code"), person("bo", "code")),
    )
    found, _ = conflict(problem)
    assert in_words(problem, found) == [
        "task a is pinned to start on slot 3",
        "task b is pinned to start on slot 5",
        "task a is pinned to anna",
        "task b is pinned to anna",
    ]


def test_what_does_not_fit_into_the_horizon_is_said_so() -> None:
    problem = company((task("a", 40), task("b", 40)), (person("anna", "code"),))
    assert infeasible(problem) == (
        "There is no schedule: the tasks do not fit into the plan's horizon, whatever else is left "
        "out. Look at who may do what and until when, or make the horizon longer."
    )


def test_a_deadline_on_a_sunday_is_named_by_its_own_day() -> None:
    ada = {"id": "ada", "role": "r", "skills": {"ml": 1}, "cost_per_month": 1}
    task = {"id": "a", "effort": 9, "skills": {"ml": 1}, "deadline": "2027-01-10"}
    project = {"id": "p", "goal": "g", "tasks": [task]}
    read = Plan.model_validate(
        {"currency": "EUR", "start": "2027-01-04", "people": [ada], "projects": [project]}
    )
    found = asked(read)
    (only,) = found.problem.tasks
    kept = [Requirement("deadline", ("a",))]
    assert only.deadline == 10
    assert in_words(found.problem, kept, found.naming) == ["task a must end by 2027-01-10"]
