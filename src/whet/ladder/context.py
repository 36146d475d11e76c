"""What do all rungs of one build share? The corpus, its folds, the base and the caches."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whet.cards.schema import Card
from whet.core.pairs import split_pair
from whet.core.progress import Progress, Quiet
from whet.core.seeds import generator
from whet.data.descriptions import label_texts
from whet.data.frame import Dataset, Fold, Frame
from whet.data.split import development, folds
from whet.data.together import row_units
from whet.models.bases import Base, find_base
from whet.models.cache import EmbeddingCache
from whet.models.encoder import VIEWS, Encoder, encode, load_encoder, segment_separator
from whet.models.hardware import Hardware, find_hardware
from whet.models.linear import NgramCounts, count_ngrams
from whet.models.output import Ids
from whet.serving.tokens import Text

MAX_UNLABELLED = 20_000
"""Unlabelled rows that are learnt from; the memory of a build does not grow with the others."""

_NOT_SENT = ("encoder", "cache", "hardware", "_positions")
"""What a context computes that belongs to its own process and machine."""


def _unheard(step: int, values: dict[str, float]) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Context:
    """One build's data and what is computed from it once.

    Rows are positions in `texts`: development rows first (training, then validation), then test
    rows, then out-of-scope rows, then what the labels say by themselves, then unlabelled rows.
    """

    card: Card
    card_folder: Path
    dataset: Dataset
    cache_folder: Path
    work_folder: Path
    progress: Progress
    seed: int = 0
    on_training: Callable[[int, dict[str, float]], None] = _unheard
    """Is told every step of a fine-tuning and what it measured."""
    processes: int = 1
    """Processes that tune an encoder together."""
    trainings: dict[str, dict[str, Any]] = field(default_factory=dict)
    """How each candidate's training was computed, filled as they are climbed."""

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs: nobody there hears, and it loads the base itself."""
        left = {name: self.__dict__[name] for name in self.__dict__ if name not in _NOT_SENT}
        return left | {"progress": Quiet(), "on_training": _unheard}

    @cached_property
    def hardware(self) -> Hardware:
        """Return the device that the encoder runs on."""
        return find_hardware(self.card.compute.device)

    def with_base(self, name: str) -> "Context":
        """Return the same build with another base; nothing that depends on the base is shared."""
        return replace(self, card=self.card.model_copy(update={"base": name}))

    @cached_property
    def development(self) -> Frame:
        """Return the rows that may be learnt from or decided on."""
        return development(self.dataset)

    @cached_property
    def development_units(self) -> NDArray[Any] | None:
        """Return what the bootstrap resamples whole, one name a development row; None: rows."""
        return row_units(self.card, self.development)

    @cached_property
    def test_units(self) -> NDArray[Any] | None:
        """Return what the bootstrap resamples whole among the test rows; None: rows."""
        return row_units(self.card, self.dataset.test)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Return every text of the build, by row."""
        out = self.dataset.out_of_scope
        return (
            *self.development.texts,
            *self.dataset.test.texts,
            *(out.texts if out else ()),
            *(text for text, _ in self._label_texts),
            *self._unlabelled_texts,
        )

    @cached_property
    def labels(self) -> Ids:
        """Return the class ids of the development rows."""
        return self.class_ids(self.development.labels)

    @property
    def classes(self) -> int:
        """Return k."""
        return len(self.dataset.labels)

    @cached_property
    def folds(self) -> list[Fold]:
        """Return the folds over the development rows."""
        return folds(self.card, self.dataset)

    @property
    def development_rows(self) -> Ids:
        """Return the rows of the development part."""
        return np.arange(len(self.development), dtype=np.int64)

    @property
    def test_rows(self) -> Ids:
        """Return the rows of the test part."""
        return len(self.development) + np.arange(len(self.dataset.test), dtype=np.int64)

    @property
    def out_of_scope_rows(self) -> Ids:
        """Return the rows of the out-of-scope part; empty without one."""
        out = self.dataset.out_of_scope
        start = len(self.development) + len(self.dataset.test)
        return start + np.arange(len(out) if out else 0, dtype=np.int64)

    @property
    def label_rows(self) -> Ids:
        """Return the rows of the labels' names and descriptions."""
        start = len(self.texts) - len(self._unlabelled_texts) - len(self._label_texts)
        return start + np.arange(len(self._label_texts), dtype=np.int64)

    @property
    def label_row_classes(self) -> Ids:
        """Return the class id of each of `label_rows`."""
        return np.array([label for _, label in self._label_texts], dtype=np.int64)

    @property
    def unlabelled_rows(self) -> Ids:
        """Return the rows of messages without labels, at most `MAX_UNLABELLED`; may be empty."""
        start = len(self.texts) - len(self._unlabelled_texts)
        return np.arange(start, len(self.texts), dtype=np.int64)

    @cached_property
    def _label_texts(self) -> list[tuple[str, int]]:
        """Return what the labels say by themselves."""
        return label_texts(self.card, self.dataset.labels)

    @cached_property
    def _unlabelled_texts(self) -> tuple[str, ...]:
        """Return the messages without labels, or as many of them at random as are learnt from."""
        frame = self.dataset.unlabelled
        if frame is None:
            return ()
        chosen = generator(self.seed, "unlabelled").permutation(len(frame))[:MAX_UNLABELLED]
        return tuple(frame.texts[i] for i in np.sort(chosen))

    def class_ids(self, labels: Sequence[str]) -> Ids:
        """Return the class id of each label; the data part has refused unknown ones."""
        number = {label: i for i, label in enumerate(self.dataset.labels)}
        return np.array([number[label] for label in labels], dtype=np.int64)

    @cached_property
    def base(self) -> Base:
        """Return the card's base, its weights checked."""
        return find_base(self.card.base, self.card_folder, self.card.trust)

    @cached_property
    def encoder(self) -> Encoder:
        """Return the loaded base."""
        encoder = load_encoder(self.base, self.hardware.device)
        if self.reads_pairs:
            encoder.module.separator = segment_separator(encoder)
        return encoder

    @property
    def reads_pairs(self) -> bool:
        """Whether each row holds two texts."""
        return len(self.card.inputs) > 1

    def readable(self, text: str) -> Text:
        """Return the text of a row as an encoder reads it: both texts of a pair, in one input."""
        return split_pair(text) if self.reads_pairs else text

    def read_texts(self, rows: Ids) -> list[Text]:
        """Return the texts of some rows as an encoder reads them."""
        return [self.readable(self.texts[row]) for row in rows]

    @cached_property
    def cache(self) -> EmbeddingCache:
        """Return the embeddings of this base."""
        name = f"{self.base.identity[:16]}-{self.encoder.max_tokens}"
        return EmbeddingCache(
            self.cache_folder / "embeddings" / name, VIEWS * self.encoder.dimension
        )

    @cached_property
    def counts(self) -> NgramCounts:
        """Return the n-gram counts of every text."""
        return count_ngrams(self.texts)

    def views(self, rows: Ids) -> NDArray[np.float16]:
        """Return the pooled views of some rows, (n, 3 d), from the cache where they are there."""
        missing = rows[self._positions[rows] < 0]
        if len(missing):
            self.progress.start("embedding texts", len(missing))
            texts = (self.texts[row] for row in missing)
            self._positions[missing] = self._embedded(texts, self.readable)
        return self.cache.vectors()[self._positions[rows]]

    def views_of(self, texts: Iterable[str]) -> NDArray[np.float16]:
        """Return the pooled views of texts that are no rows of the corpus, (n, 3 d)."""
        self.progress.start("embedding texts beside the rows")
        positions = self._embedded(texts)
        return self.cache.vectors()[positions]

    def _embedded(self, texts: Iterable[str], read: Callable[[str], Text] = str) -> Ids:
        """Return where the views of texts stand in the cache, after adding those that lack.

        `read` says how the encoder reads a text.
        """
        return self.cache.positions(
            texts,
            # A block of texts may take minutes: whoever wants to stop it is heard in between.
            lambda block: encode(
                self.encoder, list(map(read, block)), lambda: self.progress.advance(0)
            ),
            self.progress.advance,
        )

    @property
    def not_embedded(self) -> int:
        """Return how many development rows this build has not embedded yet."""
        return int((self._positions[: len(self.development)] < 0).sum())

    @cached_property
    def _positions(self) -> Ids:
        """Return where each row stands in the cache; -1 until it was asked for."""
        return np.full(len(self.texts), -1, dtype=np.int64)
