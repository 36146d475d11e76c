"""One label out of a fixed set: class ids (n,), and answers as `whet.models.output.Output`."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whet.data.audit.finding import Finding
from whet.evaluation.calibration import fit_temperature
from whet.evaluation.metrics import METRICS, Floats, Integers, check_answers
from whet.evaluation.sums import Sums
from whet.ladder.answers import Answers
from whet.ladder.auto import left_out
from whet.ladder.candidates import Candidate, Climb
from whet.ladder.context import Context
from whet.ladder.decide import decide
from whet.ladder.facts import class_sections
from whet.ladder.guards import label_errors, shuffled_labels
from whet.ladder.rungs.contract import Classifying, Rung
from whet.ladder.rungs.registry import JUDGING_FOLDS, open_rung
from whet.ladder.targets.class_package import ClassPacking, Measure
from whet.ladder.targets.contract import Examined, Facts
from whet.ladder.targets.slices import target_slices
from whet.models.output import Ids, Output, join


def class_sums(metric: str, truth: Integers, probabilities: Floats) -> Sums:
    """Return a metric of probabilities (n, k) for class ids (n,)."""
    check_answers(truth, probabilities)
    known = METRICS[metric]
    return Sums(known.contributions(truth, probabilities), known.statistic, known.upper)


class Classes:
    """The kind `classes`, and `pair` with rungs and metrics of its own.

    Args:
        opened: returns the rung of a candidate.
        guards: finds what only this kind asks of the data.
        measure: returns a metric of probabilities (n, k) for class ids (n,).
        kept: what else a run keeps beside truth and answers.
    """

    judging_folds: Mapping[str, int] = JUDGING_FOLDS
    trivial_name = "majority class"

    def __init__(
        self,
        context: Context,
        *,
        opened: Callable[[str, Context], Rung[Output]] = open_rung,
        guards: Callable[[Context], list[Finding]] = lambda context: [],
        measure: Measure = class_sums,
        kept: Mapping[str, NDArray[Any]] = MappingProxyType({}),
    ) -> None:
        self.context, self.opened, self.guards = context, opened, guards
        self.measure, self.kept = measure, kept

    def unit(self, metric: str) -> float:
        """Return 1: differences are told as they are."""
        return 1.0

    def open_rung(self, name: str) -> Rung[Output]:
        """Return the rung of a candidate."""
        return self.opened(name, self.context)

    def left_out(self, name: str) -> str:
        """Return why `auto` does not climb a rung."""
        return left_out(self.context, name)

    def strata(self) -> Ids:
        """Return the class ids of the development rows."""
        return self.context.labels

    def join(self, parts: list[tuple[Ids, Output]], n: int) -> Output:
        """Return one output of n rows."""
        return join(parts, n)

    def temperature(self, rows: Ids, output: Output) -> float:
        """Return the temperature with the smallest log loss."""
        return fit_temperature(output.logits, self.context.labels[rows])

    def sums(self, metric: str, rows: Ids, output: Output, temperature: float = 1.0) -> Sums:
        """Return a metric of calibrated answers."""
        return self.measure(metric, self._truth(rows), output.probabilities(temperature))

    def trivial(self, metric: str) -> Sums:
        """Return a metric of the class frequencies of the development rows as every answer."""
        context, rows = self.context, self.context.test_rows
        share = np.bincount(context.labels, minlength=context.classes) / len(context.labels)
        probabilities = np.tile(share.astype(np.float32), (len(rows), 1))
        return self.measure(metric, self._truth(rows), probabilities)

    def findings(self, first: Candidate) -> list[Finding]:
        """Return probably wrong labels, and whether shuffled ones fall to chance."""
        context = self.context
        found = [
            label_errors(
                context.card,
                context.labels[first.rows],
                first.output.probabilities(first.temperature),
                context.development.take(first.rows),
                context.dataset.labels,
            ),
            shuffled_labels(context.card, context.development, context.labels, seed=context.seed),
        ]
        return [*(finding for finding in found if finding is not None), *self.guards(context)]

    def examine(self, ascent: Climb, fitted: Classifying, test: Output) -> Examined:
        """Decide when the winner answers; return sections, answers and packing."""
        context = self.context
        decider = decide(context, ascent.winner, fitted)

        def packing(version: str, created: str, facts: Facts) -> ClassPacking:
            told = (version, created, facts)
            return ClassPacking(context, fitted, decider, test, *told, self.measure)

        arrays: dict[str, NDArray[Any]] = {
            **self.kept,
            "probabilities": test.probabilities(decider.temperature),
            "truth": self._truth(context.test_rows),
        }
        sections = class_sections(context, decider, fitted, test)
        sections["slices"] = target_slices(self, test, decider.temperature)
        return Examined(sections, arrays, packing)

    def _truth(self, rows: Ids) -> Ids:
        """Return the class ids of development or test rows."""
        context, first_test = self.context, len(self.context.development)
        if not len(rows) or rows[0] < first_test:
            return context.labels[rows]
        test = context.class_ids(context.dataset.test.labels)
        return test[rows - first_test]


def saved_classes(metric: str, answers: Answers) -> Sums:
    """Return a metric of answers that a run has kept."""
    return class_sums(metric, answers.truth, answers.probabilities)
