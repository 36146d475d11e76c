"""Why can it not run? A smallest set of requirements that cannot be met together, in words.

A problem that is not solved in time is not taken for an impossible one: then the set may hold more
than is needed, and says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from whet.company.conflict import Conflict, smallest_conflict
from whet.company.operations.problem import Form, Operations, Service
from whet.company.operations.programme import NoRun, cheapest

SECONDS = 5.0
"""For each problem that is tried."""

_UNLIMITED = 100_000


@dataclass(frozen=True)
class Requirement:
    """Something that may be given up."""

    words: str
    """What must hold, for people."""
    without: Callable[[Operations], Operations]
    """Returns a problem without it."""


def conflict(problem: Operations, *, seconds: float = SECONDS) -> Conflict[Requirement] | None:
    """Return a smallest set of requirements that cannot be met together.

    None when nothing that can be given up would help.

    Args:
        problem: one that cannot be met.
        seconds: for each of the problems that are tried.
    """
    everything = requirements(problem)

    def is_impossible(kept: Sequence[Requirement]) -> bool | None:
        given_up = [one for one in everything if one not in kept]
        found = cheapest(_without(problem, given_up), seconds=seconds)
        return None if found is NoRun.unknown else found is NoRun.impossible

    if is_impossible([]):
        return None
    return smallest_conflict(everything, is_impossible)


def _without(problem: Operations, given_up: list[Requirement]) -> Operations:
    """Return the problem without some requirements."""
    for one in given_up:
        problem = one.without(problem)
    return problem


def requirements(problem: Operations) -> list[Requirement]:
    """Return what may be given up: budget, quality, promises, machines, risk, time to hire."""
    found = []
    if problem.budget is not None:
        words = f"a month costs at most {problem.budget:,.10g}"
        found.append(Requirement(words, lambda p: replace(p, budget=None)))
    for service in problem.services:
        found += _of_service(service)
    support = problem.support
    if support is not None:
        words = (
            f"{support.answered:.3g} of contacts wait at most {support.within_minutes:g} minutes"
        )
        found.append(Requirement(words, lambda p: _support(p, answered=1e-9)))
        if support.most_wrong is not None and support.dials:
            words = f"at most {support.most_wrong:.3g} of automatic answers are wrong"
            found.append(Requirement(words, lambda p: _support(p, most_wrong=None)))
        if support.hire_months > 0:
            words = (
                f"a new agent begins after {support.hire_months} months ({support.agents} today)"
            )
            found.append(Requirement(words, lambda p: _support(p, hire_months=0)))
    return found


def _of_service(service: Service) -> list[Requirement]:
    """Return what may be given up about one service."""
    name = service.id
    found = [
        Requirement(
            f"{name}: {service.answered:.3g} of requests within {service.within_seconds:g} s",
            lambda p: _service(p, name, answered=1e-9),
        )
    ]
    if service.least_quality is not None:
        words = f"{name}: quality of at least {service.least_quality:g}"
        found.append(Requirement(words, lambda p: _service(p, name, least_quality=None)))
    for form in service.forms:
        words = f"{name}: at most {form.most} machines of {form.id}"
        found.append(Requirement(words, partial(_unbound, name=name, form=form)))
    return found


def _service(problem: Operations, name: str, **changes: object) -> Operations:
    """Return the problem with one service changed."""
    services = tuple(
        replace(one, **changes) if one.id == name else one  # type: ignore[arg-type]
        for one in problem.services
    )
    return replace(problem, services=services)


def _unbound(problem: Operations, name: str, form: Form) -> Operations:
    """Return the problem with endless machines of one form."""
    (service,) = [one for one in problem.services if one.id == name]
    forms = tuple(replace(f, most=_UNLIMITED) if f.id == form.id else f for f in service.forms)
    return _service(problem, name, forms=forms)


def _support(problem: Operations, **changes: object) -> Operations:
    """Return the problem with another support."""
    if problem.support is None:
        return problem
    return replace(problem, support=replace(problem.support, **changes))  # type: ignore[arg-type]
