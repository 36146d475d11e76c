"""How does the answer on the team become its section?"""

from collections.abc import Mapping, Sequence

from whet.company.plan.schema import Plan
from whet.company.report.sections.evidence import Remedy, SkillRow, TeamSection
from whet.company.report.sections.ranges import Range
from whet.company.team.report import TeamReport
from whet.company.team.skills import SkillPicture
from whet.company.team.survey import SurveyResults


def team_section(
    plan: Plan, found: TeamReport, demand: Mapping[str, Sequence[float]]
) -> TeamSection:
    """Return the survey above its floor, skills against the plan, knowledge and remedies.

    `demand` holds the person-days that the plan needs of each skill, by month.
    """
    outcome = plan.survey.outcomes[0] if plan.survey and plan.survey.outcomes else ""
    effects = [
        d for drivers in found.drivers for d in drivers.drivers if drivers.outcome == outcome
    ]
    reasons = [d.reason for d in found.drivers if d.reason and not d.drivers]
    return TeamSection(
        answers=found.survey.answers if found.survey else 0,
        satisfaction=_mean(found.survey, outcome),
        drivers=tuple((d.item, Range(d.weight, d.low, d.high)) for d in effects),
        skills=_skills(found.skills, demand),
        bus_factors=tuple((skill, len(who)) for skill, who in found.skills.holders.items()),
        remedies=tuple(
            sorted(
                (Remedy(r.name, r.money, r.waited, r.total) for r in found.remedies),
                key=lambda remedy: remedy.total,
            )
        ),
        notes=(*dict.fromkeys(reasons), *found.missing),
    )


def _mean(found: SurveyResults | None, outcome: str) -> Range | None:
    """Return the mean answer of everybody to the first outcome, or None below the floor."""
    for item in found.items if found else ():
        if item.item == outcome and item.group is None:
            return Range(item.mean.value, item.mean.low, item.mean.high)
    return None


def _skills(found: SkillPicture, demand: Mapping[str, Sequence[float]]) -> tuple[SkillRow, ...]:
    """Return each skill's person-days: what is needed, and what of it people have time for."""
    missing = dict.fromkeys(demand, 0.0)
    for gap in found.gaps:
        missing[gap.skill] += gap.missing
    return tuple(
        SkillRow(skill, sum(days), sum(days) - missing[skill], len(found.holders.get(skill, ())))
        for skill, days in demand.items()
        if sum(days) > 0
    )
