"""How far do words alone go in finding spans? The rungs of a look-up and of a linear model."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from whet.core.seeds import derived_seed
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Form
from whet.ladder.rungs.shared import sample
from whet.ladder.rungs.tag_rows import TagRows
from whet.models.output import Ids
from whet.models.tag_baselines import WordTagger, fit_linear_tagger, fit_lookup
from whet.models.tag_output import TagOutput


@dataclass(frozen=True)
class FittedWords:
    """A table of words' tags and the rows that it reads."""

    rows: TagRows
    model: WordTagger
    note: str = ""

    def predict(self, rows: Ids) -> TagOutput:
        """Return the spans of some rows."""
        return self.model.tag(self.rows.texts(rows))

    def write(self, folder: Path) -> Form:
        """Write the table."""
        self.model.table.write(folder)
        return Form("words")


class WordsRung:
    """A model of words without an encoder; `fit_rows` learns it."""

    cross_validated = True

    def __init__(self, context: Context, fit_rows: Callable[[TagRows, Ids], WordTagger]) -> None:
        self.context, self.rows, self.fit_rows = context, TagRows(context), fit_rows

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of a trial on a tenth of the rows, scaled up."""
        tried = sample(self.context, max(200, rows // 10))
        started = time.perf_counter()
        self.rows.texts(tried)
        FittedWords(self.rows, self.fit_rows(self.rows, tried)).predict(tried)
        return (time.perf_counter() - started) * max(1.0, rows / len(tried)) * fits

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedWords:
        """Learn from rows."""
        return FittedWords(self.rows, self.fit_rows(self.rows, rows))


def lookup(context: Context) -> WordsRung:
    """Return the rung of the tag that each word had most often."""
    return WordsRung(
        context, lambda data, rows: fit_lookup(data.texts(rows), data.spans(rows), data.tag_set)
    )


def words(context: Context) -> WordsRung:
    """Return the rung of a linear model on a word, its neighbours and how they are written."""
    seed = derived_seed(context.seed, "words")
    return WordsRung(
        context,
        lambda data, rows: fit_linear_tagger(
            data.texts(rows), data.spans(rows), data.tag_set, seed=seed
        ),
    )
