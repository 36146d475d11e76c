"""What did the winner of a run say about the test rows? Kept beside the run, to compare runs later.

The file names the rows by a hash over their texts and labels: two files with one hash answer the
same rows in the same order, whatever cards they come from.
"""

import hashlib
import json
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

    rows_sha256: str
    """Hash of the texts and labels of the rows, in order."""
    labels: tuple[str, ...]
    truth: Ids
    """(n,) class ids."""
    probabilities: NDArray[np.float32]
    """(n, k), calibrated."""
    units: Ids
    """(n,) number of the unit that each row belongs to; rows are units where all differ."""


def write_answers(folder: Path, context: Context, probabilities: NDArray[np.float32]) -> None:
    """Write the winner's calibrated probabilities (n, k) of the test rows into a run's folder."""
    test, column = context.dataset.test, context.card.unit_column
    names = np.array(test.columns[column]) if column else np.arange(len(test))
    arrays: dict[str, NDArray[Any]] = {
        "probabilities": np.ascontiguousarray(probabilities, dtype=np.float32),
        "truth": context.class_ids(test.labels),
        "units": np.unique(names, return_inverse=True)[1].astype(np.int64),
    }
    facts = {
        "rows_sha256": hash_rows(test.texts, test.labels),
        "labels": json.dumps(context.dataset.labels, ensure_ascii=False),
    }
    write_atomic(folder / ANSWERS_FILE, save(arrays, metadata=facts))


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
        return Answers(facts["rows_sha256"], tuple(json.loads(facts["labels"])), **arrays)
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise IntegrityError(f"{file} cannot be read: {error}. Build again.") from error


def hash_rows(texts: tuple[str, ...], labels: tuple[str, ...]) -> str:
    """Return the SHA-256 of rows: their texts and labels in order."""
    rows = json.dumps(list(zip(texts, labels, strict=True)), ensure_ascii=False)
    return hashlib.sha256(rows.encode("utf-8", "surrogatepass")).hexdigest()
