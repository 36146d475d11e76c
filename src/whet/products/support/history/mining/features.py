"""Where does a message lie among others? By its embedding, or by its characters."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from whet.core.progress import Progress
from whet.core.text import is_chinese, normalise
from whet.models.bases import Base, find_base
from whet.models.cache import EmbeddingCache
from whet.models.encoder import VIEWS, encode, load_encoder
from whet.models.output import Floats

CHARACTER_DIMENSIONS = 100
"""Dimensions to which counts of characters are reduced."""


@dataclass(frozen=True)
class Reader:
    """A frozen base and the cache of what it made of texts."""

    base: str
    """Name of the base, as in a card."""
    folder: Path
    """Folder beside which a local base is looked for."""
    cache_folder: Path
    """Folder of caches of the workspace."""

    def found(self) -> Base:
        """Return the base, its weights checked."""
        return find_base(self.base, self.folder)

    def vectors(self, texts: Sequence[str], progress: Progress) -> Floats:
        """Return the pooled view of each text, (n, d), of length 1; from the cache where it is."""
        encoder = load_encoder(self.found())
        name = f"{encoder.base.identity[:16]}-{encoder.max_tokens}"
        cache = EmbeddingCache(self.cache_folder / "embeddings" / name, VIEWS * encoder.dimension)
        progress.start("embedding questions", len(texts))
        rows = cache.positions(
            texts,
            lambda block: encode(encoder, block, lambda: progress.advance(0)),
            progress.advance,
        )
        # A row of views is three of them side by side; the first is what the base was trained for.
        return unit(cache.vectors()[rows, : encoder.dimension].astype(np.float32))


def reads_chinese(base: Base) -> bool:
    """Return whether a base was trained on Chinese; an unknown one is taken not to be."""
    return bool({"zh", "many"} & set(base.languages))


def character_vectors(texts: Sequence[str], seed: int) -> Floats:
    """Return reduced TF-IDF of characters, (n, up to 100), of length 1.

    Chinese is counted by characters and pairs of them, other scripts by 2- to 4-grams in words.
    """
    rows = [normalise(text) for text in texts]
    chinese = sum(map(is_chinese, rows)) * 2 > len(rows)
    vectorizer = TfidfVectorizer(
        analyzer="char" if chinese else "char_wb",
        ngram_range=(1, 2) if chinese else (2, 4),
        sublinear_tf=True,
        dtype=np.float32,
    )
    try:
        counts = vectorizer.fit_transform(rows)
    except ValueError:  # nothing but empty texts
        return np.ones((len(rows), 1), dtype=np.float32)
    most = min(CHARACTER_DIMENSIONS, min(counts.shape) - 1)
    if most < 2:
        return unit(np.asarray(counts.todense(), dtype=np.float32))
    reduced = TruncatedSVD(most, random_state=seed).fit_transform(counts)
    return unit(reduced.astype(np.float32))


def unit(rows: Floats) -> Floats:
    """Return rows (n, d) scaled to length 1; rows of zeros stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Floats = rows / np.maximum(lengths, 1e-9)
    return scaled
