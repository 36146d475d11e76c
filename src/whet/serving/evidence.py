"""Which training examples stand behind an answer? Reads the evidence rows of a package."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from pydantic import BaseModel, TypeAdapter, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load_file

from whet.core.errors import IntegrityError
from whet.serving.confidence import Evidence, evidence
from whet.serving.contents import Contents
from whet.serving.outputs import Outputs
from whet.serving.package import EVIDENCE_FILE, EVIDENCE_TEXTS_FILE

SHOWN = 3
"""Examples shown beside an answer."""


class EvidenceLine(BaseModel):
    """A line of `evidence.jsonl`."""

    text: str
    """Text of the training row; "" when the card says that texts are not packed."""
    label: str
    """Label of the training row."""
    row: int
    """Data row in the file that it came from."""


@dataclass(frozen=True)
class Neighbour:
    """A training example near a text."""

    text: str
    label: str
    similarity: float
    """Cosine, in [-1, 1]."""


@dataclass(frozen=True)
class Examples:
    """The evidence rows of a package, ready for search, and what they say."""

    rows: Evidence
    lines: Sequence[EvidenceLine]

    def nearest(self, outputs: Outputs) -> list[tuple[Neighbour, ...]]:
        """Return for each of n texts the `SHOWN` most similar examples, nearest first.

        They are sought among those of the most probable labels.
        """
        found = self.rows.nearest(outputs.read, outputs.views, SHOWN)
        return [
            tuple(
                Neighbour(self.lines[j].text, self.lines[j].label, float(cosine))
                for j, cosine in zip(positions, cosines, strict=True)
            )
            for positions, cosines in found
        ]

    def alike(self, outputs: Outputs) -> list[tuple[Neighbour, ...]]:
        """Return for each text the most similar examples among all; none without an embedding."""
        one_class = np.zeros((len(outputs.probabilities), 1), dtype=np.float32)
        return self.nearest(replace(outputs, read=one_class))


def load_examples(folder: Path, contents: Contents, *, classes: int | None = None) -> Examples:
    """Return the evidence rows of the package in `folder`.

    `classes` is the number of groups among which neighbours are sought; one a label without it.

    Raises:
        IntegrityError: a file cannot be read, or the two files and the contents disagree.
    """
    file, lines = folder / EVIDENCE_FILE, _read_lines(folder / EVIDENCE_TEXTS_FILE)
    try:
        arrays = load_file(file)
        views, logits, label = (arrays[name] for name in ("views", "log_probabilities", "label"))
    except (SafetensorError, KeyError) as error:
        raise IntegrityError(f"{file} cannot be read: {error}.") from error
    m, k, d = len(lines), classes or len(contents.labels), contents.dimension
    # Any number of views of d columns each.
    width = views.shape[-1] if d and views.shape[-1] % d == 0 else d
    wanted = ((m, width), (m, k), (m,))
    if (found := (views.shape, logits.shape, label.shape)) != wanted:
        raise IntegrityError(
            f"{file} must hold arrays of the shapes {wanted} for {m} lines of "
            f"{EVIDENCE_TEXTS_FILE} and {k} labels; found {found}."
        )
    return Examples(evidence(views, logits, label, dimension=d), lines)


def _read_lines(file: Path) -> list[EvidenceLine]:
    """Return the lines of `evidence.jsonl`."""
    # Split at line feeds alone: a text may hold other characters that Python calls line ends.
    lines = file.read_bytes().rstrip(b"\n").split(b"\n")
    try:
        return TypeAdapter(list[EvidenceLine]).validate_json(b"[" + b",".join(lines) + b"]")
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]["msg"]
        raise IntegrityError(f"{file} cannot be read: {problem}.") from error
