"""Which data was this model made from? Every state of the data is kept under its own hash.

A version is a folder ``<64 hexadecimal digits>/`` with one Parquet file per part and
``version.json``: where it came from, what was done, how many rows. The name is the hash of the
content, so a changed version is noticed and an equal one is the same.
"""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import BaseModel, ValidationError

from whet.cards.schema import Card
from whet.core.errors import InputError, IntegrityError, did_you_mean
from whet.core.files import atomic_folder, write_atomic
from whet.core.workspace import Workspace
from whet.data.descriptions import label_set
from whet.data.frame import Dataset, Frame

_FACTS = "version.json"
_COLUMN = "column."  # card columns carry a prefix, so that none clashes with row, text or label


class _Part(BaseModel):
    """What `version.json` says of one part."""

    source: str
    rows: int


class _Facts(BaseModel):
    """What `version.json` says."""

    format: Literal[1] = 1
    version: str
    parent: str | None
    changes: tuple[str, ...]
    created: datetime
    source: str
    parts: dict[str, _Part]
    unusable: tuple[tuple[str, int, str], ...]
    dropped: int


def content_address(dataset: Dataset) -> str:
    """Return the SHA-256 of what a dataset holds: texts, labels, columns, rows, part by part.

    It depends neither on the files' format and names nor on the order of the columns.
    """
    digest = hashlib.sha256()
    for name, frame in dataset.parts().items():
        fields = [("rows", frame.rows), ("texts", frame.texts), ("labels", frame.labels)]
        fields += [(_COLUMN + column, frame.columns[column]) for column in sorted(frame.columns)]
        for field, values in fields:
            digest.update(json.dumps([name, field, values]).encode())
    return digest.hexdigest()


def write_version(
    workspace: Workspace,
    dataset: Dataset,
    *,
    parent: str | None,
    changes: Sequence[str],
    created: datetime,
) -> Path:
    """Write a dataset as a version and return its folder; an equal version is left as it is.

    Args:
        workspace: the version goes to its folder of versions.
        dataset: its content decides the name; its field `version` is not looked at.
        parent: address of the version or dataset that it was made from; None for a first one.
        changes: what was done, a sentence each.
        created: when, with a time zone.
    """
    address = content_address(dataset)
    folder = workspace.versions / address
    if folder.is_dir():
        return folder
    facts = _Facts(
        version=address,
        parent=parent,
        changes=tuple(changes),
        created=created,
        source=dataset.train.source,
        parts={
            name: _Part(source=frame.source, rows=len(frame))
            for name, frame in dataset.parts().items()
        },
        unusable=dataset.unusable,
        dropped=dataset.dropped,
    )
    # Somebody who wrote the same content at the same time wrote the same version.
    with suppress(FileExistsError), atomic_folder(folder) as temporary:
        for name, frame in dataset.parts().items():
            _table(frame).write_parquet(temporary / f"{name}.parquet")
        write_atomic(temporary / _FACTS, facts.model_dump_json(indent=1))
    return folder


def read_version(path: Path, card: Card) -> Dataset:
    """Return the dataset of a version's folder.

    Raises:
        InputError: there is no such version, or it lacks a column that the card names.
        IntegrityError: the content is not what the folder's name says.
    """
    facts = _facts(path)
    train = _frame(path, "train", facts)
    dataset = Dataset(
        train=train,
        validation=_frame(path, "validation", facts) if "validation" in facts.parts else None,
        test=_frame(path, "test", facts),
        out_of_scope=_frame(path, "out_of_scope", facts) if "out_of_scope" in facts.parts else None,
        unlabelled=_frame(path, "unlabelled", facts) if "unlabelled" in facts.parts else None,
        labels=label_set(card, train.labels),
        version="",
        unusable=facts.unusable,
        dropped=facts.dropped,
    )
    address = content_address(dataset)
    if address != path.resolve().name:
        raise IntegrityError(
            f"{path} must hold the data whose hash is its name; found data with the hash "
            f"{address}. It was changed after it was written: restore the folder, or build from "
            "the card's source."
        )
    if card.data.unlabelled is not None and dataset.unlabelled is None:
        raise InputError(
            f"{path} must hold the unlabelled messages that the card names; it was written without "
            "them. Write a version from this card (`whet audit CARD --fix`), or delete "
            "data.unlabelled."
        )
    for column in card.columns:
        if column not in train.columns:
            raise InputError(
                f"{path} must have the column {column!r} that the card names; it was written "
                f"without it. {did_you_mean(column, train.columns)}"
            )
    return replace(dataset, version=address)


def _facts(path: Path) -> _Facts:
    """Return what `version.json` in a folder says."""
    if not path.is_dir():
        raise InputError(f"{path} must be the folder of a data version; there is none.")
    try:
        return _Facts.model_validate_json((path / _FACTS).read_bytes())
    except (OSError, ValidationError) as error:
        raise IntegrityError(
            f"{path / _FACTS} must be the file that Whet wrote; it is missing or damaged. "
            "Restore the folder."
        ) from error


def _table(frame: Frame) -> pl.DataFrame:
    """Return a frame as the table that a version keeps."""
    columns = {_COLUMN + name: values for name, values in frame.columns.items()}
    table = {"row": frame.rows, "text": frame.texts, "label": frame.labels, **columns}
    return pl.DataFrame(
        table, schema={name: pl.Int64 if name == "row" else pl.String for name in table}
    )


def _frame(path: Path, name: str, facts: _Facts) -> Frame:
    """Return one part of a version."""
    file = path / f"{name}.parquet"
    try:
        source = facts.parts[name].source
        table = pl.read_parquet(file)
        values = {column: tuple(table[column].to_list()) for column in table.columns}
        rows, texts, labels = (values.pop(column) for column in ("row", "text", "label"))
    except (OSError, KeyError, pl.exceptions.PolarsError) as error:
        raise IntegrityError(
            f"{file} must be the file that Whet wrote; it is missing or damaged. "
            "Restore the folder."
        ) from error
    columns = {column.removeprefix(_COLUMN): kept for column, kept in values.items()}
    return Frame(source, rows, texts, labels, columns)
