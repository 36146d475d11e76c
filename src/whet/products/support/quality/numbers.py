"""How good was the desk? Answered without a person, wrong answers found, time, cost.

    report = quality(store, files.desk, since=…, until=…)
    report.whole, report.by["channel"]

A conversation counts on the day (UTC) on which it was opened. Intervals are of 95 % and resample
whole conversations; of the middle time they are those of its order statistics.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import binom

from whet.evaluation.intervals import Interval, bootstrap_sums
from whet.products.support.desk.schema import Desk
from whet.store.columns import Json
from whet.store.service_numbers import Course
from whet.store.store import Store

LEVEL = 0.95
_DRAWS = 1000


@dataclass(frozen=True)
class Numbers:
    """The numbers of some conversations. A number is None where there is nothing to measure."""

    value: str
    """The day, channel, intent or language; empty for all."""
    conversations: int
    """With at least one message of a customer."""
    answers: int
    """Answers of the bot that answer: no questions back, no hand-overs, no small talk."""
    without_person: Interval | None
    """Share of conversations in which the bot answered, nobody was asked for and no person wrote.
    A question back that the customer left is no answer."""
    handed_over: Interval | None
    """Share of conversations that were put into a queue."""
    wrong_found: Interval | None
    """Share of the bot's answers that somebody found wrong: a lower bound of those that are."""
    first_answer_s: Interval | None
    """Seconds to the first answer of bot or person, in the middle."""
    unanswered: int
    """Conversations in which nobody has answered."""
    cost: Interval | None
    """Per conversation: of answers, and of the time that a person had it; desk's currency. None
    with fewer than two conversations."""


@dataclass(frozen=True)
class Quality:
    """The numbers of a stretch of time."""

    since: datetime
    until: datetime
    currency: str
    whole: Numbers
    by: dict[str, tuple[Numbers, ...]]
    """By `day`, `channel`, `intent` and `language`."""

    def as_json(self) -> Json:
        """Return the numbers as JSON can hold them."""
        plain = asdict(self)
        return plain | {"since": self.since.isoformat(), "until": self.until.isoformat()}


def quality(store: Store, desk: Desk, *, since: datetime, until: datetime) -> Quality:
    """Return the numbers of the conversations opened from `since` to before `until`."""
    courses = [c for c in store.service_numbers.courses(since, until) if c.questions]
    keys: dict[str, Callable[[Course], str]] = {
        "day": lambda c: c.opened.date().isoformat(),
        "channel": lambda c: c.channel,
        "intent": lambda c: c.intent or "",
        "language": lambda c: c.language,
    }
    return Quality(
        since,
        until,
        desk.currency,
        numbers("", courses, desk.person_minute),
        {name: _grouped(courses, key, desk.person_minute) for name, key in keys.items()},
    )


def numbers(value: str, courses: Sequence[Course], person_minute: float) -> Numbers:
    """Return the numbers of some conversations; `person_minute` is what a person's minute costs."""
    waited = [_waited(c) for c in courses]
    answered = [seconds for seconds in waited if seconds is not None]
    ones = [1.0] * len(courses)
    costs = [c.cost + person_minute * c.person_seconds / 60 for c in courses]
    return Numbers(
        value=value,
        conversations=len(courses),
        answers=sum(c.answers for c in courses),
        without_person=_ratio([float(_is_alone(c)) for c in courses], ones),
        handed_over=_ratio([float(c.handed_over > 0) for c in courses], ones),
        wrong_found=_ratio(
            [float(min(c.wrong, c.answers)) for c in courses], [float(c.answers) for c in courses]
        ),
        first_answer_s=middle(answered),
        unanswered=len(courses) - len(answered),
        cost=_mean(costs),
    )


def middle(values: Sequence[float]) -> Interval | None:
    """Return the median with the interval of its order statistics; None without values.

    Source: David and Nagaraja 2003, Order Statistics, section 7.1.
    """
    n = len(values)
    if n == 0:
        return None
    ordered = sorted(values)
    below = int(binom.ppf((1 - LEVEL) / 2, n, 0.5))  # of n values so many at least lie below it
    low, high = max(0, below - 1), min(n - 1, n - below)
    return Interval(float(np.median(ordered)), ordered[low], ordered[high])


def _is_alone(course: Course) -> bool:
    """Return whether the bot answered and no person was needed."""
    return course.answers > 0 and not (course.persons or course.handed_over)


def _waited(course: Course) -> float | None:
    """Return the seconds to the first answer; None where there is none."""
    if course.first_asked is None or course.first_said is None:
        return None
    return max(0.0, (course.first_said - course.first_asked).total_seconds())


def _grouped(
    courses: Sequence[Course], key: Callable[[Course], str], person_minute: float
) -> tuple[Numbers, ...]:
    """Return the numbers of each value, in the order of values."""
    values = sorted({key(c) for c in courses})
    return tuple(
        numbers(value, [c for c in courses if key(c) == value], person_minute) for value in values
    )


def _ratio(tops: Sequence[float], bottoms: Sequence[float]) -> Interval | None:
    """Return the sum of `tops` by that of `bottoms`, in [0, 1]; a unit is a conversation."""
    kept = [(top, bottom) for top, bottom in zip(tops, bottoms, strict=True) if bottom > 0]
    if not kept:
        return None
    return bootstrap_sums(_divided, csr_array(np.array(kept)), n=_DRAWS, level=LEVEL, seed=0)


def _mean(values: Sequence[float]) -> Interval | None:
    """Return the mean of amounts with its interval; None with fewer than two of them."""
    if len(values) < 2:
        return None
    sums = csr_array(np.column_stack([values, np.ones(len(values))]))
    highest = max(1e12, *values)  # amounts have no bound of their own
    return bootstrap_sums(_divided, sums, upper=highest, n=_DRAWS, level=LEVEL, seed=0)


def _divided(sums: NDArray[Any]) -> NDArray[np.float64]:
    """Return the first column by the second."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found: NDArray[np.float64] = sums[:, 0] / sums[:, 1]
    return found
