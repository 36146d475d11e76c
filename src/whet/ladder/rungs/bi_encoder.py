"""How far do vectors of single texts go? The rung of a frozen encoder under a head over pairs."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from whet.compression.pair_files import write_bi_encoder
from whet.core.seeds import derived_seed, generator
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Form
from whet.ladder.rungs.pair_texts import PairTexts
from whet.ladder.rungs.shared import fastest, fit_seconds, sample
from whet.models.encoder import VIEWS, encode
from whet.models.output import Floats, Ids, Output
from whet.models.probe import SEARCH_HELD_BACK, STRENGTHS, ProbeFit, fit_probe
from whet.serving.pairs.bi_encoder import pair_features

TRIAL_ROWS = 32
MOST_ROWS = 50_000
"""Rows that the head learns from, at random; more would not fit into memory."""


@dataclass(frozen=True)
class FittedBiEncoder:
    """A head over pairs and the build whose embeddings it reads."""

    rung: "BiEncoderRung"
    head: ProbeFit
    note: str = ""

    def predict(self, rows: Ids) -> Output:
        """Return logits; a pair has no embedding, each of its texts has."""
        parts = np.array_split(rows, max(1, len(rows) // MOST_ROWS))
        logits = [self.head.predict(self.rung.features(part)).logits for part in parts]
        return Output(np.concatenate(logits), np.zeros((len(rows), 0), dtype=np.float32))

    def write(self, folder: Path, temperature: float) -> Form:
        """Write the head, the encoder and the tokenizer."""
        context = self.rung.context
        context.progress.start("exporting")
        write_bi_encoder(folder, self.head, context.encoder, t=temperature)
        return Form("bi_encoder", dimension=context.encoder.dimension)


class BiEncoderRung:
    """A regularised logistic regression on the vectors of two texts."""

    cross_validated = True

    def __init__(self, context: Context) -> None:
        self.context, self.data = context, PairTexts(context)
        self.strength: float | None = None

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time to embed every text and to fit, from small trials."""
        encoder = self.context.encoder
        pairs = [self.data.pairs[row] for row in sample(self.context, TRIAL_ROWS)]
        texts = [text for pair in pairs for text in pair]
        encode(encoder, texts[:2])  # the first pass of a process is slower than all others
        once = fastest(lambda: encode(encoder, texts)) / len(texts)
        seconds = once * len(self.data.texts) if self.strength is None else 0.0
        searched = len(STRENGTHS) * (1 - SEARCH_HELD_BACK) if self.strength is None else 0.0
        width, seed = 2 * VIEWS * encoder.dimension + VIEWS, self.context.seed
        return seconds + fit_seconds(width, 2, min(rows, MOST_ROWS), seed=seed) * (fits + searched)

    def features(self, rows: Ids) -> Floats:
        """Return what the vectors of both texts of some rows have in common, (n, f)."""
        return pair_features(*self.data.views(rows), self.context.encoder.dimension)

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedBiEncoder:
        """Learn from rows; the first fit chooses the regularisation for all later ones."""
        context = self.context
        if len(rows) > MOST_ROWS:
            chosen = generator(context.seed, "bi_encoder").permutation(len(rows))[:MOST_ROWS]
            rows = rows[np.sort(chosen)]
        head = fit_probe(
            self.features(rows),
            context.labels[rows],
            context.classes,
            seed=derived_seed(context.seed, "bi_encoder"),
            strength=self.strength,
        )
        self.strength = head.strength
        return FittedBiEncoder(self, head)
