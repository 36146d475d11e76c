"""A number: true values (n,), and answers as `Output` whose one score is the number."""

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from whet.cards.targets import RealTarget
from whet.data.audit.finding import Finding
from whet.data.strata import strata_of
from whet.data.values import values_of
from whet.evaluation.sums import Sums
from whet.evaluation.values import value_sums
from whet.ladder.answers import Answers
from whet.ladder.band import choose_band
from whet.ladder.candidates import Candidate, Climb
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Classifying, Rung
from whet.ladder.rungs.scores import Scoring, open_scores
from whet.ladder.targets.contract import Examined, Facts
from whet.ladder.targets.real_package import RealPacking
from whet.ladder.targets.real_sections import real_sections
from whet.ladder.targets.score_package import Stamp, find_alike
from whet.ladder.targets.slices import target_slices
from whet.models.linear import LinearFit
from whet.models.output import Floats, Ids, Output, join
from whet.models.probe import ProbeFit
from whet.models.ridge import STRENGTHS, fit_ridge, fit_word_ridge
from whet.training.scores import Task

Values = NDArray[np.float64]


def learn_values(context: Context, rows: Ids, strength: float | None, seed: int) -> LinearFit:
    """Return ridge regression of the numbers of some rows on their n-grams."""
    values = values_of([context.development.labels[row] for row in rows])
    return fit_word_ridge(context.counts.counts[rows], values, seed=seed, strength=strength)


def _head(
    views: NDArray[np.floating], targets: NDArray[np.float32], strength: float | None
) -> ProbeFit:
    """Return ridge regression of numbers (m, 1) on views."""
    strengths = STRENGTHS if strength is None else (strength,)
    return fit_ridge(views, targets[:, 0], strengths=strengths).probe


def _judge(scores: Floats, targets: NDArray[np.float32]) -> float:
    """Return minus the squared error; a training that left the numbers is the worst of all."""
    return -float(np.square(scores - targets).mean()) if np.isfinite(scores).all() else -np.inf


NUMBERS = Task(torch.nn.functional.mse_loss, _judge, is_number=True)
"""What an encoder learns from that is tuned to a number."""


class Real:
    """The kind `real`."""

    judging_folds: Mapping[str, int] = {}
    trivial_name = "training median"

    def __init__(self, context: Context) -> None:
        self.context = context

    @cached_property
    def values(self) -> Values:
        """Return the true numbers of development rows and test rows."""
        context = self.context
        return values_of((*context.development.labels, *context.dataset.test.labels))

    @property
    def _own(self) -> Values:
        """Return the true numbers of the development rows."""
        return self.values[: len(self.context.development)]

    def unit(self, metric: str) -> float:
        """Return the mean error of the median, by which errors are called large or small."""
        own = self._own
        return float(np.abs(own - np.median(own)).mean()) if metric in ("mae", "rmse") else 1.0

    def open_rung(self, name: str) -> Rung[Output]:
        """Return the rung of a candidate."""
        scoring = Scoring(
            targets=self._own.astype(np.float32)[:, None],
            words=partial(learn_values, self.context),
            head=_head,
            task=NUMBERS,
        )
        return open_scores(self.context, scoring, name)

    def left_out(self, name: str) -> str:
        """Return nothing: every rung may help on any data."""
        return ""

    def strata(self) -> Ids:
        """Return the number of the stratum of each development row."""
        names = strata_of(self.context.card, self.context.development.labels)
        return np.unique(names, return_inverse=True)[1].astype(np.int64)

    def join(self, parts: list[tuple[Ids, Output]], n: int) -> Output:
        """Return one output of n rows."""
        return join(parts, n)

    def temperature(self, rows: Ids, output: Output) -> float:
        """Return 1: a number is not divided."""
        return 1.0

    def sums(self, metric: str, rows: Ids, output: Output, temperature: float = 1.0) -> Sums:
        """Return a metric of numbers."""
        return value_sums(metric, self.values[rows], output.logits[:, 0], unit=self.unit(metric))

    def trivial(self, metric: str) -> Sums:
        """Return a metric over the test rows of the development rows' median as every answer."""
        truth = self.values[self.context.test_rows]
        answers = np.full(len(truth), np.median(self._own))
        return value_sums(metric, truth, answers, unit=self.unit(metric))

    def findings(self, first: Candidate) -> list[Finding]:
        """Return nothing: which numbers are doubtful is not asked yet."""
        return []

    def examine(self, ascent: Climb, fitted: Classifying, test: Output) -> Examined:
        """Choose the interval beside answers; return sections, answers and packing."""
        context, winner, target = self.context, ascent.winner, self.context.card.target
        assert isinstance(target, RealTarget)
        band = choose_band(winner, self.values[winner.rows], target.coverage)
        alike = find_alike(context, winner, fitted)
        truth = self.values[context.test_rows]
        sections = real_sections(context, band, truth, test) | {"slices": target_slices(self, test)}

        def score(values: Floats) -> Sums:
            metric = context.card.metrics.primary
            return value_sums(metric, truth, values, unit=self.unit(metric))

        def packing(version: str, created: str, facts: Facts) -> RealPacking:
            stamp = Stamp(version, created, facts)
            return RealPacking(context, fitted, alike, band, test, score, stamp)

        arrays: dict[str, NDArray[Any]] = {
            "values": test.logits[:, 0],
            "truth": truth,
            "unit": np.array([self.unit("mae")]),
        }
        return Examined(sections, arrays, packing)


def saved_values(metric: str, answers: Answers) -> Sums:
    """Return a metric of answers that a run has kept."""
    unit = float(answers.arrays["unit"][0]) if metric in ("mae", "rmse") else 1.0
    return value_sums(metric, answers.truth, answers.arrays["values"], unit=unit)
