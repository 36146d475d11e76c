"""What do packages of scores have in common? Training rows like the text, and most contents."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from whet import __version__
from whet.compression.parity import Parity
from whet.compression.write import EvidenceRows, write_evidence
from whet.data.audit.pii import mask_pii
from whet.ladder.candidates import Candidate
from whet.ladder.context import Context
from whet.ladder.decide import evidence_rows
from whet.ladder.rungs.contract import Classifying, Form
from whet.models.encoder import VIEWS
from whet.models.output import Floats, Ids


@dataclass(frozen=True)
class Stamp:
    """What is known of a package only when it is written."""

    version: str
    created: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Alike:
    """The training rows that answers are shown beside."""

    rows: Ids
    """Positions in the development part."""
    views: Floats
    """(m, w), what the packaged model sees in them."""

    @property
    def dimension(self) -> int:
        """Return the width of the embedding; 0 without one."""
        return int(self.views.shape[1]) // VIEWS


def find_alike(context: Context, winner: Candidate, fitted: Classifying) -> Alike:
    """Return the rows that may be shown; they are sought by embedding, so none without one."""
    rows, _, output = evidence_rows(context, winner, fitted)
    if not output.views.shape[1]:
        return Alike(rows[:0], output.views[:0])
    return Alike(rows, output.views)


def write_alike(folder: Path, context: Context, alike: Alike, told: Sequence[str]) -> None:
    """Write the rows; `told` is how the truth of each development row is written there."""
    rows = alike.rows
    frame, shown = context.development.take(rows), context.card.package.evidence
    evidence = EvidenceRows(
        # Whoever asks the model sees these texts, so nobody's personal data may be in them.
        texts=[mask_pii(text) if shown else "" for text in frame.texts],
        labels=[told[row] for row in rows],
        rows=frame.rows,
        ids=np.zeros(len(rows), dtype=np.int64),
        views=alike.views,
        log_probabilities=np.zeros((len(rows), 1), dtype=np.float32),
    )
    write_evidence(folder, evidence)


def score_contents(
    context: Context, form: Form, stamp: Stamp, parity: Sequence[Parity], dimension: int
) -> dict[str, Any]:
    """Return the fields of `package.json` that do not depend on the kind of target."""
    card, is_linear = context.card, form.name in ("linear", "word_reader")
    return {
        "name": card.name,
        "version": stamp.version,
        "created": stamp.created,
        "whet": __version__,
        "kind": card.target.kind,
        "form": form.name,
        "inputs": [part.model_dump(mode="json") for part in card.inputs],
        "max_length": None if is_linear else context.encoder.max_tokens,
        "base": None if is_linear else card.base,
        "dimension": dimension,
        "data_version": context.dataset.version,
        "card": card.model_dump(mode="json"),
        "metrics": stamp.facts["test"],
        "parity": [asdict(entry) for entry in parity],
    }
