"""Any number of labels a text: truths (n, k), and answers as `Output` whose scores are logits.

Labels that only held-out rows have are never given, and count as missed.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from whet.core.seeds import derived_seed
from whet.data.audit.finding import Finding
from whet.data.label_lists import all_labels, labels_of
from whet.data.strata import strata_of
from whet.evaluation.label_lists import label_sums
from whet.evaluation.sums import Sums
from whet.ladder.answers import Answers
from whet.ladder.candidates import Candidate, Climb
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Classifying, Rung
from whet.ladder.rungs.scores import Scoring, open_scores
from whet.ladder.show import choose_shown
from whet.ladder.targets.contract import Examined, Facts
from whet.ladder.targets.label_package import LabelPacking
from whet.ladder.targets.label_sections import label_sections
from whet.ladder.targets.score_package import Stamp, find_alike
from whet.ladder.targets.slices import target_slices
from whet.models.linear import LinearFit
from whet.models.one_vs_rest import fit_label_probe, fit_label_words, fit_temperature, label_loss
from whet.models.output import Floats, Ids, Output, join
from whet.models.probe import ProbeFit
from whet.serving.label_lists import PROBABLE
from whet.serving.links import sigmoid
from whet.training.scores import Task

Booleans = NDArray[np.bool_]


def truths_of(rows: tuple[str, ...], labels: tuple[str, ...]) -> Booleans:
    """Return which of k labels each of n rows has, (n, k)."""
    number = {label: i for i, label in enumerate(labels)}
    truth = np.zeros((len(rows), len(labels)), dtype=np.bool_)
    for i, row in enumerate(rows):
        truth[i, [number[label] for label in labels_of(row) if label in number]] = True
    return truth


def learn_labels(context: Context, rows: Ids, strength: float | None, seed: int) -> LinearFit:
    """Return a linear model of the labels of some rows on their n-grams."""
    shown = tuple(context.development.labels[row] for row in rows)
    truth = truths_of(shown, context.dataset.labels).astype(np.float32)
    return fit_label_words(context.counts.counts[rows], truth, seed=seed, strength=strength)


def _head(
    seed: int, views: NDArray[np.floating], targets: NDArray[np.float32], strength: float | None
) -> ProbeFit:
    """Return a logistic regression for each label on views."""
    return fit_label_probe(views, targets, seed=seed, strength=strength)


def _judge(scores: Floats, truths: NDArray[np.float32]) -> float:
    """Return minus the cross-entropy at the best temperature, which is set afterwards anyway."""
    if not np.isfinite(scores).all():
        return -np.inf
    return -label_loss(scores / fit_temperature(scores, truths), truths)


LABELS = Task(torch.nn.functional.binary_cross_entropy_with_logits, _judge, is_number=False)
"""What an encoder learns from that is tuned to several labels."""


class Labels:
    """The kind `labels`."""

    judging_folds: Mapping[str, int] = {}
    trivial_name = "most frequent labels"

    def __init__(self, context: Context) -> None:
        self.context = context

    @cached_property
    def truth(self) -> Booleans:
        """Return the truths of development and test rows; labels to be learnt come first."""
        context, known = self.context, self.context.dataset.labels
        rows = (*context.development.labels, *context.dataset.test.labels)
        strange = [label for label in all_labels(rows) if label not in set(known)]
        return truths_of(rows, (*known, *strange))

    def _known(self, rows: Ids) -> Booleans:
        """Return the truths of some rows over the labels that are learnt, (n, k)."""
        known: Booleans = self.truth[rows, : self.context.classes]
        return known

    def unit(self, metric: str) -> float:
        """Return 1: differences are told as they are."""
        return 1.0

    def open_rung(self, name: str) -> Rung[Output]:
        """Return the rung of a candidate."""
        context = self.context
        scoring = Scoring(
            targets=self._known(context.development_rows).astype(np.float32),
            words=partial(learn_labels, context),
            head=partial(_head, derived_seed(context.seed, "probe")),
            task=LABELS,
        )
        return open_scores(context, scoring, name)

    def left_out(self, name: str) -> str:
        """Return nothing: every rung may help on any data."""
        return ""

    def strata(self) -> Ids:
        """Return the number of the rarest label of each development row."""
        names = strata_of(self.context.card, self.context.development.labels)
        return np.unique(names, return_inverse=True)[1].astype(np.int64)

    def join(self, parts: list[tuple[Ids, Output]], n: int) -> Output:
        """Return one output of n rows."""
        return join(parts, n)

    def temperature(self, rows: Ids, output: Output) -> float:
        """Return the temperature with the smallest cross-entropy over all labels."""
        return fit_temperature(output.logits, self._known(rows).astype(np.float32))

    def sums(self, metric: str, rows: Ids, output: Output, temperature: float = 1.0) -> Sums:
        """Return a metric of the labels that are more probable than not, at any temperature."""
        return label_sums(metric, self.truth[rows], self._padded(output.logits >= 0))

    def trivial(self, metric: str) -> Sums:
        """Return a metric over the test rows of the set of labels that most rows have."""
        context = self.context
        sets = Counter(labels_of(label) for label in context.development.labels)
        ((most, _),) = sets.most_common(1)
        found = np.isin(context.dataset.labels, most)
        rows = np.tile(found, (len(context.test_rows), 1))
        return label_sums(metric, self.truth[context.test_rows], self._padded(rows))

    def findings(self, first: Candidate) -> list[Finding]:
        """Return nothing: which labels are doubtful is not asked yet."""
        return []

    def examine(self, ascent: Climb, fitted: Classifying, test: Output) -> Examined:
        """Choose when labels are shown; return sections, answers and packing."""
        context, winner, rows = self.context, ascent.winner, self.context.test_rows
        shown = choose_shown(context, winner, self._known(winner.rows))
        probabilities = sigmoid(test.logits / np.float32(winner.temperature))
        sections = label_sections(context, shown, self._known(rows), probabilities)
        alike = find_alike(context, winner, fitted)
        sections["slices"] = target_slices(self, test)

        def score(found: Floats) -> float:
            metric = context.card.metrics.primary
            return label_sums(metric, self.truth[rows], self._padded(found >= PROBABLE)).value()

        def packing(version: str, created: str, facts: Facts) -> LabelPacking:
            return LabelPacking(
                context,
                fitted,
                winner.temperature,
                alike,
                shown,
                probabilities,
                score,
                sections["shown"]["sentence"],
                Stamp(version, created, facts),
            )

        arrays: dict[str, NDArray[Any]] = {
            "found": self._padded(test.logits >= 0),
            "truth": self.truth[rows],
        }
        return Examined(sections, arrays, packing)

    def _padded(self, found: Booleans) -> Booleans:
        """Return answers (n, k) over all labels: what is not learnt is never found."""
        missing = self.truth.shape[1] - found.shape[1]
        return np.pad(found, ((0, 0), (0, missing)))


def saved_labels(metric: str, answers: Answers) -> Sums:
    """Return a metric of answers that a run has kept."""
    return label_sums(metric, answers.truth, answers.arrays["found"])
