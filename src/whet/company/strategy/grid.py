"""Which split is best on a grid of money, whatever the shape of the curves? Dynamic programming.

best_k(b) = max over a of best_{k-1}(b - a) + value_k(a): exact on the grid for any curves, as long
as only the budget is shared. Source: Bellman (1957), *Dynamic Programming*, chapter I.
"""

import numpy as np

from whet.company.strategy.families import Array

STEPS = 400
"""Steps of the grid over the money that is free to split."""


def best_on_grid(values: Array) -> tuple[Array, float]:
    """Return how many steps (n,) each line gets, and the value of that.

    `values` (n, g + 1) holds the value of each line at 0, 1, …, g steps above its least; minus
    infinity where it cannot have so much.
    """
    count, length = values.shape
    choices = np.zeros((count, length), int)
    best = np.zeros(length)
    for k in range(count):
        best, choices[k] = joined(best, values[k])
    steps = np.zeros(count, int)
    left = length - 1
    for k in reversed(range(count)):
        steps[k] = choices[k, left]
        left -= steps[k]
    return steps, float(best[-1])


def joined(first: Array, second: Array) -> tuple[Array, np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """Return, for each number of steps, the best sum of two lines and the steps of the second.

    Not all steps need be taken: both arrays (g + 1,) say what at most so many steps bring.
    """
    length = len(first)
    padded = np.concatenate([np.full(length - 1, -np.inf), first])
    windows = np.lib.stride_tricks.sliding_window_view(padded, length)[:, ::-1]
    sums = windows + second  # [b, a] = first[b - a] + second[a]
    choice = np.asarray(sums.argmax(axis=1))
    return sums[np.arange(length), choice], choice
