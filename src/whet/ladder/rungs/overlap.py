"""How far do words in common go? The rung of overlap features and a TF-IDF cosine."""

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whet.compression.pair_files import write_overlap
from whet.core.seeds import derived_seed
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Form
from whet.ladder.rungs.pair_texts import PairTexts
from whet.ladder.rungs.shared import fastest, sample
from whet.models.linear import NgramCounts, chosen_features, count_ngrams, weighed
from whet.models.output import Floats, Ids, Output
from whet.models.probe import ProbeFit, fit_probe
from whet.serving.pairs.overlap import FEATURES, overlap_features

TRIAL_ROWS = 200


@dataclass(frozen=True)
class FittedOverlap:
    """A head over overlap features, and the frequencies that its cosine weighs words with."""

    rung: "OverlapRung"
    head: ProbeFit
    columns: Ids
    idf: NDArray[np.float32]
    note: str = ""

    def predict(self, rows: Ids) -> Output:
        """Return logits; there is no embedding."""
        logits = self.head.predict(self.rung.features(rows, self.columns, self.idf)).logits
        return Output(logits, np.zeros((len(rows), 0), dtype=np.float32))

    def write(self, folder: Path, temperature: float) -> Form:
        """Write head and vocabulary."""
        features = self.rung.counts.features[self.columns]
        write_overlap(folder, self.head, features=features, idf=self.idf, t=temperature)
        return Form("overlap")


class OverlapRung:
    """A regularised logistic regression on what two texts have in common."""

    cross_validated = True

    def __init__(self, context: Context) -> None:
        self.context, self.data = context, PairTexts(context)
        self.strength: float | None = None

    @cached_property
    def counts(self) -> NgramCounts:
        """Return the n-gram counts of every text."""
        return count_ngrams(self.data.texts)

    @cached_property
    def _overlap(self) -> Floats:
        """Return the overlap features of every row; NaN where nobody asked for them yet."""
        return np.full((len(self.data.pairs), len(FEATURES)), np.nan, dtype=np.float32)

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of a trial on some rows, scaled up; features are computed once."""
        tried = sample(self.context, max(TRIAL_ROWS, rows // 10))
        pairs = [self.data.pairs[row] for row in tried[:TRIAL_ROWS]]
        once = fastest(lambda: [overlap_features(*pair) for pair in pairs]) / len(pairs)
        _ = self.counts
        own = fastest(lambda: self._fitted(tried, self.strength))
        return once * len(self.data.pairs) + own * fits * max(1.0, rows / len(tried))

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedOverlap:
        """Learn from rows; the first fit chooses the regularisation for all later ones."""
        fitted = self._fitted(rows, self.strength)
        self.strength = fitted.head.strength
        return fitted

    def features(self, rows: Ids, columns: Ids, idf: NDArray[np.float32]) -> Floats:
        """Return the features of some rows, (n, f): overlap, then the cosine."""
        missing = rows[np.isnan(self._overlap[rows, 0])]
        for row in missing:
            self._overlap[row] = overlap_features(*self.data.pairs[row])
        wanted, place = np.unique(self.data.places[rows], return_inverse=True)
        weights = weighed(self.counts.counts[wanted][:, columns], idf)
        first, second = place.reshape(-1, 2).T
        cosine = np.asarray(weights[first].multiply(weights[second]).sum(axis=1)).ravel()
        return np.column_stack([self._overlap[rows], cosine.astype(np.float32)])

    def _fitted(self, rows: Ids, strength: float | None) -> FittedOverlap:
        """Return a model; frequencies are those of the texts of its rows alone."""
        columns, idf = chosen_features(self.counts.counts[np.unique(self.data.places[rows])])
        head = fit_probe(
            self.features(rows, columns, idf),
            self.context.labels[rows],
            self.context.classes,
            seed=derived_seed(self.context.seed, "overlap"),
            strength=strength,
        )
        return FittedOverlap(self, head, columns, idf)
