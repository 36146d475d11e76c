"""What does company.yaml say about the team? Its people, work, options and survey."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from pathlib import Path

from whet.company.plan.people import Contractor, Hire, Person
from whet.company.plan.schema import Plan
from whet.company.plan.survey import Survey as SurveySection
from whet.company.team.months import Month, months_of, productive_days, ramp_days
from whet.company.team.options import Options, Outside, Role, Training
from whet.company.team.skills import Member
from whet.company.team.survey import Item, Survey, read_survey, survey_from_rows
from whet.company.team.workload import Workload, workload
from whet.core.errors import InputError, did_you_mean
from whet.core.rows import Row


@dataclass(frozen=True)
class TeamInputs:
    """What a plan says about skills: months, people, needed work, and what may be done.

    `focus` is the share of people's time that planned work fills, in (0, 1].
    """

    months: tuple[Month, ...]
    people: tuple[Member, ...]
    work: Workload
    options: Options
    focus: float

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what the reader must know about the numbers."""
        notes = [f"Planned work fills {self.focus:.0%} of people's days; the rest is unplanned."]
        if self.work.unknown:
            notes.append(
                f"Work of {', '.join(self.work.unknown)} is not counted: it comes from the "
                "quality target's learning curve."
            )
        return tuple(notes)

    def without(self, away: Collection[str]) -> tuple[Member, ...]:
        """Return the people who are left when some are thought away.

        Raises:
            InputError: somebody is none of the plan's people.
        """
        names = [member.name for member in self.people]
        for name in away:
            if name not in names:
                raise InputError(
                    f"People thought away must be people of the plan; found {name!r}. "
                    f"{did_you_mean(name, names)}"
                )
        return tuple(member for member in self.people if member.name not in away)

    def options_for(self, people: Collection[str]) -> Options:
        """Return what may be done when only some of the people are there."""
        return replace(
            self.options,
            trainings=tuple(t for t in self.options.trainings if t.person in people),
            roles=tuple(
                replace(role, mentors=tuple(name for name in role.mentors if name in people))
                for role in self.options.roles
            ),
        )


def team_inputs(plan: Plan) -> TeamInputs:
    """Return people, work and options of a plan, month by month.

    Skills below the level that every task asks for do not count.

    Raises:
        InputError: the plan has no people.
    """
    if not plan.people:
        raise InputError("A plan of a team needs people; found none. Add `people:` to the plan.")
    months = months_of(plan.start, plan.months)
    least: dict[str, float] = {}
    for task in plan.tasks:
        for skill in task.skills:
            least[skill] = min(least.get(skill, 1.0), task.level)
    members = [_member(person, plan, months, least) for person in plan.people]
    focus = _focus(plan)
    people = tuple(
        replace(member, days=tuple(focus * day for day in member.days))
        for member in _without_mentoring(members, plan, months)
    )
    options = _options(plan, months, focus)
    return TeamInputs(months, people, workload(plan, months), options, focus)


def survey_of(plan: Plan, folder: Path) -> Survey | None:
    """Return the survey of a plan; None where it has none. `folder` is that of the plan's file.

    Raises:
        InputError: as `survey.read_survey`.
    """
    section = plan.survey
    if section is None or not (section.file or section.answers):
        return None
    items = [Item(item.id, item.low, item.high) for item in section.items]
    if section.file:
        return read_survey(folder / section.file, items=items, groups=section.groups)
    return _inline(section, items)


def asked(plan: Plan) -> int | None:
    """Return how many people got the survey: the file says so, or everyone who works here."""
    if plan.survey and plan.survey.asked:
        return plan.survey.asked
    here = [person for person in plan.people if _is_here(person, plan)]
    return len(here) or None


def _inline(section: SurveySection, items: list[Item]) -> Survey:
    """Return the survey whose answers stand in the plan itself."""
    names = [item.name for item in items] or sorted(
        {name for answer in section.answers for name in answer} - set(section.groups)
    )
    columns = [*names, *section.groups]
    rows = []
    for index, answer in enumerate(section.answers, start=1):
        strange = [name for name in answer if name not in columns]
        if strange:
            raise InputError(
                f"survey.answers, answer {index}: must hold items and groups only; found "
                f"{strange[0]!r}. Declare it, or take it out."
            )
        values = {name: "" if answer.get(name) is None else str(answer[name]) for name in columns}
        rows.append(Row(f"survey.answers, answer {index}", values))
    declared = items or [Item(name) for name in names]
    return survey_from_rows(rows, items=declared, groups=section.groups, where="survey.answers")


def _focus(plan: Plan) -> float:
    """Return the share of time that sprints fill: the mean over projects with sprints, or 1."""
    shares = [project.sprints.focus for project in plan.projects if project.sprints]
    return sum(shares) / len(shares) if shares else 1.0


def _is_here(person: Person, plan: Plan) -> bool:
    """Return whether somebody works here on the plan's first day."""
    started = person.start is None or person.start <= plan.start
    return started and (person.end is None or person.end >= plan.start)


def _member(
    person: Person, plan: Plan, months: tuple[Month, ...], least: Mapping[str, float]
) -> Member:
    """Return a person with the skills that count and the days of each month."""
    skills = {
        skill: level for skill, level in person.skills.items() if level >= least.get(skill, 1e-9)
    }
    return Member(person.id, skills, productive_days(person, months, plan.calendars))


def _without_mentoring(
    members: list[Member], plan: Plan, months: tuple[Month, ...]
) -> tuple[Member, ...]:
    """Take from mentors the time that new people who are already agreed on need."""
    taken: dict[str, list[float]] = {}
    for person in plan.people:
        if person.mentor:
            row = taken.setdefault(person.mentor, [0.0] * len(months))
            for t, days in enumerate(ramp_days(person, months, plan.calendars)):
                row[t] += person.mentor_share * days
    return tuple(
        replace(
            member,
            days=tuple(
                max(0.0, days - gone)
                for days, gone in zip(member.days, taken[member.name], strict=True)
            ),
        )
        if member.name in taken
        else member
        for member in members
    )


def _options(plan: Plan, months: tuple[Month, ...], focus: float) -> Options:
    """Return the trainings, roles and contractors of a plan, and their limits."""
    team = plan.team
    return Options(
        trainings=tuple(
            Training(t.person, t.skill, t.level, t.cost, t.days / t.months, t.months)
            for t in team.trainings
        ),
        roles=tuple(_role(hire, plan, months, focus) for hire in plan.hires),
        outside=tuple(_outside(offer, months) for offer in team.contractors),
        waiting=team.waiting_cost_per_day,
        training_days=team.days if team.trainings else None,
        training_money=team.budget if team.trainings else None,
    )


def _role(hire: Hire, plan: Plan, months: tuple[Month, ...], focus: float) -> Role:
    """Return somebody who may be hired; days are those of an average month of the plan."""
    person = Person(
        id=hire.id, role=hire.role, share=hire.share, calendar=hire.calendar, cost_per_month=0
    )
    days = productive_days(person, months, plan.calendars)
    average = sum(days) / len(days)
    return Role(
        name=hire.id,
        skills={skill: level for skill, level in hire.skills.items() if level > 0},
        days=focus * average,
        cost=hire.cost_per_month,
        once=hire.fee,
        lead=ceil(hire.months_to_find.likely),
        ramp=tuple(hire.ramp_up),
        most=hire.most,
        first=_month_at(hire.earliest, months),
        mentor_days=hire.mentor_share * average / hire.share,
        mentors=tuple(hire.mentors),
    )


def _outside(offer: Contractor, months: tuple[Month, ...]) -> Outside:
    """Return days that can be bought."""
    skills = {skill: level for skill, level in offer.skills.items() if level > 0}
    first = _month_at(offer.earliest, months)
    return Outside(offer.id, skills, offer.cost_per_day, offer.days_per_month, first)


def _month_at(day: date | None, months: tuple[Month, ...]) -> int:
    """Return the first month that begins on or after a day; the first of all without one."""
    if day is None:
        return 0
    return sum(month.first < day for month in months)
