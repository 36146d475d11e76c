"""How does a model without an encoder score tags? It adds up a row of a table for each feature."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from whet.core.errors import IntegrityError
from whet.core.files import write_atomic
from whet.serving.contents import Contents
from whet.serving.package import FEATURES_FILE, WORDS_FILE
from whet.serving.tagging.features import TEMPLATES, Features
from whet.serving.tagging.scored import Scored
from whet.serving.tagging.tag_set import Floats, TagSet, Words
from whet.serving.tagging.words import split_words


@dataclass(frozen=True)
class WordTable:
    """Scores of tags: `base`, plus the row of each feature that is known."""

    template: str
    """Name of how words are read; in `TEMPLATES` for tags."""
    features: tuple[str, ...]
    weights: Floats
    """(f, k)."""
    base: Floats
    """(k,)."""

    @cached_property
    def _row(self) -> dict[str, int]:
        return {feature: i for i, feature in enumerate(self.features)}

    @cached_property
    def _rows(self) -> Floats:
        """Return the weights with a last row of zeros, for features that are not known."""
        return np.concatenate([self.weights, np.zeros_like(self.base)[None]])

    def scores(self, text: str, words: Words) -> Floats:
        """Return the scores (w, k) of the words of a text."""
        if not words:
            return np.zeros((0, len(self.base)), dtype=np.float32)
        return self.summed(TEMPLATES[self.template](text, words))

    def summed(self, features: Features) -> Floats:
        """Return the scores (w, k) of words by their features, of which all have as many."""
        unknown = len(self.features)
        rows = [[self._row.get(feature, unknown) for feature in own] for own in features]
        scores: Floats = self.base + self._rows[np.array(rows)].sum(axis=1)
        return scores

    def write(self, folder: Path) -> None:
        """Write the table into a package's folder."""
        arrays = {"weights": np.ascontiguousarray(self.weights), "base": self.base}
        write_atomic(folder / WORDS_FILE, save(arrays, metadata={"template": self.template}))
        write_atomic(folder / FEATURES_FILE, json.dumps(self.features, ensure_ascii=False))


def read_table(folder: Path, templates: Collection[str] = tuple(TEMPLATES)) -> WordTable:
    """Return the table in a package's folder, which reads words in one of some ways.

    Raises:
        IntegrityError: a file of it is damaged.
    """
    file = folder / WORDS_FILE
    try:
        features = tuple(json.loads((folder / FEATURES_FILE).read_text(encoding="utf-8")))
        with safe_open(str(file), framework="numpy") as opened:
            weights, base = opened.get_tensor("weights"), opened.get_tensor("base")
            template = opened.metadata()["template"]
    except (OSError, KeyError, TypeError, ValueError, SafetensorError) as error:
        raise IntegrityError(f"{file} cannot be read: {error}. Build the package again.") from error
    if template not in templates or weights.shape != (len(features), len(base)):
        raise IntegrityError(
            f"{file} must hold a row for each of {len(features)} features, read by one of "
            f"{', '.join(templates)}; found {weights.shape} and {template!r}. Build it again."
        )
    return WordTable(template, features, weights, base)


class TableModel:
    """A package of the form `words`; safe for several threads."""

    def __init__(self, folder: Path, contents: Contents, *, threads: int) -> None:
        self.tag_set = TagSet(contents.labels)
        self.chain = self.tag_set.transitions
        self._table = read_table(folder)

    def scored(self, texts: list[str]) -> list[Scored]:
        """Return the words of each text with the scores of their tags."""
        read = [(text, split_words(text)) for text in texts]
        return [Scored(words, self._table.scores(text, words), len(words)) for text, words in read]
