"""What does a rung learn from beside its rows? Altered copies and mixtures of those rows alone.

A rung asks for them in its fit, with the rows that it learns from; nothing is made of any other
row, so no row that judges has a copy among what was learnt. Copies are made one at a time and are
the same in every run with one seed.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from whet.cards.augment import COPIES
from whet.core.seeds import generator
from whet.core.settings import settings
from whet.data.augment.edits import Edit, noisy, reworded, shortened
from whet.data.augment.guard import ClassWords, learn_class_words
from whet.data.augment.translation import Translator
from whet.ladder.context import Context
from whet.ladder.rungs.shared import sample
from whet.models.encoder import encode
from whet.models.output import Ids
from whet.models.probe import Extra
from whet.models.synonyms import NearWords
from whet.training.finetune import Recipe

TRIAL_ROWS = 16
"""Rows whose copies tell what copies cost; an endpoint is asked for each twice."""

Copy = tuple[str, int]
"""An altered text and its class id."""


@dataclass(frozen=True)
class Augmentation:
    """The ways in which one rung's rows are augmented, in the order of the card."""

    context: Context
    ways: tuple[str, ...] = ()

    def copies(self, rows: Ids) -> Iterator[Copy]:
        """Yield an altered copy of each row for each way that makes one; unaltered ones are not."""
        makers = [way for way in self.ways if way in COPIES]
        if not makers:
            return
        context = self.context
        words = learn_class_words(self._labelled(rows))
        for way in makers:
            altered = (
                self._translations(rows)
                if way == "back_translation"
                else self._edits(way, rows, words)
            )
            for row, text in zip(rows, altered, strict=True):
                if text.strip() and text != context.texts[row]:
                    yield text, int(context.labels[row])

    def extra(self, rows: Ids) -> Extra:
        """Return copies and mixtures of the rows as a probe learns from them."""
        context, weight = self.context, self.context.card.augment.weight
        labels: list[int] = []

        def texts() -> Iterator[str]:
            for text, label in self.copies(rows):
                labels.append(label)
                yield text

        views = context.views_of(texts())
        copied = Extra(
            views, np.array(labels, np.int64), np.full(len(labels), weight, dtype=np.float32)
        )
        return copied.joined(self._mixtures(rows)) if "mixup" in self.ways else copied

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time to make the copies of a fit's rows and to embed them, from a sample."""
        if self.copied(1) == 1:
            return 0.0
        tried = sample(self.context, TRIAL_ROWS)
        started = time.perf_counter()
        encode(self.context.encoder, [text for text, _ in self.copies(tried)])
        return (time.perf_counter() - started) / len(tried) * rows * fits

    def copied(self, rows: int) -> int:
        """Return how many texts so many rows become, their own among them."""
        return rows * (1 + sum(way in COPIES for way in self.ways))

    def examples(self, rows: int) -> int:
        """Return how many examples of a probe so many rows become: a mixture is two."""
        return self.copied(rows) + (2 * rows if "mixup" in self.ways else 0)

    def in_loop(self, recipe: Recipe) -> Recipe:
        """Return the recipe with what the training loop does to the rows."""
        augment = self.context.card.augment
        return replace(
            recipe,
            mixup=augment.mixup if "mixup" in self.ways else 0.0,
            fgm=augment.radius if "fgm" in self.ways else 0.0,
        )

    def _labelled(self, rows: Ids) -> Iterator[Copy]:
        """Yield text and class id of rows."""
        return ((self.context.texts[row], int(self.context.labels[row])) for row in rows)

    def _edits(self, way: str, rows: Ids, words: ClassWords) -> Iterator[str]:
        """Yield each row's text as one edit leaves it."""
        context, edit = self.context, self._edit(way)
        for row, (text, label) in zip(rows, self._labelled(rows), strict=True):
            random = generator(context.seed, "augment", way, int(row))
            yield edit(text, words.free(text, label), context.card.augment.share, random)

    def _edit(self, way: str) -> Edit:
        """Return the edit of a way."""
        return _EDITS[way] if way in _EDITS else reworded(self.near_words.near)

    @cached_property
    def near_words(self) -> NearWords:
        """Return the words near each word in the base's own table."""
        return NearWords(self.context.encoder)

    def _translations(self, rows: Ids) -> Iterator[str]:
        """Yield each row's text after a translation and back."""
        context = self.context
        with Translator(settings(), context.cache_folder / "translations") as translator:
            texts = (context.texts[row] for row in rows)
            yield from translator.there_and_back(texts, context.card.augment.via)

    def _mixtures(self, rows: Ids) -> Extra:
        """Return a mixture of each row with another, once with the label of either."""
        context, augment = self.context, self.context.card.augment
        random = generator(context.seed, "mixup", len(rows))
        other = rows[random.permutation(len(rows))]
        share = random.beta(augment.mixup, augment.mixup, len(rows)).astype(np.float32)
        one, two = (context.views(part).astype(np.float32) for part in (rows, other))
        mixed = share[:, None] * one + (1 - share[:, None]) * two
        weights = np.concatenate([share, 1 - share]) * np.float32(augment.weight)
        labels = np.concatenate([context.labels[rows], context.labels[other]])
        told = weights > 0
        return Extra(np.concatenate([mixed, mixed])[told], labels[told], weights[told])


_EDITS: dict[str, Edit] = {"noise": noisy, "deletion": shortened}
