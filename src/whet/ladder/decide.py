"""When does the winner answer, and what stands behind its answers? Decided on calibration rows.

Calibration rows are rows that the model which judged them did not learn from; test rows are never
looked at. Evidence rows are what served answers are compared with.
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from whet.core.seeds import generator
from whet.evaluation.risk import ThresholdChoice, choose_threshold
from whet.ladder.candidates import Candidate, units_of
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Classifying
from whet.models.encoder import VIEWS
from whet.models.output import Ids, Output
from whet.serving.confidence import SIGNALS, Evidence, confidence, evidence, fit_scope, signals

MAX_EVIDENCE = 20_000
"""Rows packed as evidence; more would cost memory and latency and hardly move a nearest row."""


@dataclass(frozen=True)
class Decider:
    """How confidence is computed and from which value on the model answers."""

    temperature: float
    rows: Ids
    """Evidence rows, positions in the development part."""
    output: Output
    """What the models said about the evidence rows."""
    known: Evidence
    mean: NDArray[np.float64]
    """(s, k), as in `confidence`."""
    scale: NDArray[np.float64]
    """(s, k)."""
    choice: ThresholdChoice

    @property
    def signal_names(self) -> tuple[str, ...]:
        """Return the names of the signals that this model has."""
        return SIGNALS[: len(self.mean)]

    def confidence(self, output: Output) -> NDArray[np.float64]:
        """Return the confidence (n,) of answers to rows that are not evidence."""
        probabilities = output.probabilities(self.temperature)
        read = np.exp(output.read_log_probabilities(self.temperature))
        values = signals(probabilities, read, output.views, self.known)
        return confidence(values, probabilities.argmax(axis=1), self.mean, self.scale)


def decide(context: Context, winner: Candidate, fitted: Classifying) -> Decider:
    """Return the decider of the winner; `fitted` is the model that will be packaged.

    Where it learnt again, the model that was judged chooses the threshold, beside what that one
    said of the evidence, and served answers are compared with what the packaged one says of it.
    """
    judged = cast(Classifying, winner.fitted) if winner.fitted else fitted
    rows, fold_of, output = evidence_rows(context, winner, judged)
    probabilities = winner.output.probabilities(winner.temperature)
    known = _known(context, winner, rows, output)
    # A calibration row sees the evidence of other folds only: its own fold's models never met it.
    values = signals(
        probabilities,
        np.exp(winner.output.read_log_probabilities(winner.temperature)),
        winner.output.views,
        known,
        groups=(winner.fold_of, fold_of),
    )
    best = probabilities.argmax(axis=1)
    mean, scale = fit_scope(values, best, context.classes)
    decision = context.card.decision
    choice = choose_threshold(
        confidence(values, best, mean, scale),
        best == context.labels[winner.rows],
        wrong_answers=decision.wrong_answers,
        level=decision.confidence,
        units=units_of(context, winner.rows),
    )
    if fitted is not judged:
        output = fitted.predict(rows)
        known = _known(context, winner, rows, output)
    return Decider(winner.temperature, rows, output, known, mean, scale, choice)


def _known(context: Context, winner: Candidate, rows: Ids, output: Output) -> Evidence:
    """Return evidence rows made ready for search."""
    log_p = output.read_log_probabilities(winner.temperature)
    width = output.views.shape[1] // VIEWS
    return evidence(output.views, log_p, context.labels[rows], dimension=width)


def evidence_rows(
    context: Context, winner: Candidate, fitted: Classifying
) -> tuple[Ids, NDArray[np.int64], Output]:
    """Return evidence rows, the fold of each (-1: in none), and what is said about them.

    With cross-validation these are all rows with their out-of-fold answers; with one fold they are
    its training rows with the answers of the model that learnt from them.
    """
    if winner.fitted is None:
        chosen = _thinned(context, np.arange(len(winner.rows)))
        return winner.rows[chosen], winner.fold_of[chosen], winner.output.take(chosen)
    rows = _thinned(context, context.folds[0].train)
    return rows, np.full(len(rows), -1), fitted.predict(rows)


def _thinned(context: Context, rows: Ids) -> Ids:
    """Return at most `MAX_EVIDENCE` of the rows, at random, in order."""
    if len(rows) <= MAX_EVIDENCE:
        return rows
    return np.sort(generator(context.seed, "evidence").choice(rows, MAX_EVIDENCE, replace=False))
