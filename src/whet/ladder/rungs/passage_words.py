"""How far do words alone go in answering from a passage? The rung of a linear model."""

import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from whet.core.seeds import generator
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Form
from whet.ladder.rungs.passage_rows import PassageRows
from whet.ladder.rungs.shared import sample
from whet.models.output import Ids
from whet.models.passage_output import PassageOutput, answered
from whet.models.passage_words import fit_words
from whet.serving.passages.decode import Rule
from whet.serving.passages.words import read_words
from whet.serving.tagging.table import WordTable

MOST_ROWS = 2000
"""Rows that are learnt from, at random: every word of a passage is a row of the model."""
TRIAL_ROWS = 100


@dataclass(frozen=True)
class FittedPassageWords:
    """A table of features and the rows that it reads."""

    rows: PassageRows
    table: WordTable
    rule: Rule
    note: str = ""

    def predict(self, rows: Ids) -> PassageOutput:
        """Return the answers to some rows."""
        texts = self.rows.texts(rows)
        return answered(texts, read_words(self.table, texts), self.rule)

    def write(self, folder: Path) -> Form:
        """Write the table."""
        self.table.write(folder)
        return Form("word_reader")


class PassageWordsRung:
    """A linear model of begin and end on the words of passage and question."""

    cross_validated = True

    def __init__(self, context: Context) -> None:
        self.context, self.rows = context, PassageRows(context)

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of a trial on some rows, scaled up."""
        tried = sample(self.context, TRIAL_ROWS)
        started = time.perf_counter()
        fitted = self.fit(tried)
        learning = (time.perf_counter() - started) / len(tried)
        started = time.perf_counter()
        fitted.predict(tried)
        answering = (time.perf_counter() - started) / len(tried)
        every = len(self.context.development) + len(self.context.dataset.test)
        return learning * min(rows, MOST_ROWS) * fits + answering * every

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedPassageWords:
        """Learn from rows, or from as many of them as are learnt from."""
        if len(rows) > MOST_ROWS:
            chosen = generator(self.context.seed, "passage words").permutation(len(rows))
            rows = rows[np.sort(chosen[:MOST_ROWS])]
        texts = self.rows.texts(rows)
        table, lengths = fit_words(texts, self.rows.spans(rows))
        rule = self.rows.rule(rows, read_words(table, texts), lengths)
        return FittedPassageWords(self.rows, table, rule)
