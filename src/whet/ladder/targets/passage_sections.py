"""When is an answer from a passage given, and what do the test rows say of it? Report sections."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whet.core.pairs import split_pair
from whet.data.audit.finding import shown
from whet.evaluation.calibration import binned, mean_gap
from whet.evaluation.passages import fit_confidence
from whet.evaluation.risk import ThresholdChoice, choose_threshold
from whet.ladder.candidates import Candidate, units_of
from whet.ladder.context import Context
from whet.ladder.facts import abstention
from whet.ladder.rungs.passage_rows import PassageRows
from whet.models.passage_output import PassageOutput
from whet.serving.contents import Reading
from whet.serving.passages.predictor import calibrated

Facts = dict[str, Any]
Values = NDArray[np.float64]

WORST_MISTAKES = 50


@dataclass(frozen=True)
class Sureness:
    """How the confidence of answers is computed, and from which value on they are given."""

    slope: float
    bias: float
    bias_without: float
    choice: ThresholdChoice

    def confidence(self, output: PassageOutput) -> Values:
        """Return the probability (n,) that each answer is right, as a package computes it."""
        reading = Reading(
            longest=1, slope=self.slope, bias=self.bias, bias_without=self.bias_without
        )
        pairs = zip(output.sure.tolist(), output.is_found.tolist(), strict=True)
        return np.array([calibrated(reading, sure, is_found=found) for sure, found in pairs])


def choose_sureness(context: Context, winner: Candidate, right: NDArray[np.bool_]) -> Sureness:
    """Return when answers are given; `right` (n,) is of the rows that judged the winner.

    An answer is right when it matches a truth exactly, so what is promised is strict.
    """
    output: PassageOutput = winner.output
    fitted = fit_confidence(output.sure, output.is_found, right)
    unsure = ThresholdChoice(None, 0.0, 1.0, 1.0, "")
    decision = context.card.decision
    choice = choose_threshold(
        Sureness(*fitted, unsure).confidence(output),
        right,
        wrong_answers=decision.wrong_answers,
        level=decision.confidence,
        units=units_of(context, winner.rows),
    )
    return Sureness(*fitted, choice)


def passage_sections(
    rows: PassageRows, sure: Sureness, test: PassageOutput, scores: NDArray[np.floating]
) -> Facts:
    """Return the sections of the report but for the slices; `scores` (n, 3) are of the test."""
    confidence, right = sure.confidence(test), scores[:, 1] == 1
    raw = 1 / (1 + np.exp(-test.sure))
    return {
        "per_class": [],
        "confusion": None,
        "calibration": {
            "temperature": 1 / sure.slope if sure.slope > 0 else None,
            "ece_before": mean_gap(raw, right),
            "ece_after": mean_gap(confidence, right),
            "bins": [asdict(entry) for entry in binned(confidence, right)],
        },
        "risk": abstention(rows.context, sure.choice, confidence, right),
        "mistakes": _mistakes(rows, test, confidence, scores),
    }


def _mistakes(
    rows: PassageRows, test: PassageOutput, confidence: Values, scores: NDArray[np.floating]
) -> list[Facts]:
    """Return the test rows with a wrong answer, those of which the model was surest first.

    Personal data is masked, so that a report can be passed on.
    """
    context, frame = rows.context, rows.context.dataset.test
    truths = rows.truths(context.test_rows)
    wrong = np.flatnonzero(scores[:, 0] < 1)
    worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:WORST_MISTAKES]
    found = []
    for i in worst.tolist():
        question, passage = split_pair(frame.texts[i])
        start, end = test.spans[i].tolist()
        found.append(
            {
                "row": frame.rows[i],
                "source": frame.source,
                "text": shown(question),
                "truth": shown("; ".join(truths[i])) or "no answer",
                "answer": shown(passage[start:end]) or "no answer",
                "probability": float(confidence[i]),
            }
        )
    return found
