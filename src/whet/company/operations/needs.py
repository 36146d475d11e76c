"""How many machines and people does each choice take in each month? Counted before the programme.

Waiting is not linear in the number of servers; counting the fewest servers of every choice
beforehand leaves a programme in which only choices are open, and which is linear.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

from whet.company.operations.problem import HOURS, PEOPLE_ONLY, Dial, Form, Service, Support
from whet.company.operations.queueing import (
    answered_with_patience,
    answers_within,
    fewest,
    waits_within,
)


@dataclass(frozen=True)
class Agents:
    """People that a setting of the dial takes in a month."""

    at_peak: int
    """At their desks in the busiest hour."""
    in_all: int
    """On the payroll, so that the average hour is answered in time too."""
    load: float
    """Work of the busiest hour, in agents who are busy all of it (erlangs)."""


def machines(service: Service, form: Form, month: int) -> int | None:
    """Return the fewest machines that keep the promise in a month; None where none do."""
    per_second = service.requests[month] * service.peak / (HOURS * 3600)
    return _machines(
        per_second / form.per_second, service.within_seconds * form.per_second, service.answered
    )


@lru_cache(maxsize=10_000)
def _machines(load: float, within: float, goal: float) -> int | None:
    """Return the fewest machines; one is kept running where no request comes."""
    if -math.expm1(-within) < goal:  # not even a machine of one's own is fast enough
        return None
    return fewest(lambda n: answers_within(n, load, within=within), goal, start=1)


def agents(support: Support, dial: Dial, month: int) -> Agents | None:
    """Return the people that a setting takes in a month; None where no number keeps the promise."""
    per_hour = support.contacts[month] * (1 - dial.answered) / support.hours
    mean = per_hour * support.minutes / 60
    at_peak, on_average = (_desks(support, load) for load in (mean * support.peak, mean))
    if at_peak is None or on_average is None:
        return None
    in_all = math.ceil(on_average * support.hours / support.agent_hours - 1e-9)
    return Agents(at_peak, max(at_peak, in_all), mean * support.peak)


def _desks(support: Support, load: float) -> int | None:
    """Return the fewest people at their desks for a load; none for no load."""
    if load == 0:
        return 0
    within = support.within_minutes / support.minutes
    patience = None
    if support.patience_minutes is not None:
        patience = support.patience_minutes / support.minutes
    return _counted(load, within, patience, support.answered)


@lru_cache(maxsize=10_000)
def _counted(load: float, within: float, patience: float | None, goal: float) -> int | None:
    """Return the fewest people that answer a share of contacts in time."""
    if patience is None:
        return fewest(lambda n: waits_within(n, load, within=within), goal)
    return fewest(lambda n: answered_with_patience(n, load, within=within, patience=patience), goal)


def dials(support: Support) -> tuple[Dial, ...]:
    """Return the settings that may be chosen: people alone, and those whose risk is bearable."""
    if support.only is not None:
        return (support.only,)
    most = math.inf if support.most_wrong is None else support.most_wrong
    return (PEOPLE_ONLY, *(dial for dial in support.dials if dial.risk <= most + 1e-12))


def forms(service: Service) -> tuple[Form, ...]:
    """Return the forms that are good enough."""
    least = -math.inf if service.least_quality is None else service.least_quality
    return tuple(form for form in service.forms if form.quality >= least - 1e-12)
