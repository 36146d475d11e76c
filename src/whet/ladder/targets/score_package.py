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


@dataclass(frozen=True)
class Stamp:
    """What is known of a package only when it is written."""

    version: str
    created: str
    facts: dict[str, Any]


def write_alike(
    folder: Path, context: Context, winner: Candidate, fitted: Classifying, told: Sequence[str]
) -> int:
    """Write the training rows that answers are shown beside; return the embedding's width.

    Rows are sought by embedding among all of them, so a model without one has none. `told` is how
    the truth of each development row is written there.
    """
    rows, _, output = evidence_rows(context, winner, fitted)
    if not output.views.shape[1]:
        rows, output = rows[:0], output.take(rows[:0])
    frame, shown = context.development.take(rows), context.card.package.evidence
    evidence = EvidenceRows(
        # Whoever asks the model sees these texts, so nobody's personal data may be in them.
        texts=[mask_pii(text) if shown else "" for text in frame.texts],
        labels=[told[row] for row in rows],
        rows=frame.rows,
        ids=np.zeros(len(rows), dtype=np.int64),
        views=output.views,
        log_probabilities=np.zeros((len(rows), 1), dtype=np.float32),
    )
    write_evidence(folder, evidence)
    return int(output.views.shape[1]) // VIEWS


def score_contents(
    context: Context, form: Form, stamp: Stamp, parity: Sequence[Parity], dimension: int
) -> dict[str, Any]:
    """Return the fields of `package.json` that do not depend on the kind of target."""
    card, is_linear = context.card, form.name == "linear"
    return {
        "name": card.name,
        "version": stamp.version,
        "created": stamp.created,
        "whet": __version__,
        "kind": card.target.kind,
        "form": form.name,
        "inputs": [part.model_dump(mode="json") for part in card.inputs],
        "max_length": None if is_linear else context.encoder.max_tokens,
        "batch_size": form.rows_a_pass,
        "base": None if is_linear else card.base,
        "dimension": dimension,
        "data_version": context.dataset.version,
        "card": card.model_dump(mode="json"),
        "metrics": stamp.facts["test"],
        "parity": [asdict(entry) for entry in parity],
    }
