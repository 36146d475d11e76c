"""What was found out? The facts of a build: what `--json` prints and the report shows.

Test rows are scored here and nowhere else: once, for the winner, the cheapest rung and a model that
always answers the most frequent class.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whet.core.seeds import derived_seed
from whet.data.audit.pii import mask_pii
from whet.evaluation import curves
from whet.evaluation.calibration import calibration_error, reliability
from whet.evaluation.classes import confusion, per_class
from whet.evaluation.intervals import Interval, bootstrap
from whet.evaluation.metrics import METRICS
from whet.evaluation.risk import measure_risk, risk_curve
from whet.evaluation.scope import auroc, recall_at_rejection
from whet.evaluation.slices import slices
from whet.ladder.climb import Climb, Step, gate_holds
from whet.ladder.context import Context
from whet.ladder.curve import Point
from whet.ladder.decide import Decider
from whet.ladder.rungs.contract import Fitted
from whet.models.output import Ids, Output

Facts = dict[str, Any]
Probabilities = NDArray[np.float32]

WORST_MISTAKES = 50
REJECTED_IN_SCOPE = 0.05
NEXT_LABELS = 1000


def first_facts(
    context: Context,
    *,
    run: str,
    card_path: Path,
    from_version: str | None,
    environment: Facts,
    findings: Sequence[Facts],
) -> Facts:
    """Return what is known before the test rows are looked at."""
    card, dataset = context.card, context.dataset
    out, validation = dataset.out_of_scope, dataset.validation
    return {
        "name": card.name,
        "use": card.use,
        "not_for": card.not_for,
        "run": run,
        "card": card.model_dump(mode="json"),
        "card_path": str(card_path.resolve()),
        "environment": environment,
        "seeds": {"card": card.seed, "split": card.split.seed},
        "data": {
            "version": dataset.version,
            "from_version": from_version,
            "rows": {
                "train": len(dataset.train),
                "validation": len(validation) if validation else 0,
                "test": len(dataset.test),
                "out_of_scope": len(out) if out else 0,
                "unlabelled": len(dataset.unlabelled) if dataset.unlabelled else 0,
            },
            "labels": list(dataset.labels),
        },
        "audit": {"findings": list(findings)},
    }


def step_facts(context: Context, step: Step) -> Facts:
    """Return one line of the verdict table."""
    value, verdict = step.value, step.verdict
    word = verdict.verdict if verdict else ("first" if value else "skipped")
    return {
        "candidate": step.candidate,
        "metric": context.card.metrics.primary,
        "value": value.value if value else None,
        "low": value.low if value else None,
        "high": value.high if value else None,
        "against": step.against,
        "difference": asdict(verdict.difference) if verdict else None,
        "verdict": word,
        "reason": step.reason,
        "seconds": step.seconds,
        "predicted_seconds": step.predicted_seconds,
        "peak_bytes": step.peak_bytes,
    }


def curve_facts(context: Context, winner: str, points: Sequence[Point]) -> Facts:
    """Return the learning curve and what the next thousand labels would bring, or why not said."""
    names = list(dict.fromkeys(point.candidate for point in points))
    # A dear rung has no curve of its own: the dearest one that has speaks for it, if there is one.
    candidate = winner if winner in names or not names else names[-1]
    metric = context.card.metrics.primary
    mine = [curves.Point(p.size, p.seed, p.value) for p in points if p.candidate == candidate]
    gain = curves.next_labels(
        mine, NEXT_LABELS, metric_name=metric, seed=derived_seed(context.seed, "curve")
    )
    said = asdict(gain) if isinstance(gain, curves.Gain) else None
    return {
        "metric": metric,
        "candidate": candidate,
        "points": [asdict(point) for point in points],
        "next": said and {name: said[name] for name in ("labels", "gain", "low", "high")},
        "refused": None if isinstance(gain, curves.Gain) else gain.reason,
        "fit": said and {name: said[name] for name in ("floor", "scale", "exponent", "unit")},
    }


def test_facts(
    context: Context, ascent: Climb, decider: Decider, fitted: Fitted, test: Output
) -> Facts:
    """Return everything that the test rows say."""
    truth = context.class_ids(context.dataset.test.labels)
    probabilities = test.probabilities(decider.temperature)
    results = _metrics(context, truth, probabilities)
    gate = _gate(context, truth, probabilities)
    return {
        "test": results,
        "baseline": _baseline(context, ascent, truth),
        "trivial": {"name": "majority class", "test": _trivial(context, truth)},
        "gate": gate,
        "gate_holds": all(line["holds"] for line in gate),
        "per_class": _per_class(context, truth, probabilities),
        "confusion": {
            "labels": list(context.dataset.labels),
            "counts": confusion(truth, probabilities).tolist(),
        },
        "slices": _slices(context, truth, probabilities),
        "calibration": _calibration(decider, test, truth),
        "risk": _risk(context, decider, fitted, test, truth),
        "mistakes": _mistakes(context, truth, probabilities),
    }


def _test_units(context: Context) -> NDArray[np.str_] | None:
    """Return what the bootstrap resamples whole among the test rows; None when rows are units."""
    column = context.card.unit_column
    return None if column is None else np.array(context.dataset.test.column_or_rows(column))


def _metric(context: Context, name: str, truth: Ids, probabilities: Probabilities) -> Interval:
    """Return one metric over the test rows, with its interval."""
    settings = context.card.interval
    return bootstrap(
        METRICS[name],
        truth,
        probabilities,
        _test_units(context),
        n=settings.n,
        level=settings.level,
        seed=derived_seed(context.seed, "test"),  # equal metrics have equal intervals
    )


def _metrics(context: Context, truth: Ids, probabilities: Probabilities) -> Facts:
    """Return the card's metrics over the test rows."""
    wanted = context.card.metrics
    names = dict.fromkeys([wanted.primary, *wanted.also, *context.card.gate])
    return {name: asdict(_metric(context, name, truth, probabilities)) for name in names}


def _baseline(context: Context, ascent: Climb, truth: Ids) -> Facts | None:
    """Return the cheapest rung's results on the test rows; None when it is the winner."""
    first = ascent.candidates[0]
    if first.name == ascent.winner.name:
        return None
    fitted = first.fitted or first.rung.fit(context.development_rows)
    output = fitted.predict(context.test_rows)
    return {
        "name": first.name,
        "test": _metrics(context, truth, output.probabilities(first.temperature)),
    }


def _trivial(context: Context, truth: Ids) -> Facts:
    """Return the results of answering every row with the class frequencies of the training rows."""
    share = np.bincount(context.labels, minlength=context.classes) / len(context.labels)
    probabilities = np.tile(share.astype(np.float32), (len(truth), 1))
    return _metrics(context, truth, probabilities)


def _gate(context: Context, truth: Ids, probabilities: Probabilities) -> list[Facts]:
    """Return whether each metric of the gate holds, with its whole interval."""
    lines = []
    for name, required in context.card.gate.items():
        interval = _metric(context, name, truth, probabilities)
        holds = gate_holds(name, required, interval)
        lines.append({"metric": name, "required": required, **asdict(interval), "holds": holds})
    return lines


def _per_class(context: Context, truth: Ids, probabilities: Probabilities) -> list[Facts]:
    """Return precision, recall and F1 of every class."""
    results = per_class(
        truth,
        probabilities,
        context.dataset.labels,
        _test_units(context),
        interval=context.card.interval,
        seed=derived_seed(context.seed, "per class"),
    )
    return [asdict(result) for result in results]


def _slices(context: Context, truth: Ids, probabilities: Probabilities) -> list[Facts]:
    """Return the primary metric for each value of the card's slice columns."""
    columns = {name: context.dataset.test.columns[name] for name in context.card.metrics.by}
    results = slices(
        columns,
        context.card.metrics.primary,
        truth,
        probabilities,
        _test_units(context),
        interval=context.card.interval,
        seed=derived_seed(context.seed, "slices"),
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


def _risk(context: Context, decider: Decider, fitted: Fitted, test: Output, truth: Ids) -> Facts:
    """Return what abstention does on the test rows, and on messages that are out of scope."""
    choice, card = decider.choice, context.card
    inside = decider.confidence(test)
    right = test.logits.argmax(axis=1) == truth
    threshold = np.inf if choice.threshold is None else choice.threshold
    measured = measure_risk(
        inside,
        right,
        threshold,
        _test_units(context),
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
        **_scope(context, decider, fitted, inside, threshold),
    }


def _scope(
    context: Context,
    decider: Decider,
    fitted: Fitted,
    inside: NDArray[np.float64],
    threshold: float,
) -> Facts:
    """Return how well messages that are out of scope are told apart; None without such messages."""
    rows = context.out_of_scope_rows
    if not len(rows):
        return {"auroc": None, "oos_recall_at_5pct": None, "oos_rejected": None}
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
