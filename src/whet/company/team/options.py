"""What may be done about a lack of skills? Trainings, roles to fill, days to buy, and limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from whet.core.errors import InputError, did_you_mean


@dataclass(frozen=True)
class Training:
    """A person may learn a skill: `fee` in money, `days` of work lost in each of `months`.

    `level` in (0, 1] is what they have afterwards.
    """

    person: str
    skill: str
    level: float
    fee: float
    days: float
    months: int = 1


@dataclass(frozen=True)
class Role:
    """People that may be hired: levels of `skills`, at most `most` of them.

    `cost` per month from the start, `once` for finding them (both money); `lead` months between the
    decision and the first day; `ramp` the share of their work done in the first, second, … month,
    full after; `first` is the first month in which one could start; `mentor_days` per month of the
    ramp are taken from `mentors` (empty: anybody). `last` is the last month in which one could
    start (None: the plan's last), `least` how many must be hired.
    """

    name: str
    skills: Mapping[str, float]
    days: float
    cost: float
    once: float = 0.0
    lead: int = 2
    ramp: tuple[float, ...] = (0.3, 0.6, 0.9)
    most: int = 1
    first: int = 0
    mentor_days: float = 0.0
    mentors: tuple[str, ...] = ()
    last: int | None = None
    least: int = 0


@dataclass(frozen=True)
class Outside:
    """Days that can be bought: levels of `skills`, money per day, at most so many per month.

    `first` is the first month in which they can be had.
    """

    name: str
    skills: Mapping[str, float]
    cost: float
    most: float
    first: int = 0


@dataclass(frozen=True)
class Options:
    """What may be done about gaps, and what waiting costs: money per person-day and month.

    `budget`: money for all of it; `training_days` and `training_money`: days of work and fees that
    trainings may take in all; None: no limit.

    `prices`: what a waiting day costs per month by skill, where it is not `waiting`. `headroom`:
    money that may be spent by the end of each month, all in all; None: any. `pay_growth`: growth of
    pay a year. `spacing`: months in which at most one new person starts; 0: no limit.
    `per_mentor`: new people that one mentor can help at a time; 0: as many as there is time for.
    """

    trainings: tuple[Training, ...] = ()
    roles: tuple[Role, ...] = ()
    outside: tuple[Outside, ...] = ()
    waiting: float = 100.0
    budget: float | None = None
    training_days: float | None = None
    training_money: float | None = None
    prices: Mapping[str, float] = field(default_factory=dict)
    headroom: tuple[float, ...] | None = None
    pay_growth: float = 0.0
    spacing: int = 0
    per_mentor: int = 0


def check_options(people: Sequence[str], options: Options) -> None:
    """Raise InputError where an option names an unknown person or a number outside its range."""
    named = [("a training", training.person) for training in options.trainings]
    named += [(f"the role {role.name!r}", name) for role in options.roles for name in role.mentors]
    for what, name in named:
        if name not in people:
            raise InputError(
                f"{what} must name people of the team; found {name!r}. {did_you_mean(name, people)}"
            )
    for training in options.trainings:
        _check_training(training)
    for role in options.roles:
        _check_role(role)
    for outside in options.outside:
        _check_outside(outside)
    for name in ("budget", "training_days", "training_money"):
        if (limit := getattr(options, name)) is not None:
            _within("the options", name, limit)
    priced = options.prices and all(0 < price < float("inf") for price in options.prices.values())
    if not priced and not 0 < options.waiting < float("inf"):
        raise InputError(
            "what a waiting person-day costs per month must be above 0, or leaving the work undone "
            f"is the best plan; found {options.waiting:g}."
        )


def _check_training(training: Training) -> None:
    """Raise InputError where a number of a training is outside its range."""
    where = f"training {training.person} in {training.skill!r}"
    _within(where, "level", training.level, 1.0)
    _within(where, "fee", training.fee)
    _within(where, "days", training.days)
    if training.months < 1:
        raise InputError(f"{where}: months must be 1 or more; found {training.months}.")


def _check_role(role: Role) -> None:
    """Raise InputError where a number of a role is outside its range."""
    where = f"the role {role.name!r}"
    for name in ("days", "cost", "once", "lead", "most", "first", "mentor_days"):
        _within(where, name, getattr(role, name))
    for skill, level in role.skills.items():
        _within(where, f"level of {skill}", level, 1.0)
    for share in role.ramp:
        _within(where, "ramp", share, 1.0)


def _check_outside(outside: Outside) -> None:
    """Raise InputError where a number of days to buy is outside its range."""
    where = f"the contractor {outside.name!r}"
    for name in ("cost", "most", "first"):
        _within(where, name, getattr(outside, name))
    for skill, level in outside.skills.items():
        _within(where, f"level of {skill}", level, 1.0)


def _within(where: str, name: str, value: float, most: float = float("inf")) -> None:
    """Raise InputError where a number is negative, not a number, or larger than `most`."""
    if not 0 <= value <= most or value == float("inf"):
        upto = "" if most == float("inf") else f" and at most {most:g}"
        raise InputError(f"{where}: {name} must be 0 or more{upto}; found {value:g}.")
