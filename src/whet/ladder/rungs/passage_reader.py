"""What does an encoder bring that answers from passages? The rung of one that is tuned whole."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from whet.compression.passage_files import write_reader
from whet.core.errors import InputError
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Form
from whet.ladder.rungs.passage_rows import PassageRows
from whet.ladder.rungs.whole import Task, WholeRung, recipe_of
from whet.models.encoder import text_separator
from whet.models.output import Ids
from whet.models.passage_output import PassageOutput, answered
from whet.models.passage_reader import PassageModel, read_passages
from whet.serving.passages.decode import Read, Rule
from whet.serving.passages.windows import PassageReader, Reading
from whet.training.passages import READING, PassageData, PassageLesson, target

MOST_MEASURED = 2000
"""Rows whose answers say how many tokens one may have."""


@dataclass(frozen=True)
class FittedPassageReader:
    """A tuned encoder and the rows that it reads."""

    rows: PassageRows
    reader: PassageReader
    model: PassageModel
    rule: Rule
    note: str

    def predict(self, rows: Ids) -> PassageOutput:
        """Return the answers to some rows."""
        texts = self.rows.texts(rows)
        return answered(texts, read_passages(self.model, self.reader.read(texts)), self.rule)

    def write(self, folder: Path) -> Form:
        """Write the graph and the tokenizer."""
        context = self.rows.context
        context.progress.start("exporting")
        encoder = context.encoder
        write_reader(folder, self.model, encoder.tokenizer, encoder.max_tokens)
        return Form("reader")


def reader(context: Context) -> WholeRung[PassageOutput]:
    """Return the rung of an encoder with a score for begin and end on each token.

    Raises:
        InputError: the base reads one text only.
    """
    if text_separator(context.encoder) is None:
        raise InputError(
            f"base {context.card.base!r} must have a tokenizer that puts a token between two texts "
            "to be tuned by 'reader'; it has none. Name another base, or leave 'reader' out of "
            "candidates."
        )
    rows, recipe = PassageRows(context), recipe_of(context, "reader", READING)
    reading = PassageReader(context.encoder.tokenizer, context.encoder.max_tokens)

    def read(some: Ids) -> list[Reading]:
        return reading.read(rows.texts(some))

    def lesson(taught: Ids, held: Ids) -> PassageLesson:
        views = copy.deepcopy(context.encoder.module)
        model = PassageModel(views, dropout=recipe.dropout, seed=recipe.seed).to(views.device)
        data = PassageData(read(taught), rows.spans(taught), read(held), rows.spans(held))
        return PassageLesson(model, data, partial(_mean_f1, rows, held, lengths(taught)))

    def lengths(taught: Ids) -> list[int]:
        some = taught[:MOST_MEASURED]
        pairs = zip(read(some), rows.spans(some), strict=True)
        found = (target(window, span) for one, span in pairs for window in one.windows)
        return [last - first + 1 for first, last in found if first]

    def fitted(model: PassageModel, taught: Ids, held: Ids, note: str) -> FittedPassageReader:
        rule = rows.rule(held, read_passages(model, read(held)), lengths(taught))
        return FittedPassageReader(rows, reading, model, rule, note)

    return WholeRung(
        context,
        Task(
            name="reader",
            judged="answers",
            recipe=recipe,
            lesson=lesson,
            fitted=fitted,
            unlearnt="no state answered the held-back questions better",
        ),
    )


def _mean_f1(rows: PassageRows, held: Ids, lengths: Sequence[int], reads: Sequence[Read]) -> float:
    """Return the mean F1 of the answers to the rows held back, at the best threshold."""
    rule = rows.rule(held, reads, lengths)
    return float(rows.scores(held, answered(rows.texts(held), reads, rule))[:, 0].mean())
