"""What would more labels bring? A learning curve of the cheap rungs, measured on nested subsets.

Each seed orders the training rows of the first fold once and takes its first tenth, its first
fifth and so on, so that a larger subset holds the smaller ones. All are judged on the held-out rows
of that fold.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np

from whet.core.seeds import generator
from whet.ladder.context import Context
from whet.ladder.pieces import Piece, answered
from whet.ladder.rungs.contract import Rung
from whet.ladder.targets.registry import open_target
from whet.models.output import Ids

SHARES = (0.1, 0.2, 0.35, 0.6, 1.0)
SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Point:
    """The primary metric of a rung that learnt from `size` rows."""

    candidate: str
    size: int
    seed: int
    value: float


def measure_curve(
    context: Context,
    name: str,
    rung: Rung[Any],
    *,
    deadline: float = math.inf,
    now: Callable[[], float] = time.monotonic,
) -> Iterator[Point]:
    """Yield the points of a rung's learning curve, smallest size first.

    Subsets that hold one stratum only, such as one class, are left out. Measuring ends before a fit
    that, going by the last one, would end after `deadline`, a time that `now` tells.
    """
    fold, target = context.folds[0], open_target(context)
    metric, subsets = context.card.metrics.primary, _subsets(context, target.strata())
    context.progress.start(f"{name}: learning curve", len(subsets))
    pieces = [
        Piece(f"{size} rows, seed {seed}", rows, fold.held_out) for size, seed, rows in subsets
    ]
    seconds_per_row = 0.0
    fits = answered(
        name, rung, pieces, deadline=math.inf, watch=lambda: context.progress.advance(0)
    )
    with closing(fits) as outputs:
        for size, seed, _ in subsets:
            began = now()
            if began + seconds_per_row * size > deadline:
                told = f"{name}: the budget ends its learning curve before {size} rows"
                context.progress.note(told)
                return
            value = target.sums(metric, fold.held_out, next(outputs)).value()
            yield Point(name, size, seed, value)
            seconds_per_row = (now() - began) / size
            context.progress.advance()


def _subsets(context: Context, strata: Ids) -> list[tuple[int, int, Ids]]:
    """Return size, seed and rows of each point; subsets of one stratum only are left out.

    Smaller ones come first: whoever learns from them knows early what larger ones will cost.
    """
    train = context.folds[0].train
    orders = [_order(context, strata, seed) for seed in SEEDS]
    found = [(size, seed, np.sort(orders[seed][:size])) for size, seed in _sizes(len(train))]
    return [one for one in found if len(np.unique(strata[one[2]])) >= 2]


def _sizes(rows: int) -> Iterator[tuple[int, int]]:
    """Yield size and seed of each point; all rows are the same rows whatever the seed."""
    for share in SHARES:
        for seed in SEEDS if share < 1 else SEEDS[:1]:
            yield max(2, round(share * rows)), seed


def _order(context: Context, strata: Ids, seed: int) -> Ids:
    """Return the training rows of the first fold in an order that mixes strata evenly.

    Rows are dealt stratum by stratum in turn, so that a tenth of the rows holds about a tenth of
    each class, and small subsets do not lose classes by chance alone.
    """
    random = generator(context.seed, "curve", seed)
    rows = random.permutation(context.folds[0].train)
    labels = strata[rows]
    place = np.zeros(len(rows))
    for label in np.unique(labels):
        mine = np.flatnonzero(labels == label)
        place[mine] = (np.arange(len(mine)) + random.random()) / len(mine)
    return rows[np.argsort(place, kind="stable")]
