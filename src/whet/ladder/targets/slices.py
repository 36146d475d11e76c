"""For whom is the winner worse? The primary metric for each value of the card's columns."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whet.core.seeds import derived_seed
from whet.evaluation.intervals import Interval
from whet.evaluation.slices import sliced
from whet.evaluation.sums import Sums, interval_of
from whet.ladder.context import Context


def slice_facts(context: Context, sums: Callable[[NDArray[np.intp]], Sums]) -> list[dict[str, Any]]:
    """Return the primary metric for each value of the card's slice columns.

    Args:
        sums: maps positions among the test rows to the metric over these rows.
    """
    units = context.test_units

    def measure(rows: NDArray[np.intp], seed: int) -> Interval:
        own = None if units is None else units[rows]
        return interval_of(sums(rows), own, settings=context.card.interval, seed=seed)

    columns = {name: context.dataset.test.columns[name] for name in context.card.metrics.by}
    seed = derived_seed(context.seed, "slices")
    found = sliced(columns, context.card.metrics.primary, measure, seed=seed)
    return [asdict(result) for result in found]
