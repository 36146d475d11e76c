"""How does feedback become training data? The messages with the labels that people gave them.

The files are read like any other: name the first as, or append it to, a card's source, and give
the second as its out-of-scope messages.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from whet.core.files import write_atomic
from whet.store.feedback import OUT_OF_SCOPE, Feedback
from whet.store.predictions import Prediction

COLUMNS = ("text", "label", "answered", "source", "prediction", "at")
"""What each row says: the message, the right label, what the model had answered, who says so."""


@dataclass(frozen=True)
class Exported:
    """What was written."""

    file: Path
    rows: int
    """Messages with a label."""
    out_of_scope_file: Path | None
    """Messages that belong to no class; None when there are none."""
    out_of_scope_rows: int
    without_text: int
    """Corrections left out, because their message was not kept."""


def export_corrections(pairs: Iterable[tuple[Prediction, Feedback]], file: Path) -> Exported:
    """Write the corrected messages as CSV; those of no class into a second file beside `file`."""
    labelled: list[list[str]] = []
    strangers: list[list[str]] = []
    without_text = 0
    for answer, said in pairs:
        if answer.text is None:
            without_text += 1
            continue
        row = [answer.text, said.label, answer.label or "", said.source, answer.id]
        (strangers if said.label == OUT_OF_SCOPE else labelled).append([*row, said.at.isoformat()])
    write_atomic(file, _csv(labelled))
    beside = file.with_name(f"{file.stem}_{OUT_OF_SCOPE}{file.suffix}") if strangers else None
    if beside is not None:
        write_atomic(beside, _csv(strangers))
    return Exported(file, len(labelled), beside, len(strangers), without_text)


def _csv(rows: Iterable[list[str]]) -> str:
    """Return rows as CSV with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue()
