"""Which allocation does a plan ask for? Its channels, limits and attitude as a problem."""

import math
from collections.abc import Sequence

from whet.company.plan.estimate import Estimate
from whet.company.plan.strategy import Channel, Strategy
from whet.company.strategy.curves import Number, curve_of
from whet.company.strategy.problem import Limit, Line, Problem
from whet.company.strategy.uncertain import Attitude
from whet.core.errors import InputError


def problem_of(channels: Sequence[Channel], strategy: Strategy | None) -> tuple[Problem, Attitude]:
    """Return the problem that channels and a strategy pose, and how much bad cases count.

    Raises:
        InputError: there is no strategy or no channel.
    """
    if strategy is None:
        raise InputError("A plan needs `strategy:` with a `budget:` to split; found none. Add it.")
    if not channels:
        raise InputError("A plan needs `channels:` to split money between; found none. Add them.")
    limits = tuple(Limit(limit.id, limit.uses, limit.most) for limit in strategy.limits)
    problem = Problem(strategy.budget, tuple(map(line_of, channels)), limits)
    return problem, Attitude(strategy.risk_aversion, strategy.tail)


def line_of(channel: Channel) -> Line:
    """Return a channel as a line of spending."""
    response = channel.response
    numbers: dict[str, Number] = {
        name: _triple(getattr(response, name))
        for name in type(response).model_fields
        if name != "kind"
    }
    return Line(
        id=channel.id,
        curve=curve_of(response.kind, numbers),
        least=channel.least,
        most=math.inf if channel.most is None else channel.most,
        today=channel.today,
        weight=channel.weight,
        lost_per_week=channel.lost_per_week,
    )


def _triple(estimate: Estimate) -> tuple[float, float, float]:
    """Return an estimate's low, likely and high values."""
    return (estimate.low, estimate.likely, estimate.high)
