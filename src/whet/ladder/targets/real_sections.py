"""What do the test rows say of a model of numbers, beside its metrics? Sections of the report."""

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from whet.core.seeds import derived_seed, generator
from whet.data.audit.pii import mask_pii
from whet.evaluation.sums import Sums, interval_of
from whet.ladder.band import Band
from whet.ladder.candidates import test_units
from whet.ladder.context import Context
from whet.models.output import Output

Facts = dict[str, Any]
Values = NDArray[np.float64]

WORST_MISTAKES = 50
MOST_POINTS = 500
"""Points of the scatter plot; more would only make the page larger."""


def real_sections(context: Context, band: Band, truth: Values, test: Output) -> Facts:
    """Return the sections of the report but for the slices."""
    said = test.logits[:, 0].astype(np.float64)
    half = band.half_widths(test)
    return {
        "per_class": [],
        "confusion": None,
        "calibration": None,
        "risk": None,
        "mistakes": _mistakes(context, truth, said),
        "values": {
            "name": context.card.label_column,
            "points": _points(context, truth, said),
            "band": _band(context, band, truth, said, half),
        },
    }


def _points(context: Context, truth: Values, said: Values) -> list[list[float]]:
    """Return truth and answer of the test rows, or of as many at random as are drawn."""
    rows = generator(context.seed, "points").permutation(len(truth))[:MOST_POINTS]
    return [[float(truth[i]), float(said[i])] for i in np.sort(rows)]


def _band(
    context: Context, band: Band, truth: Values, said: Values, half: NDArray[np.float32] | None
) -> Facts:
    """Return what is promised of the intervals, and how many truths they hold on the test rows."""
    facts: Facts = {
        "target": band.coverage,
        "sentence": band.sentence,
        "is_scaled": band.spread is not None,
        "coverage": None,
        "mean_width": None,
    }
    if half is None:
        return facts
    held = (np.abs(truth - said) <= half).astype(np.float64)
    rows = csr_array(np.stack([held, np.ones(len(held))], axis=1))
    measured = interval_of(
        Sums(rows, lambda sums: sums[:, 0] / sums[:, 1]),
        test_units(context),
        settings=context.card.interval,
        seed=derived_seed(context.seed, "coverage"),
    )
    return facts | {"coverage": asdict(measured), "mean_width": float(2 * half.mean())}


def _mistakes(context: Context, truth: Values, said: Values) -> list[Facts]:
    """Return the test rows whose answer is farthest from the truth; personal data is masked."""
    frame, error = context.dataset.test, np.abs(truth - said)
    worst = np.argsort(-error, kind="stable")[:WORST_MISTAKES]
    return [
        {
            "row": frame.rows[i],
            "source": frame.source,
            "text": mask_pii(frame.texts[i]),
            "truth": frame.labels[i],
            "answer": f"{said[i]:.6g}",
            "error": float(error[i]),
        }
        for i in worst
        if error[i] > 0
    ]
