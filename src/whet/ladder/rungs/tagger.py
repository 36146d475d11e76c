"""What does an encoder bring that finds spans? The rung of a tagger with a linear chain."""

import copy
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from whet.compression.tag_files import write_tagger
from whet.evaluation.entities import strict_f1
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Form
from whet.ladder.rungs.tag_rows import TagRows
from whet.ladder.rungs.whole import Task, WholeRung, recipe_of
from whet.models.output import Ids
from whet.models.tag_output import TagOutput
from whet.models.tagger import Tagger, tag_texts
from whet.serving.tagging.windows import Reading, read_texts
from whet.training.tagging import TAGGING, SpanLesson, TaggingData


@dataclass(frozen=True)
class FittedTagger:
    """A tagger and the build whose texts it reads."""

    reader: "Reader"
    model: Tagger
    note: str

    def predict(self, rows: Ids) -> TagOutput:
        """Return the spans of some rows."""
        return tag_texts(self.model, self.reader.read(rows))

    def write(self, folder: Path) -> Form:
        """Write the graph, the tokenizer and the chain."""
        context = self.reader.rows.context
        context.progress.start("exporting")
        write_tagger(folder, self.model, self.reader.tokenizer, context.encoder.max_tokens)
        return Form("tagger")


class Reader:
    """Reads rows as a tagger does: whole, in windows where they are long."""

    def __init__(self, rows: TagRows) -> None:
        self.rows = rows
        self.tokenizer: Tokenizer = Tokenizer.from_str(rows.context.encoder.tokenizer.to_str())
        self.tokenizer.no_truncation()

    def read(self, rows: Ids) -> list[Reading]:
        """Return how the tagger reads some rows."""
        texts = self.rows.texts(rows)
        return read_texts(self.tokenizer, texts, self.rows.context.encoder.max_tokens)


def tagger(context: Context) -> WholeRung[TagOutput]:
    """Return the rung of an encoder with a tag for each word.

    Raises:
        InputError: the base does not take word embeddings.
    """
    rows = TagRows(context)
    reader, recipe = Reader(rows), recipe_of(context, "tagger", TAGGING)

    def fresh() -> Tagger:
        # Taggers train on the CPU, whatever else the build runs on.
        transformer = copy.deepcopy(context.encoder.module.transformer).cpu()
        return Tagger(transformer, rows.tag_set, dropout=recipe.dropout, seed=recipe.seed)

    def lesson(taught: Ids, held: Ids) -> SpanLesson:
        read, spans = reader.read, rows.spans
        data = TaggingData(read(taught), spans(taught), read(held), spans(held))
        return SpanLesson(fresh(), data, strict_f1)

    fresh()  # what the base does not support is refused before any work
    return WholeRung(
        context,
        Task(
            name="tagger",
            judged="tags",
            recipe=recipe,
            lesson=lesson,
            fitted=lambda model, taught, held, note: FittedTagger(reader, model, note),
            unlearnt="no state found more spans of the held-back texts",
        ),
    )
