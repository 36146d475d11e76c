"""What does a packaged table of words say of a passage? The form `word_reader`, numpy alone."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from whet.serving.contents import Contents
from whet.serving.passages.decode import Part, Read
from whet.serving.passages.features import TEMPLATE, passage_features
from whet.serving.tagging.table import WordTable, read_table


class WordReaderModel:
    """A table of what the features of a word say; safe for several threads."""

    def __init__(self, folder: Path, contents: Contents, *, threads: int) -> None:
        self._table = read_table(folder, (TEMPLATE,))

    def read(self, texts: Sequence[str]) -> list[Read]:
        """Return what the model makes of each question with its passage."""
        return read_words(self._table, texts)


def read_words(table: WordTable, texts: Sequence[str]) -> list[Read]:
    """Return what a table makes of each question with its passage."""
    found = []
    for text in texts:
        words, features = passage_features(text)
        scores = table.summed(features)
        places = np.array(words, dtype=np.int32).reshape(-1, 2)
        part = Part(places, scores[1:], float(scores[0].sum()))
        found.append(Read([part], len(words), truncated=False))
    return found
