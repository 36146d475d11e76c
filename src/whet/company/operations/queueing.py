"""How many servers does a promise take? Waiting in queues of people and of machines.

Arrivals are Poisson and service times exponential: for machines, whose times vary less, the answer
errs on the safe side. All times of one call are in one unit.

- Erlang B: share of arrivals that find all servers busy when no one waits.
- Erlang C: share that waits when everyone waits as long as it takes.
- Erlang A: the same with customers who give up after an exponential patience.

Sources: Erlang (1917); Gross, Shortle, Thompson and Harris (2008), *Fundamentals of Queueing
Theory*, sections 2.3 and 2.4; Mandelbaum and Zeltyn (2007), "Service engineering in action: the
Palm/Erlang-A queue", section 3.
"""

import math
from collections.abc import Callable
from itertools import pairwise

from scipy.integrate import quad

MOST_SERVERS = 100_000
"""Servers beyond which none are counted."""


def erlang_b(servers: int, load: float) -> float:
    """Return the share of arrivals that find all servers busy when no one waits.

    `load` is arrivals per time over services per time of one server.

    >>> round(erlang_b(10, 7.0), 6)
    0.078741
    """
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Return the share of arrivals that must wait; 1 where the servers cannot keep up.

    >>> round(erlang_c(2, 1.0), 6)
    0.333333
    """
    if servers <= load:
        return 1.0
    blocked = erlang_b(servers, load)
    return blocked / (1 - load / servers * (1 - blocked))


def waits_within(servers: int, load: float, *, within: float) -> float:
    """Return the share of arrivals whose wait is at most `within` mean service times (Erlang C)."""
    if servers <= load:
        return 0.0
    return 1 - erlang_c(servers, load) * math.exp(-(servers - load) * within)


def answers_within(servers: int, load: float, *, within: float) -> float:
    """Return the share whose wait and service together take at most `within` service times.

    Source: Gross et al. (2008), section 2.3, distribution of the time in an M/M/c system.
    """
    if servers <= load:
        return 0.0
    spare = servers - 1 - load
    # (1 - e^(-spare t)) / spare, which is t where nothing is spare.
    delayed = within if abs(spare) < 1e-12 else -math.expm1(-spare * within) / spare
    return 1 - math.exp(-within) * (1 + erlang_c(servers, load) * delayed)


def answered_with_patience(servers: int, load: float, *, within: float, patience: float) -> float:
    """Return the share of arrivals that are served after a wait of at most `within` (Erlang A).

    `within` and the mean `patience` are in mean service times. The offered wait has the density
    load · exp(load · patience (1 - e^(-x / patience)) - servers · x) / (e + load · J), where J is
    the integral of the exponential and e = 1 / erlang_b(servers - 1, load). Everything is divided
    by the exponential's largest value, so that overload does not overflow.
    """
    if servers == 0:
        return 0.0
    if load == 0:
        return 1.0

    def exponent(x: float) -> float:
        return -load * patience * math.expm1(-x / patience) - servers * x

    top_at = patience * math.log(load / servers) if load > servers else 0.0
    top = exponent(top_at)
    idle = math.exp(-top) / erlang_b(servers - 1, load)

    def density(x: float) -> float:
        return load * math.exp(exponent(x) - top)

    all_waits = _integral(density, top_at, math.inf)
    served = _integral(lambda x: density(x) * math.exp(-x / patience), top_at, within)
    return (idle + served) / (idle + all_waits)


def _integral(function: Callable[[float], float], top_at: float, end: float) -> float:
    """Return the integral of a function with one peak from 0 to `end`, cut at the peak."""
    cuts = [0.0, *([top_at] if 0 < top_at < end else []), end]
    parts = (quad(function, a, b, epsabs=0, epsrel=1e-10, limit=200)[0] for a, b in pairwise(cuts))
    return float(sum(parts))


def fewest(reached: Callable[[int], float], goal: float, *, start: int = 0) -> int | None:
    """Return the smallest number of servers whose share reaches the goal; None where none does.

    `reached` must rise with the servers.
    """
    if reached(start) >= goal:
        return start
    below, above = start, max(start, 1)
    while reached(above) < goal:
        below, above = above, above * 2
        if above > MOST_SERVERS:
            return None
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (below, middle) if reached(middle) >= goal else (middle, above)
    return above
