"""Can these people do what the plan needs, month by month, and what hangs on one of them?

A person may have several skills but spends each day once, so the gap of a skill cannot be read off
one column of the skill matrix. Here days are dealt out so that the least work is missing in total
and, among those deals, no skill misses a larger share than it must.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from whet.company.team.programme import Programme
from whet.core.errors import InputError

Demand = Mapping[str, Sequence[float]]
"""Skill -> person-days at level 1 that the plan needs in each month."""

_ENOUGH = 1e-4  # days: less than a minute of work is no gap
_TIE = 1e-7


@dataclass(frozen=True)
class Member:
    """A person: level in (0, 1] per skill, and days that can be worked in each month.

    A day of work at level 0.5 does half of what a day at level 1 does. `days` already knows the
    share, the calendar, the start, the end and the ramp-up.
    """

    name: str
    skills: Mapping[str, float]
    days: tuple[float, ...]


@dataclass(frozen=True)
class Gap:
    """Work that nobody has time for: person-days at level 1 in a month (0 is the first)."""

    skill: str
    month: int
    needed: float
    missing: float


@dataclass(frozen=True)
class Bottleneck:
    """Skills that compete for the same people in a month, and how much these can do together.

    `people` are fully used; a day more of any of `skills` makes less work missing.
    """

    month: int
    skills: tuple[str, ...]
    people: tuple[str, ...]
    missing: float


@dataclass(frozen=True)
class Loss:
    """How much more work goes missing, in person-days over all months, without a person."""

    person: str
    missing: float
    skills_lost: tuple[str, ...]


@dataclass(frozen=True)
class SkillPicture:
    """The skill matrix against the demand.

    `holders`: who has each needed skill; `single`: skills with one holder, `nobody`: with none.
    `bus_factor`: how many may leave, the most needed first, until more than half of the needed
    work has nobody with the skill (0: it is so today).
    """

    months: int
    needed: float
    missing: float
    gaps: tuple[Gap, ...]
    bottlenecks: tuple[Bottleneck, ...]
    holders: Mapping[str, tuple[str, ...]]
    single: tuple[str, ...]
    nobody: tuple[str, ...]
    losses: tuple[Loss, ...]
    bus_factor: int
    leaving: tuple[str, ...]


def skill_picture(team: Sequence[Member], demand: Demand) -> SkillPicture:
    """Return the gaps per skill and month, the bottlenecks, and what hangs on single people.

    Raises:
        InputError: a level outside (0, 1], negative days, or tuples of different lengths.
    """
    months = check_team(team, demand)
    needed = {skill: days for skill, days in demand.items() if sum(days) > 0}
    if not needed:
        return SkillPicture(months, 0.0, 0.0, (), (), {}, (), (), (), 0, ())
    least = _dealt(team, needed, largest=False)
    allowed = least.total + _TIE * (1 + least.total)
    spread = _dealt(team, needed, largest=True, most=allowed)
    holders = {s: tuple(m.name for m in team if m.skills.get(s)) for s in needed}
    leaving = _leaving(holders, needed)
    return SkillPicture(
        months=months,
        needed=float(sum(sum(days) for days in needed.values())),
        missing=least.total,
        gaps=_gaps(needed, spread),
        bottlenecks=_bottlenecks(team, least, months),
        holders=holders,
        single=tuple(s for s, names in holders.items() if len(names) == 1),
        nobody=tuple(s for s, names in holders.items() if not names),
        losses=_losses(team, needed, least.total),
        bus_factor=len(leaving),
        leaving=leaving,
    )


def check_team(team: Sequence[Member], demand: Demand) -> int:
    """Return the number of months that people and demand share.

    Raises:
        InputError: as `skill_picture`.
    """
    lengths = {len(m.days) for m in team} | {len(days) for days in demand.values()}
    if len(lengths) > 1:
        raise InputError(
            "people and demand must cover the same months; "
            f"found {', '.join(map(str, sorted(lengths)))} months."
        )
    for member in team:
        if not all(0 <= day < float("inf") for day in member.days):
            raise InputError(f"{member.name}: days of work must be 0 or more and finite.")
        for skill, level in member.skills.items():
            if not 0 < level <= 1:
                raise InputError(
                    f"{member.name}: the level of {skill!r} must lie above 0 and at most at 1; "
                    f"found {level:g}. Leave out skills that a person does not have."
                )
    for skill, days in demand.items():
        if not all(0 <= day < float("inf") for day in days):
            raise InputError(f"{skill}: needed days must be 0 or more and finite.")
    return lengths.pop() if lengths else 0


@dataclass(frozen=True)
class _Deal:
    """Days dealt out: missing person-days and worth of a day, by (skill, month) and person."""

    missing: Mapping[tuple[str, int], float]
    worth: Mapping[tuple[str, int], float]
    used_up: frozenset[tuple[str, int]]

    @property
    def total(self) -> float:
        """Return the missing person-days over all skills and months."""
        return max(0.0, sum(self.missing.values()))


def _dealt(team: Sequence[Member], needed: Demand, *, largest: bool, most: float = 0.0) -> _Deal:
    """Return the deal with the least missing in total, or with the least largest share.

    With `largest`, the largest missing share of any skill and month is minimised, and `most` is
    what may be missing in total.
    """
    programme = Programme()
    share = programme.variable(cost=float(largest))
    cells = [(skill, t) for skill in needed for t in range(len(needed[skill]))]
    missing = {cell: programme.variable(cost=float(not largest)) for cell in cells}
    done: dict[tuple[str, int], dict[int, float]] = {cell: {} for cell in cells}
    used = {}
    for member in team:
        for t, days in enumerate(member.days):
            worked = {}
            for skill in sorted(needed.keys() & member.skills.keys()):
                variable = programme.variable()
                worked[variable] = 1.0
                done[(skill, t)][variable] = member.skills[skill]
            if worked:
                used[(member.name, t)] = programme.at_most(worked, days)
    rows = {}
    for skill, t in cells:
        need, gap = needed[skill][t], missing[(skill, t)]
        rows[(skill, t)] = programme.at_least(done[(skill, t)] | {gap: 1.0}, need)
        if largest:
            programme.at_most({gap: 1.0, share: -need}, 0.0)
    if largest:
        programme.at_most({gap: 1.0 for gap in missing.values()}, most)
    found = programme.solve()
    return _Deal(
        {cell: float(found.values[gap]) for cell, gap in missing.items()},
        {cell: float(found.prices[row]) for cell, row in rows.items()},
        frozenset(key for key, row in used.items() if found.prices[row] > _ENOUGH),
    )


def _gaps(needed: Demand, deal: _Deal) -> tuple[Gap, ...]:
    """Return what is missing, by month, the largest first."""
    gaps = [
        Gap(skill, month, float(needed[skill][month]), days)
        for (skill, month), days in deal.missing.items()
        if days > _ENOUGH
    ]
    return tuple(sorted(gaps, key=lambda gap: (gap.month, -gap.missing, gap.skill)))


def _bottlenecks(team: Sequence[Member], deal: _Deal, months: int) -> tuple[Bottleneck, ...]:
    """Return, per month, the skills and people that more days would help.

    By duality these are the skills whose demand nobody else can take over: Hall's theorem on what
    cannot be matched, in its form for flows. Skills without a common person stand apart.
    """
    found = []
    for month in range(months):
        scarce = {s for (s, t), worth in deal.worth.items() if t == month and worth > _ENOUGH}
        full = {m.name: m for m in team if (m.name, month) in deal.used_up}
        while scarce:
            skills, people = _together(scarce.pop(), scarce, full)
            scarce -= skills
            days = sum(deal.missing[(skill, month)] for skill in skills)
            if days > _ENOUGH:  # a skill that is exactly met also has a price
                found.append(Bottleneck(month, tuple(sorted(skills)), tuple(sorted(people)), days))
    return tuple(sorted(found, key=lambda b: (b.month, -b.missing, b.skills)))


def _together(
    skill: str, others: set[str], people: Mapping[str, Member]
) -> tuple[set[str], set[str]]:
    """Return the skills that compete with one for the same people, and these people."""
    skills: set[str] = {skill}
    names: set[str] = set()
    while True:
        more = {name for name, member in people.items() if skills & member.skills.keys()} - names
        if not more:
            return skills, names
        names |= more
        skills |= {s for name in more for s in people[name].skills if s in others}


def _losses(team: Sequence[Member], needed: Demand, total: float) -> tuple[Loss, ...]:
    """Return what goes missing without each person, the worst first."""
    found = []
    for member in team:
        rest = [other for other in team if other is not member]
        without = _dealt(rest, needed, largest=False).total
        lost = [s for s in needed if s in member.skills and not any(s in o.skills for o in rest)]
        found.append(Loss(member.name, max(0.0, without - total), tuple(lost)))
    return tuple(sorted(found, key=lambda loss: (-loss.missing, loss.person)))


def _leaving(holders: Mapping[str, Sequence[str]], needed: Demand) -> tuple[str, ...]:
    """Return who must leave, greedily, until over half of the needed work has no holder.

    The rule of the truck factor, with needed days in the place of files: Avelino et al., A Novel
    Approach for Estimating Truck Factors, ICPC 2016.
    """
    weight = {skill: sum(days) for skill, days in needed.items()}
    left = {skill: set(names) for skill, names in holders.items()}
    gone: list[str] = []
    while sum(weight[s] for s, names in left.items() if not names) <= sum(weight.values()) / 2:
        held: dict[str, float] = {}
        for skill, names in left.items():
            for name in names:
                # Fewer holders first: their leaving comes closer to losing the skill.
                held[name] = held.get(name, 0.0) + weight[skill] / len(names)
        top = min(held, key=lambda name: (-held[name], name))
        gone.append(top)
        for names in left.values():
            names.discard(top)
    return tuple(gone)
