"""Who should be hired, in which month, and what does the answer hinge on?

A mixed-integer programme over the months of the plan. Decisions: how many of each possible hire
start in which month, who learns what from when, how many contractor days are bought. Objective:
the least of pay and fees up to the plan's end, fees of trainings, bought days, and the cost of work
that waits. Under

- work of a skill: what waited + what is needed = what is done + what waits, month by month;
- days: each person's are spent once; a new one ramps up, and takes time of one mentor;
- cash: what is spent by the end of each month leaves the expected balance above the floor;
- pace: first days are `spacing` months apart, a mentor helps so many people at a time.

The answer is solved again with each first day a month earlier and later, without each hire, and
with the floor moved: shadow prices of a programme with whole numbers are differences of optima.

Source: staffing by mixed-integer programme after K. L. Gresh et al., IBM J. R&D 51 (2007) 251, and
H. Abernathy et al., Operations Research 21 (1973) 693; solved by HiGHS, Q. Huangfu & J. A. J. Hall,
Math. Prog. Comp. 10 (2018) 119.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from whet.company.team.options import Options, check_options
from whet.company.team.programme import NoAnswer
from whet.company.team.skills import Demand, Member, check_team
from whet.company.team.staffing import Action, Remedy, StaffingPlan
from whet.core.errors import InputError

FLOOR_STEP = 10_000.0
"""Money by which the floor is moved to price it."""


@dataclass(frozen=True)
class Hinge:
    """The same question with one thing changed."""

    what: str
    """What is changed, in words."""
    total: float | None
    """Least total cost then; None where nothing fits or no answer was found in time."""
    worse: float | None
    """How much more that costs than the answer; below 0 it costs less."""
    is_optimal: bool
    """Whether `total` is proved to be the least."""


@dataclass(frozen=True)
class Hiring:
    """Who to hire when, and why."""

    best: Remedy | None
    """The cheapest plan; None where `infeasible` says why there is none."""
    nothing: Remedy
    """What waits and costs when nobody is hired, trained or bought."""
    hinges: tuple[Hinge, ...]
    """What the answer hinges on, the dearest first."""
    room: tuple[float, ...]
    """Expected cash above the floor at the end of each month after all decisions; () without."""
    infeasible: str
    """Why nothing may be spent; empty where there is an answer."""
    unbounded: Remedy | None
    """Where there is no answer: the cheapest plan if there were no floor."""


def hiring(
    team: Sequence[Member],
    demand: Demand,
    options: Options,
    *,
    months: Sequence[str] = (),
    seconds: float = 10.0,
) -> Hiring:
    """Return who should be hired in which month.

    Args:
        team: people with their days per month.
        demand: person-days per skill and month.
        options: what may be done, with the cash that may be spent.
        months: names of the months for explanations; numbers from 1 when left out.
        seconds: limit of the solver for each solution; each question asked again has its own.

    Raises:
        InputError: an option names an unknown person, or a number is outside its range.
        WhetError: the solver finds nothing in time.
    """
    count = check_team(team, demand)
    check_options([member.name for member in team], options)
    names = months or [f"month {t + 1}" for t in range(count)]
    if options.headroom is not None and len(options.headroom) != count:
        raise InputError(
            f"Cash must be told for each of the {count} months; found {len(options.headroom)}."
        )

    def solved(asked: Options, name: str) -> Remedy:
        return StaffingPlan(team, demand, asked, count).remedy(name, seconds)

    nothing = replace(options, trainings=(), roles=(), outside=(), headroom=None)
    as_now = solved(nothing, "as now")
    if why := _broken(options.headroom, names):
        free = solved(replace(options, headroom=None), "without the floor")
        return Hiring(None, as_now, (), options.headroom or (), why, free)
    best = solved(options, "best")
    asked = _changed(options, best.actions, names)
    hinges = [_hinge(what, changed, best.total, solved) for what, changed in asked]
    hinges.sort(key=lambda hinge: -(hinge.worse if hinge.worse is not None else float("inf")))
    return Hiring(best, as_now, tuple(hinges), _room(options, best, count), "", None)


def _hinge(
    what: str, asked: Options, total: float, solved: Callable[[Options, str], Remedy]
) -> Hinge:
    """Return what a changed question costs; nothing fits where the solver has no answer."""
    try:
        found = solved(asked, what)
    except NoAnswer:
        return Hinge(what, None, None, is_optimal=False)
    return Hinge(what, found.total, found.total - total, found.is_optimal)


def _broken(headroom: Sequence[float] | None, names: Sequence[str]) -> str:
    """Return why nothing may be spent: the floor is broken without any hire."""
    if headroom is None or min(headroom) >= 0:
        return ""
    first = next(t for t, room in enumerate(headroom) if room < 0)
    worst = min(range(len(headroom)), key=lambda t: headroom[t])
    return (
        f"Without any hire the expected cash falls below the floor in {names[first]}, and is "
        f"{-headroom[worst]:,.0f} below it in {names[worst]}: nothing can be paid for until money "
        f"comes or costs fall by as much. Lower `cash.reserve`, or see `whet plan cash`."
    )


def _changed(
    options: Options, actions: Sequence[Action], names: Sequence[str]
) -> Iterator[tuple[str, Options]]:
    """Yield the questions whose answers show what the best plan hinges on."""
    chosen = {role.name: [a for a in actions if a.kind == "hire" and a.who == role.name]
              for role in options.roles}  # fmt: skip
    for role in options.roles:
        if not chosen[role.name]:
            forced = _with_role(options, role.name, least=1)
            yield f"with {role.name}, whenever it is cheapest", forced
            continue
        others = tuple(other for other in options.roles if other.name != role.name)
        yield f"without {role.name}", replace(options, roles=others)
        if sum(a.count for a in chosen[role.name]) > 1:
            continue  # several of one role: no single first day to move
        first = chosen[role.name][0].month + role.lead
        for month in (first - 1, first + 1):
            if role.first <= month < len(names) and month >= role.lead:
                moved = _with_role(options, role.name, least=1, first=month, last=month)
                yield f"{role.name} starts in {names[month]} instead of {names[first]}", moved
    if options.headroom is not None:
        for step, words in ((FLOOR_STEP, "lower"), (-FLOOR_STEP, "higher")):
            room = tuple(room + step for room in options.headroom)
            yield f"floor {FLOOR_STEP:,.0f} {words}", replace(options, headroom=room)


def _with_role(options: Options, name: str, **fields: int) -> Options:
    """Return options with fields of one role replaced."""
    roles = tuple(
        replace(role, **fields) if role.name == name else role  # type: ignore[arg-type]
        for role in options.roles
    )
    return replace(options, roles=roles)


def _room(options: Options, best: Remedy, months: int) -> tuple[float, ...]:
    """Return the cash above the floor at the end of each month after all decisions."""
    if options.headroom is None:
        return ()
    return tuple(options.headroom[t] - sum(best.paid[: t + 1]) for t in range(months))
