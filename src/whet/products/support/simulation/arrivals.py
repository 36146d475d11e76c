"""When do customers write? A busy late morning, a lunch, an afternoon, and few at night.

Arrivals are a Poisson process whose rate changes with the hour. Source: Lewis and Shedler 1979,
"Simulation of nonhomogeneous Poisson processes by thinning".
"""

import random
from datetime import datetime, timedelta

BY_HOUR = (
    0.15, 0.10, 0.08, 0.08, 0.10, 0.20, 0.45, 0.90, 1.60, 2.10, 2.30, 2.00,
    1.50, 1.70, 2.00, 1.90, 1.70, 1.40, 1.10, 0.90, 0.70, 0.50, 0.35, 0.19,
)  # fmt: skip
"""How much busier than the mean each hour of a day is; their mean is 1."""


def arrivals(start: datetime, hours: float, rate: float, drawn: random.Random) -> list[float]:
    """Return when conversations begin, in seconds after `start`, in order.

    Args:
        start: the first moment, in the time zone whose hours count.
        hours: how long, above 0.
        rate: conversations an hour in the mean over these hours, above 0.
        drawn: source of chance.
    """
    shape = [BY_HOUR[(start + timedelta(hours=i / 60 * hours)).hour] for i in range(60)]
    scale = rate / (sum(shape) / len(shape))
    most = scale * max(BY_HOUR)
    found: list[float] = []
    at = drawn.expovariate(most / 3600)
    while at < hours * 3600:
        now = scale * BY_HOUR[(start + timedelta(seconds=at)).hour]
        if drawn.random() * most < now:
            found.append(at)
        at += drawn.expovariate(most / 3600)
    return found
