"""What do the test rows say of a model of classes, beside its metrics? Sections of the report."""

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whet.core.seeds import derived_seed
from whet.data.audit.pii import mask_pii
from whet.evaluation.calibration import calibration_error, reliability
from whet.evaluation.classes import confusion, per_class
from whet.evaluation.risk import ThresholdChoice, measure_risk, risk_curve
from whet.evaluation.scope import auroc, recall_at_rejection
from whet.ladder.candidates import test_units
from whet.ladder.context import Context
from whet.ladder.decide import Decider
from whet.ladder.rungs.contract import Classifying
from whet.models.output import Ids, Output

Facts = dict[str, Any]
Probabilities = NDArray[np.float32]

WORST_MISTAKES = 50
REJECTED_IN_SCOPE = 0.05
NO_SCOPE: Facts = {"auroc": None, "oos_recall_at_5pct": None, "oos_rejected": None}
"""What is said where there is no message out of scope."""


def class_sections(context: Context, decider: Decider, fitted: Classifying, test: Output) -> Facts:
    """Return what the test rows say of each class, of confidence and of single answers."""
    truth = context.class_ids(context.dataset.test.labels)
    probabilities = test.probabilities(decider.temperature)
    return {
        "per_class": _per_class(context, truth, probabilities),
        "confusion": {
            "labels": list(context.dataset.labels),
            "counts": confusion(truth, probabilities).tolist(),
        },
        "calibration": _calibration(decider, test, truth),
        "risk": _risk(context, decider, fitted, test, truth),
        "mistakes": _mistakes(context, truth, probabilities),
    }


def _per_class(context: Context, truth: Ids, probabilities: Probabilities) -> list[Facts]:
    """Return precision, recall and F1 of every class."""
    results = per_class(
        truth,
        probabilities,
        context.dataset.labels,
        test_units(context),
        interval=context.card.interval,
        seed=derived_seed(context.seed, "per class"),
    )
    return [asdict(result) for result in results]


def _calibration(decider: Decider, test: Output, truth: Ids) -> Facts:
    """Return how well confidence means what it says, before and after the temperature."""
    after = test.probabilities(decider.temperature)
    return {
        "temperature": decider.temperature,
        "ece_before": calibration_error(test.probabilities(), truth),
        "ece_after": calibration_error(after, truth),
        "bins": [asdict(entry) for entry in reliability(after, truth)],
    }


def _risk(
    context: Context, decider: Decider, fitted: Classifying, test: Output, truth: Ids
) -> Facts:
    """Return what abstention does on the test rows, and on messages that are out of scope."""
    inside, choice = decider.confidence(test), decider.choice
    threshold = np.inf if choice.threshold is None else choice.threshold
    return {
        **abstention(context, choice, inside, test.logits.argmax(axis=1) == truth),
        **_scope(context, decider, fitted, inside, threshold),
    }


def abstention(
    context: Context,
    choice: ThresholdChoice,
    inside: NDArray[np.float64],
    right: NDArray[np.bool_],
) -> Facts:
    """Return what abstention does on the test rows, from the confidence of answers to them."""
    card = context.card
    threshold = np.inf if choice.threshold is None else choice.threshold
    measured = measure_risk(
        inside,
        right,
        threshold,
        test_units(context),
        interval=card.interval,
        seed=derived_seed(context.seed, "risk"),
    )
    return {
        "target": card.decision.wrong_answers,
        "confidence": card.decision.confidence,
        "threshold": choice.threshold,
        "coverage": measured.coverage.value,
        "coverage_interval": asdict(measured.coverage),
        "risk": measured.risk.value if measured.risk else None,
        "risk_interval": asdict(measured.risk) if measured.risk else None,
        "curve": [asdict(point) for point in risk_curve(inside, right)],
        "sentence": choice.sentence,
        **NO_SCOPE,
    }


def _scope(
    context: Context,
    decider: Decider,
    fitted: Classifying,
    inside: NDArray[np.float64],
    threshold: float,
) -> Facts:
    """Return how well messages that are out of scope are told apart; None without such messages."""
    rows = context.out_of_scope_rows
    if not len(rows):
        return NO_SCOPE
    outside = decider.confidence(fitted.predict(rows))
    settings = context.card.interval
    area = auroc(inside, outside, level=settings.level)
    recall = recall_at_rejection(
        inside,
        outside,
        rejected=REJECTED_IN_SCOPE,
        n=settings.n,
        level=settings.level,
        seed=derived_seed(context.seed, "scope"),
    )
    return {
        "auroc": area.value,
        "auroc_interval": asdict(area),
        "oos_recall_at_5pct": recall.value,
        "oos_recall_interval": asdict(recall),
        "oos_rejected": float((outside < threshold).mean()),
    }


def _mistakes(context: Context, truth: Ids, probabilities: Probabilities) -> list[Facts]:
    """Return the test rows that were answered wrongly with the highest probability.

    Personal data is masked, so that a report can be passed on.
    """
    answer, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(answer != truth)
    worst = wrong[np.argsort(-sure[wrong], kind="stable")][:WORST_MISTAKES]
    frame, labels = context.dataset.test, context.dataset.labels
    return [
        {
            "row": frame.rows[i],
            "source": frame.source,
            "text": mask_pii(frame.texts[i]),
            "truth": labels[truth[i]],
            "answer": labels[answer[i]],
            "probability": float(sure[i]),
        }
        for i in worst
    ]
