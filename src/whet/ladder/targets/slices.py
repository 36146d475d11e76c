"""For whom is a model worse? The primary metric for each value of the card's slice columns."""

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whet.core.seeds import derived_seed
from whet.evaluation.intervals import Interval
from whet.evaluation.slices import sliced
from whet.evaluation.sums import interval_of
from whet.ladder.candidates import test_units
from whet.ladder.targets.contract import Facts, Target


def target_slices(target: Target, test: Any, temperature: float = 1.0) -> list[Facts]:
    """Return the slices of the test rows, from the answers to them."""
    context, metric = target.context, target.context.card.metrics.primary
    units = test_units(context)

    def measure(rows: NDArray[np.intp], seed: int) -> Interval:
        return interval_of(
            target.sums(metric, context.test_rows[rows], test.take(rows), temperature),
            None if units is None else units[rows],
            settings=context.card.interval,
            seed=seed,
        )

    columns = {name: context.dataset.test.columns[name] for name in context.card.metrics.by}
    found = sliced(columns, metric, measure, seed=derived_seed(context.seed, "slices"))
    return [asdict(result) for result in found]
