"""How do several labels of one text stand in a frame? As a row whose label is their list, as JSON.

So versions, hashes, splits and audits treat them as any other rows. A text may have no label.
"""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from whet.cards.schema import Card
from whet.cards.targets import LabelsTarget
from whet.core.errors import InputError
from whet.data.frame import Dataset
from whet.data.rarest import rarest
from whet.data.read import read_table

_FEWEST = 2
"""Training rows that at least one label must have, to be learnt and measured."""


def written(labels: Sequence[str]) -> str:
    """Return the labels of a text as the label of a row; a label that is named twice stays so.

    >>> written(["oil", "gas"])
    '["gas", "oil"]'
    """
    return json.dumps(sorted(labels), ensure_ascii=False)


def named(label: str) -> list[str]:
    """Return the labels that the label of a row names, repeated ones included.

    Raises:
        InputError: it is no list: the rows are of another kind of target.
    """
    try:
        found = json.loads(label)
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise InputError(
            f"Rows of target.kind 'labels' must hold lists; found the label {label[:40]!r}. Read "
            "them with the card that they were made from, or from the card's own files."
        )
    return found


def labels_of(label: str) -> tuple[str, ...]:
    """Return the labels that the label of a row stands for, each once.

    >>> labels_of('["gas", "oil", "oil"]')
    ('gas', 'oil')
    """
    return tuple(dict.fromkeys(named(label)))


def all_labels(rows: Sequence[str]) -> tuple[str, ...]:
    """Return the labels of some rows, sorted, each once."""
    return tuple(sorted({one for row in rows for one in labels_of(row)}))


def strata(rows: Sequence[str]) -> list[str]:
    """Return the stratum of each row: the rarest of its labels, by the rows that have it."""
    return rarest([set(labels_of(row)) for row in rows])


def read_label_lists(
    card: Card, path: Path, format: str | None
) -> tuple[pl.DataFrame, tuple[int, ...]]:
    """Return the rows of a file with their labels as lists, and the number of each row.

    Raises:
        InputError: the file is missing, damaged or of another format, or a label holds the
            separator.
    """
    target, source = card.target, card.data.source
    assert isinstance(target, LabelsTarget)
    table = read_table(
        path,
        format=format,
        encoding=source.encoding,
        delimiter=source.delimiter,
        lists={target.column: target.separator},
    )
    if target.column in table.columns:
        cells = table[target.column].to_list()
        lists = [written(_parts(cell, target.separator)) for cell in cells]
        table = table.with_columns(pl.Series(target.column, lists, dtype=pl.String))
    return table, tuple(range(1, len(table) + 1))


def _parts(cell: str, separator: str) -> list[str]:
    """Return the labels of a cell; what is empty between two separators is none."""
    return [part.strip() for part in cell.split(separator) if part.strip()]


def check_label_lists(card: Card, dataset: Dataset) -> None:
    """Raise InputError when there is no label to learn, or none to be measured on."""
    train = dataset.train
    counts = Counter(one for row in train.labels for one in labels_of(row))
    if not counts or max(counts.values()) < _FEWEST:
        raise InputError(
            f"{train.source}: some label must have two training rows or more to be learnt; "
            f"{'none has' if counts else 'there is no label at all'}. Check target.column "
            f"({card.label_column!r}) and target.separator."
        )
    if len(counts) == 1 and min(counts.values()) == len(train):
        raise InputError(
            f"{train.source}: labels must tell rows apart; every training row has "
            f"{next(iter(counts))!r} and no other. Check target.column ({card.label_column!r})."
        )
    for frame in (dataset.validation, dataset.test):
        if frame is not None and not all_labels(frame.labels):
            raise InputError(
                f"{frame.source}: some row must have a label, to be measured; none of "
                f"{len(frame):,} has one. Check target.column ({card.label_column!r})."
            )
    if dataset.validation is None and len(train) < card.split.folds:
        raise InputError(
            f"{train.source}: there must be as many training rows as split.folds "
            f"({card.split.folds}) or more; there are {len(train)}."
        )
