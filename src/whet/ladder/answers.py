"""What did the winner of a run say about the test rows? Kept beside the run, to compare runs later.

The file names the rows by a hash over their texts and labels: two files with one hash answer the
same rows in the same order, whatever cards they come from.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from whet.core.errors import InputError, IntegrityError
from whet.core.files import write_atomic
from whet.ladder.context import Context
from whet.models.output import Ids

ANSWERS_FILE = "answers.safetensors"


@dataclass(frozen=True)
class Answers:
    """The winner's answers to n test rows over k labels."""

    kind: str
    """Kind of the target."""
    rows_sha256: str
    """Hash of the texts and labels of the rows, in order."""
    labels: tuple[str, ...]
    units: Ids
    """(n,) number of the unit that each row belongs to; rows are units where all differ."""
    arrays: Mapping[str, NDArray[Any]]
    """Truth and answers in the form of the kind; of classes `truth` and `probabilities`."""

    @property
    def truth(self) -> NDArray[Any]:
        """Return the truth; of classes (n,) class ids."""
        return self.arrays["truth"]

    @property
    def probabilities(self) -> NDArray[Any]:
        """Return the calibrated probabilities (n, k) of classes."""
        return self.arrays["probabilities"]


def write_answers(folder: Path, context: Context, given: Mapping[str, NDArray[Any]]) -> None:
    """Write truth and answers of the winner to the test rows into a run's folder."""
    test, column = context.dataset.test, context.card.unit_column
    names = np.array(test.columns[column]) if column else context.test_units
    names = np.arange(len(test)) if names is None else names
    units = np.unique(names, return_inverse=True)[1].astype(np.int64)
    facts = {
        "kind": context.card.target.kind,
        "rows_sha256": hash_rows(test.texts, test.labels),
        "labels": json.dumps(context.dataset.labels, ensure_ascii=False),
    }
    arrays = {name: np.ascontiguousarray(array) for name, array in given.items()}
    write_atomic(folder / ANSWERS_FILE, save({**arrays, "units": units}, metadata=facts))


def read_answers(folder: Path) -> Answers:
    """Return the answers that lie in a run's folder.

    Raises:
        InputError: there are none.
        IntegrityError: the file is damaged.
    """
    file = folder / ANSWERS_FILE
    if not file.is_file():
        raise InputError(
            f"Run {folder.name} must have kept its test answers to be compared; there is no "
            f"{file}. Only runs that came to their end here have them: build again."
        )
    try:
        with safe_open(str(file), framework="numpy") as opened:
            arrays = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
            facts = opened.metadata()
        labels, units = tuple(json.loads(facts["labels"])), arrays.pop("units")
        return Answers(facts.get("kind", "classes"), facts["rows_sha256"], labels, units, arrays)
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise IntegrityError(f"{file} cannot be read: {error}. Build again.") from error


def hash_rows(texts: tuple[str, ...], labels: tuple[str, ...]) -> str:
    """Return the SHA-256 of rows: their texts and labels in order."""
    rows = json.dumps(list(zip(texts, labels, strict=True)), ensure_ascii=False)
    return hashlib.sha256(rows.encode("utf-8", "surrogatepass")).hexdigest()
