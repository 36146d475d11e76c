"""How wrong are our estimates? What past tasks say about the ones to come, person by person.

The logarithm of actual over estimated effort is normal about each person's own mean; the means of
persons are normal about the team's. A person with few tasks is pulled to the team, and the team
with few tasks to the bias that the plan assumes: no factor is made up that the data does not carry.

Source: Morris (1983), Parametric empirical Bayes inference, JASA 78; Jørgensen (2004), A review of
studies on expert estimation of software development effort, J. Systems and Software 70, for the
ratio as the measure.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scipy.stats import norm

from whet.company.schedule.calendars import Workforce
from whet.company.schedule.problem import Problem
from whet.core.errors import InputError

_TEAM_SD = 0.3
"""Prior standard deviation of the team's mean log ratio: 0.3 is a factor of 1.35 either way."""
_PERSON_SD = 0.25
"""Prior standard deviation of a person's mean about the team's, until people are seen to differ."""
_TASK_SD = 0.5
"""Prior standard deviation of one task's log ratio, worth `_PRIOR_TASKS` tasks."""
_PRIOR_TASKS = 5
LEVEL = 0.8
"""Level of the intervals."""


@dataclass(frozen=True)
class Done:
    """One task of the past."""

    person: str
    """Who estimated and did it."""
    estimated: float
    """Person-days that were estimated; positive."""
    actual: float
    """Person-days that it took; positive."""


@dataclass(frozen=True)
class Factor:
    """By how much a person's estimates are to be multiplied."""

    person: str
    """Whose; the empty name stands for someone without a past."""
    tasks: int
    """Past tasks of this person."""
    value: float
    """Median factor; 1 where estimates have been right."""
    low: float
    """Lower end of the interval in which the factor of one next task lies."""
    high: float
    """Upper end of it."""


def factors(done: Sequence[Done], bias: float = 1.0) -> dict[str, Factor]:
    """Return the factor of every person with a past, and under "" that of anyone else.

    `bias` is the factor that is assumed before any task is done.

    Raises:
        InputError: an effort is not a positive number.
    """
    for task in done:
        for name, value in (("estimated", task.estimated), ("actual", task.actual)):
            if not (0 < value < math.inf):
                raise InputError(
                    f"The {name} effort of a done task must be a positive number of person-days; "
                    f"found {value!r} of {task.person!r}."
                )
    ratios: dict[str, list[float]] = {}
    for task in done:
        ratios.setdefault(task.person, []).append(math.log(task.actual / task.estimated))
    within = _within(ratios)
    between = _between(ratios, within)
    team, team_variance = _team(ratios, within, between, math.log(bias))
    found = {
        person: _factor(person, values, team, (team_variance, between, within))
        for person, values in sorted(ratios.items())
    }
    found[""] = _factor("", [], team, (team_variance, between, within))
    return found


def _within(ratios: dict[str, list[float]]) -> float:
    """Return the variance of one task about its person's mean, with a few tasks of prior."""
    squares, freedom = _PRIOR_TASKS * _TASK_SD**2, float(_PRIOR_TASKS)
    for values in ratios.values():
        mean = sum(values) / len(values)
        squares += sum((value - mean) ** 2 for value in values)
        freedom += len(values) - 1
    return squares / freedom


def _between(ratios: dict[str, list[float]], within: float) -> float:
    """Return the variance of persons' means, by moments, held up by its prior."""
    means = [(sum(values) / len(values), len(values)) for values in ratios.values()]
    prior, weight = _PERSON_SD**2, 2.0
    if len(means) < 2:
        return prior
    centre = sum(mean for mean, _ in means) / len(means)
    spread = sum((mean - centre) ** 2 for mean, _ in means) / (len(means) - 1)
    noise = within * sum(1 / count for _, count in means) / len(means)
    seen = max(0.0, spread - noise)
    return (weight * prior + (len(means) - 1) * seen) / (weight + len(means) - 1)


def _team(
    ratios: dict[str, list[float]], within: float, between: float, prior: float
) -> tuple[float, float]:
    """Return mean and variance of the team's log ratio, starting from the mean `prior`."""
    precision, total = 1 / _TEAM_SD**2, prior / _TEAM_SD**2
    for values in ratios.values():
        weight = 1 / (between + within / len(values))
        precision += weight
        total += weight * sum(values) / len(values)
    return total / precision, 1 / precision


def _factor(
    person: str, values: list[float], team: float, variances: tuple[float, float, float]
) -> Factor:
    """Return a person's factor, with the interval of one next task."""
    team_variance, between, within = variances
    prior = between + team_variance
    weight = len(values) / (len(values) + within / prior)
    own = sum(values) / len(values) if values else team
    mean = weight * own + (1 - weight) * team
    deviation = math.sqrt((1 - weight) * prior + within)
    reach = float(norm.ppf((1 + LEVEL) / 2)) * deviation
    return Factor(
        person, len(values), math.exp(mean), math.exp(mean - reach), math.exp(mean + reach)
    )


def calibrated(problem: Problem, found: Mapping[str, Factor]) -> Problem:
    """Return the problem with the work of every task moved by the factors of who may do it.

    Who will do it is not known before the schedule, so the geometric mean over those who may
    counts. A task without people keeps its length. Work is rounded up to whole person-slots.
    """
    workforce = Workforce(problem)
    tasks = []
    for task in problem.tasks:
        people = [person.id for person in workforce.candidates(task)]
        people = [name for name in people if not task.pinned_people or name in task.pinned_people]
        logs = [math.log(found.get(name, found[""]).value) for name in people]
        factor = math.exp(sum(logs) / len(logs)) if logs else 1.0
        tasks.append(replace(task, work=math.ceil(task.work * factor - 1e-9)))
    return replace(problem, tasks=tuple(tasks))
