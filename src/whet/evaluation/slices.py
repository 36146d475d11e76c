"""For whom is it worse? The metric for each value of each column, with its interval."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whet.core.seeds import derived_seed
from whet.evaluation.intervals import Interval

FEWEST_ROWS = 20
"""Below this number of rows a slice is listed but nothing is claimed about it."""

MOST_VALUES = 20
"""Values of a column that are listed; the rarer ones are pooled as `other`."""


@dataclass(frozen=True)
class Slice:
    """One value of one column; `result` is None, and `note` says why, when nothing is claimed."""

    column: str
    value: str
    n: int
    metric: str
    result: Interval | None
    note: str


def sliced(
    columns: Mapping[str, Sequence[str]],
    metric_name: str,
    measure: Callable[[NDArray[np.intp], int], Interval],
    *,
    seed: int,
) -> list[Slice]:
    """Return the slices of every column, the most frequent value first.

    Args:
        columns: values (n,) of each column to slice by, as text.
        metric_name: name of the metric.
        measure: maps positions of rows and a seed to the metric over these rows.
        seed: seed of the resamples.
    """
    found = []
    for column, values in columns.items():
        for value, rows, note in _parts(values):
            result = None
            if len(rows) < FEWEST_ROWS:
                note = f"fewer than {FEWEST_ROWS} rows: nothing is claimed"
            else:
                result = measure(rows, derived_seed(seed, "slice", column, value))
            found.append(Slice(column, value, len(rows), metric_name, result, note))
    return found


def _parts(values: Sequence[str]) -> list[tuple[str, NDArray[np.intp], str]]:
    """Return value, row positions and a note for each slice of a column."""
    array = np.array(values, dtype=object)
    ranked = [value for value, _ in Counter(values).most_common()]
    parts = [(v, np.flatnonzero(array == v), "" if v else "no value") for v in ranked[:MOST_VALUES]]
    if rare := set(ranked[MOST_VALUES:]):
        rows = np.flatnonzero([v in rare for v in values])
        parts.append(("other", rows, f"{len(rare)} rarer values together"))
    return parts
