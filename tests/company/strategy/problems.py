"""Problems that the tests of allocations share."""

import numpy as np

from whet.company.strategy.curves import curve
from whet.company.strategy.problem import Limit, Line, Problem

SCALES = (5.0, 3.0, 2.0, 1.2, 0.8)
RATES = (0.8, 0.5, 1.5, 0.3, 2.0)


def exponentials(money: float = 1.0, value: float = 1.0) -> Problem:
    """Return the known problem of five exponential curves, in other units of money and value."""
    lines = tuple(
        Line(f"x{i}", curve("exponential", scale=b * value, rate=k / money))
        for i, (b, k) in enumerate(zip(SCALES, RATES, strict=True))
    )
    return Problem(4 * money, lines)


def hills() -> Problem:
    """Return the known problem of three S-curves."""
    lines = tuple(
        Line(f"h{i}", curve("hill", scale=b, half=k, shape=3))
        for i, (b, k) in enumerate(zip((5, 4, 3), (2, 1.5, 1), strict=True))
    )
    return Problem(3, lines)


def random_problem(seed: int, *, limited: bool) -> Problem:
    """Return a random concave problem of all families that a cone programme can hold exactly."""
    rng = np.random.default_rng(seed)
    lines = []
    for i in range(int(rng.integers(2, 9))):
        kind = rng.choice(["exponential", "log", "power", "linear", "hill"])
        scale = float(rng.uniform(0.2, 5))
        numbers = {
            "exponential": {"rate": float(rng.uniform(0.1, 2))},
            "log": {"half": float(rng.uniform(0.2, 4))},
            "power": {"exponent": float(rng.uniform(0.2, 0.9))},
            "linear": {},
            "hill": {"half": float(rng.uniform(0.2, 4)), "shape": 1.0},
        }[kind]
        least = float(rng.choice([0, 0, 0.1, 0.3]))
        most = float(rng.choice([np.inf, 1.0, 2.5]))
        lines.append(Line(f"x{i}", curve(kind, scale=scale, **numbers), least=least, most=most))
    budget = sum(line.least for line in lines) + float(rng.uniform(0.5, 5))
    limits = []
    for k in range(int(rng.integers(1, 4)) if limited else 0):
        uses = {line.id: float(rng.choice([0, 0.5, 1, 2])) for line in lines}
        most = sum(uses[line.id] * line.least for line in lines) + float(rng.uniform(0.3, 3))
        limits.append(Limit(f"l{k}", uses, most))
    return Problem(budget, tuple(lines), tuple(limits))
