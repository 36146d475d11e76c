"""Which split is best when only the budget is shared? One price for all lines, found by halving.

At the optimum of a concave separable problem each line is spent on until its next unit brings no
more than the price of money: x_i(price) = clip(reach_i(price), low_i, high_i). The sum of these
falls as the price rises, so that the price at which it meets the budget is found by halving the
logarithm of the price, which makes the answer independent of the units of money and value.
Source: Boyd and Vandenberghe (2004), *Convex Optimization*, example 5.2 (water filling).
"""

from dataclasses import dataclass

import numpy as np

from whet.company.strategy.envelope import Envelope
from whet.company.strategy.families import Array

_HALVINGS = 75
_LOG_PRICE = (-700.0, 700.0)


@dataclass(frozen=True)
class Split:
    """The best split of one budget, or of one per draw."""

    x: Array
    """(…, n) spending of each line."""
    price: Array
    """(…) value of one more unit of money; 0 where money is left over."""
    value: Array
    """(…) value of the split, on the envelope."""


def split(lines: Envelope, budget: float | Array) -> Split:
    """Return the split of `budget` with the largest value on concave envelopes.

    The least spendings must fit the budget. Where several lines are straight and equally good, they
    share what is left in proportion to their room.
    """
    shape = np.broadcast_shapes(lines.low.shape, (*lines.curves.batch, lines.curves.n))[:-1]
    money = np.broadcast_to(np.asarray(budget, float), shape)
    below = np.full(shape, _LOG_PRICE[0])
    above = np.full(shape, _LOG_PRICE[1])
    for _ in range(_HALVINGS):
        middle = (below + above) / 2
        spent = lines.reach(np.exp(middle)[..., None]).sum(axis=-1)
        below = np.where(spent > money, middle, below)
        above = np.where(spent > money, above, middle)
    x = _between(
        lines.reach(np.exp(above)[..., None]), lines.reach(np.exp(below)[..., None]), money
    )
    is_short = below > _LOG_PRICE[0]
    price = np.where(is_short, np.exp((below + above) / 2), 0.0)
    return Split(x, price, lines.value(x).sum(axis=-1))


def _between(few: Array, many: Array, money: Array) -> Array:
    """Return the point between two splits that costs the budget; `few` costs at most as much.

    The two differ by rounding, unless lines are straight: then all points between are as good.
    """
    spent, room = few.sum(axis=-1), (many - few).sum(axis=-1)
    share = np.divide(money - spent, room, out=np.zeros_like(spent), where=room > 0)
    x = few + np.clip(share, 0, 1)[..., None] * (many - few)
    return np.asarray(np.clip(x, few, np.maximum(few, many)))
