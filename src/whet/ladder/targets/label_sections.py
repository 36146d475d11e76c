"""What do the test rows say of a model of several labels, beside its metrics? Report sections."""

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from whet.core.seeds import derived_seed
from whet.data.audit.pii import mask_pii
from whet.evaluation.entity_report import counts_report
from whet.evaluation.label_lists import count_labels
from whet.evaluation.sums import Sums, interval_of
from whet.ladder.candidates import test_units
from whet.ladder.context import Context
from whet.ladder.show import Shown
from whet.ladder.targets.tag_sections import per_label
from whet.serving.label_lists import PROBABLE

Facts = dict[str, Any]
Booleans = NDArray[np.bool_]

WORST_MISTAKES = 50


def label_sections(
    context: Context, shown: Shown, truth: Booleans, probabilities: NDArray[np.float32]
) -> Facts:
    """Return the sections of the report but for the slices; `truth` and answers are (n, k)."""
    settings, seed = context.card.interval, derived_seed(context.seed, "per class")
    counts = count_labels(truth, probabilities >= PROBABLE)
    report = counts_report(counts, context.dataset.labels, interval=settings, seed=seed)
    return {
        "per_class": per_label(report),
        "averages": [asdict(line) for line in report.averages],
        "confusion": None,
        "calibration": None,
        "risk": None,
        "mistakes": _mistakes(context, truth, probabilities),
        "shown": _shown(context, shown, truth, probabilities),
    }


def _shown(
    context: Context, shown: Shown, truth: Booleans, probabilities: NDArray[np.float32]
) -> Facts:
    """Return what the promise on wrong labels comes to on the test rows."""
    given, decision = shown.given(probabilities), context.card.decision
    found = probabilities >= PROBABLE
    wrong = given & ~truth
    lines = [
        {
            "label": label,
            "threshold": choice.threshold,
            "found": int(found[:, i].sum()),
            "shown": int(given[:, i].sum()),
            "wrong": int(wrong[:, i].sum()),
            "why_not": choice.sentence if choice.threshold is None else "",
        }
        for i, (label, choice) in enumerate(zip(context.dataset.labels, shown.choices, strict=True))
    ]
    promised = sum(line["threshold"] is not None for line in lines)
    return {
        "target": decision.wrong_answers,
        "confidence": decision.confidence,
        "labels": lines,
        "risk": _share(context, wrong, given) if given.any() else None,
        "recall": _share(context, given & truth, truth),
        "sentence": (
            f"Of {promised} of {len(lines)} labels it is promised, for each by itself and with "
            f"{100 * decision.confidence:.4g} % confidence, that at most "
            f"{100 * decision.wrong_answers:.4g} % of the texts that show it do not have it. The "
            "others are never shown."
        ),
    }


def _share(context: Context, part: Booleans, whole: Booleans) -> Facts:
    """Return the share of some labels of texts among others, with its interval over rows."""
    rows = csr_array(np.stack([part.sum(axis=1), whole.sum(axis=1)], axis=1).astype(np.float64))

    def ratio(sums: NDArray[np.floating]) -> NDArray[np.floating]:
        shares = np.full(len(sums), np.nan)
        np.divide(sums[:, 0], sums[:, 1], out=shares, where=sums[:, 1] > 0)
        return shares

    measured = interval_of(
        Sums(rows, ratio),
        test_units(context),
        settings=context.card.interval,
        seed=derived_seed(context.seed, "shown"),
    )
    return asdict(measured)


def _mistakes(context: Context, truth: Booleans, probabilities: NDArray[np.float32]) -> list[Facts]:
    """Return the test rows with a wrong label, those where the model was surest of it first.

    Personal data is masked, so that a report can be passed on.
    """
    found, frame = probabilities >= PROBABLE, context.dataset.test
    # How sure the model was that a label stands, or does not stand, where the opposite is true.
    sure = np.where(found != truth, np.maximum(probabilities, 1 - probabilities), 0).max(axis=1)
    worst = np.argsort(-sure, kind="stable")[:WORST_MISTAKES]
    return [
        {
            "row": frame.rows[i],
            "source": frame.source,
            "text": mask_pii(frame.texts[i]),
            "truth": _told(context, truth[i]),
            "answer": _told(context, found[i]),
            "probability": float(sure[i]),
        }
        for i in worst
        if sure[i] > 0
    ]


def _told(context: Context, has: Booleans) -> str:
    """Return labels in words; `nothing` without any."""
    return "; ".join(context.dataset.labels[i] for i in np.flatnonzero(has)) or "nothing"
