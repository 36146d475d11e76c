"""What does `whet plan team` answer? Survey, skills, what to do about gaps, knowledge, growth."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from whet.company.plan.schema import Plan
from whet.company.strategy.from_plan import line_of
from whet.company.strategy.problem import Problem
from whet.company.team.drivers import Drivers, drivers
from whet.company.team.from_plan import TeamInputs, asked, survey_of, team_inputs
from whet.company.team.git_history import read_history
from whet.company.team.growth import Growth, growth
from whet.company.team.knowledge import Knowledge, code_knowledge
from whet.company.team.skills import Member, SkillPicture, skill_picture
from whet.company.team.staffing import Remedy, remedies
from whet.company.team.survey import SurveyResults, results
from whet.core.errors import InputError

NO_SURVEY = "The plan holds no survey. Add `survey:` with at least five answers."
NO_WAITING = (
    "What waiting work costs is not given, so training and hiring cannot be weighed. "
    "Set team.waiting_cost_per_day above 0."
)
NO_CODE = "No repository was named. Give --code FOLDER to see who knows which code."
NO_LINES = "The plan names no lines or no budget for the team. Set team.lines and team.budget."


@dataclass(frozen=True)
class Code:
    """Where the code lies, who left, and after how many days a change counts half."""

    folder: Path
    left: Collection[str] = ()
    half_life_days: float = 180.0


@dataclass(frozen=True)
class TeamReport:
    """Everything about a plan's team. Where a part is None or empty, `missing` says why."""

    months: tuple[str, ...]
    survey: SurveyResults | None
    drivers: tuple[Drivers, ...]
    skills: SkillPicture
    remedies: tuple[Remedy, ...]
    knowledge: Knowledge | None
    growth: Growth | None
    missing: tuple[str, ...]


def team_report(
    plan: Plan,
    folder: Path,
    *,
    code: Code | None = None,
    without: Collection[str] = (),
    today: date | None = None,
    seed: int = 0,
    seconds: float = 10.0,
) -> TeamReport:
    """Return everything about a plan's team.

    Args:
        plan: the plan.
        folder: the folder that its files are relative to.
        code: the repository for the knowledge of code; None: left out.
        without: people, by id, who are thought away.
        today: the day that knowledge is aged to; the plan's start when None.
        seed: of the test of chance and of the drawn weights.
        seconds: limit of the solver for each way to close gaps.

    Raises:
        InputError: no people, an unknown person, a survey or repository that cannot be read.
    """
    inputs = team_inputs(plan)
    people, missing = inputs.without(without), list(inputs.notes)
    shown, found = _survey(plan, folder, seed, missing)
    if code is None:
        missing.append(NO_CODE)
    ways = _remedies(inputs, people, seconds, missing)
    return TeamReport(
        tuple(str(month) for month in inputs.months),
        shown,
        found,
        skill_picture(people, inputs.work.demand),
        ways,
        None if code is None else _knowledge(plan, code, today or plan.start),
        _growth(plan, ways, seed, missing),
        tuple(missing),
    )


def _survey(
    plan: Plan, folder: Path, seed: int, missing: list[str]
) -> tuple[SurveyResults | None, tuple[Drivers, ...]]:
    """Return what may be shown of the survey and what drives it; nothing, with a note, without."""
    survey, section = survey_of(plan, folder), plan.survey
    if survey is None or section is None:
        missing.append(NO_SURVEY)
        return None, ()
    shown = results(survey, recommend=section.recommend, asked=asked(plan))
    return shown, tuple(drivers(survey, outcome, seed=seed) for outcome in section.outcomes)


def _remedies(
    inputs: TeamInputs, people: tuple[Member, ...], seconds: float, missing: list[str]
) -> tuple[Remedy, ...]:
    """Return the ways to close gaps; nothing, with a note, where waiting costs nothing.

    A way to which the solver finds no answer in time is left out, with a note.
    """
    options = inputs.options_for([member.name for member in people])
    if not options.waiting:
        missing.append(NO_WAITING)
        return ()
    return remedies(people, inputs.work.demand, options, seconds=seconds, left_out=missing)


def _knowledge(plan: Plan, code: Code, today: date) -> Knowledge:
    """Return who knows the code; people of the plan are called by their names there."""
    history = read_history(code.folder)
    aliases = {person.id: person.name for person in plan.people if person.name}
    return code_knowledge(
        history, on=today, half_life_days=code.half_life_days, left=code.left, aliases=aliases
    )


def _growth(plan: Plan, ways: tuple[Remedy, ...], seed: int, missing: list[str]) -> Growth | None:
    """Return the split of the money that trainings leave; None, with a note, without lines."""
    if not plan.team.lines or not plan.team.budget:
        missing.append(NO_LINES)
        return None
    best = min(ways, key=lambda remedy: remedy.total, default=None)
    fees = sum(action.cost for action in best.actions if action.kind == "train") if best else 0.0
    left = plan.team.budget - fees
    if fees:
        missing.append(f"Trainings take {fees:,.0f} of the team's money; {left:,.0f} is split.")
    try:
        return growth(Problem(left, tuple(map(line_of, plan.team.lines))), seed=seed)
    except InputError as error:
        missing.append(str(error))
        return None
