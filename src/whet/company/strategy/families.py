"""Which shapes may a response have? Per family: value, slope, and where the slope has a value.

Everything is for a scale of 1 and works on arrays that broadcast; `curves` multiplies by the scale.
`reach(m, ...)` is the largest spending at which the slope is still at least `m`: the inverse of the
slope where the curve is concave, 0 where the slope never gets that high.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_NEWTON_STEPS = 60
_HUGE = 690.0
"""Logarithm of the largest spending that is told apart; beyond it numbers overflow."""


@dataclass(frozen=True)
class Family:
    """One shape of response."""

    parameters: tuple[str, ...]
    """Names of its parameters after `scale`; all above 0."""
    value: Callable[..., Array]
    """Value at a spending, for scale 1; 0 at 0."""
    slope: Callable[..., Array]
    """Value of the next unit of spending, for scale 1."""
    reach: Callable[..., Array]
    """Largest spending with at least a slope."""
    limits: tuple[float, ...] = ()
    """Largest value of each parameter; none when empty."""


def _exp(power: Array) -> Array:
    """Return e ** power without overflow."""
    return np.asarray(np.exp(np.minimum(power, _HUGE)))


def _linear_reach(m: Array) -> Array:
    return np.where(m < 1, np.inf, 0.0)


def _power_slope(x: Array, exponent: Array) -> Array:
    return np.asarray(exponent * np.power(x, exponent - 1))


def _power_reach(m: Array, exponent: Array) -> Array:
    # exponent · x ** (exponent - 1) = m, in logarithms: near exponent 1 the power is enormous.
    bend = 1 - exponent
    smooth = _exp(np.log(exponent / m) / np.where(bend > 0, bend, 1))
    return np.where(bend > 0, smooth, _linear_reach(m))


def _exponential_reach(m: Array, rate: Array) -> Array:
    return np.maximum(np.log(rate / m), 0) / rate


def _log_reach(m: Array, half: Array) -> Array:
    return np.maximum(1 / m - half, 0)


def _learning_value(x: Array, unit: Array, exponent: Array) -> Array:
    return np.asarray(-np.expm1(-exponent * np.log1p(x / unit)))


def _learning_slope(x: Array, unit: Array, exponent: Array) -> Array:
    return np.asarray(exponent / unit * np.exp(-(exponent + 1) * np.log1p(x / unit)))


def _learning_reach(m: Array, unit: Array, exponent: Array) -> Array:
    steps = np.minimum(np.log(exponent / (unit * m)) / (exponent + 1), _HUGE)
    return np.maximum(unit * np.expm1(steps), 0)


def _hill_value(x: Array, half: Array, shape: Array) -> Array:
    return np.asarray(1 / (1 + np.power(half / x, shape)))


def _hill_slope(x: Array, half: Array, shape: Array) -> Array:
    """Return the slope through log u with u = (x / half) ** shape, so that no power overflows."""
    log_u = shape * np.log(x / half)
    tail = np.exp(-np.abs(log_u))
    inner = shape / x * tail / np.square(1 + tail)
    at_zero = np.where(shape < 1, np.inf, np.where(shape == 1, 1 / half, 0.0))
    return np.where(x > 0, inner, at_zero)


def _hill_reach(m: Array, half: Array, shape: Array) -> Array:
    """Return the root of g(t) = log slope - log m on its falling side, t = log u.

    g(t) = log(shape / (half m)) + (1 - 1/shape) t - 2 log(1 + e^t) is concave, and lies below
    its two asymptotes. Newton's method from the nearer root of the two, at or right of the root
    of g, comes down to it without ever passing it.
    """
    shape, half, m = np.broadcast_arrays(shape, half, m)
    level, rise = np.log(shape / (half * m)), 1 - 1 / shape
    t = level / (1 + 1 / shape)
    left = np.divide(level, -rise, out=np.full_like(level, np.inf), where=rise < 0)
    t = np.minimum(t, left)
    top = np.where(shape > 1, np.log(np.maximum(shape - 1, 1e-300) / (shape + 1)), -np.inf)
    t = np.maximum(t, np.where(shape > 1, top, t))
    for _ in range(_NEWTON_STEPS):
        gap = level + rise * t - 2 * np.logaddexp(0, t)
        fall = rise - 2 / (1 + np.exp(-t))
        step = np.divide(gap, fall, out=np.zeros_like(gap), where=fall < 0)
        t = t - np.maximum(step, 0)
        if not np.any(step > 1e-15 * np.maximum(np.abs(t), 1)):
            break
    exists = np.where(shape > 1, level + rise * top - 2 * np.logaddexp(0, top) >= 0, True)
    exists &= (shape != 1) | (level > 0)
    return np.where(exists, half * _exp(t / shape), 0.0)


FAMILIES: dict[str, Family] = {
    "linear": Family(
        (), lambda x: np.asarray(x, float), lambda x: np.ones_like(x, float), _linear_reach
    ),
    "power": Family(("exponent",), np.power, _power_slope, _power_reach, (1.0,)),
    "log": Family(
        ("half",),
        lambda x, half: np.asarray(np.log1p(x / half)),
        lambda x, half: np.asarray(1 / (half + x)),
        _log_reach,
    ),
    "exponential": Family(
        ("rate",),
        lambda x, rate: np.asarray(-np.expm1(-rate * x)),
        lambda x, rate: np.asarray(rate * np.exp(-rate * x)),
        _exponential_reach,
    ),
    "hill": Family(("half", "shape"), _hill_value, _hill_slope, _hill_reach),
    "learning": Family(("unit", "exponent"), _learning_value, _learning_slope, _learning_reach),
}
"""Every family by name. Sources: Hill (1910) for `hill`; Viering and Loog (2023), *The Shape of
Learning Curves*, for `learning`, a power law a - b (x + x0) ^ -c; the others are textbook forms."""
