"""What are the rows of this card, and which are held out? Files or the hub in, a `Dataset` out.

Nothing is dropped silently: rows without a text or a label are listed in ``Dataset.unusable``.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from whet.cards.files import FORMATS, HUB, is_hub_split
from whet.cards.schema import Card
from whet.core.errors import InputError, IntegrityError, did_you_mean
from whet.core.files import sha256_file
from whet.core.pairs import split_pair
from whet.data.descriptions import label_set
from whet.data.frame import Dataset, Frame
from whet.data.hub import read_hub
from whet.data.label_lists import read_label_lists
from whet.data.labels import check_labels
from whet.data.pairs.rows import read_pairs
from whet.data.passages.rows import read_questions
from whet.data.read import read_table
from whet.data.split import hold_out
from whet.data.tagging.rows import read_tagged
from whet.data.unlabelled import strangers
from whet.data.versions import content_address, read_version

Unusable = tuple[tuple[str, int, str], ...]
_Part = tuple[Frame, Unusable]
_Numbered = tuple[pl.DataFrame, tuple[int, ...]]
"""A table, and the number of each row as users count."""


def load(card: Card, folder: Path, *, version: Path | None = None) -> Dataset:
    """Return the data of a card, split into its parts.

    Args:
        card: what the columns mean and how to split.
        folder: folder of the card; the files it names are relative to it.
        version: folder of a data version to read instead of the card's source.

    Raises:
        InputError: a file, column, row or label is not what the card and its split need.
        IntegrityError: the source is not the file whose SHA-256 the card declares, or the data
            version was changed after it was written.
    """
    if version is not None:
        dataset = read_version(version, card)
        check_labels(card, dataset)
        return dataset
    source, unusable = _source(card, folder)
    if card.split.kind == "official":
        test, unusable_test = _held_out(card, folder, card.split.test)
        train, dropped, unusable = source, 0, unusable + unusable_test
    else:
        found = hold_out(card, source)
        train, test, dropped = source.take(found.train), source.take(found.test), found.dropped
    validation = out_of_scope = None
    if card.split.validation is not None:
        validation, more = _held_out(card, folder, card.split.validation)
        unusable += more
    if card.split.out_of_scope is not None:
        out_of_scope, more = _held_out(card, folder, card.split.out_of_scope, is_labelled=False)
        unusable += more
    labels = label_set(card, train.labels)
    dataset = Dataset(train, validation, test, out_of_scope, labels, "", unusable, dropped)
    if card.data.unlabelled is not None:
        unlabelled, more = _held_out(card, folder, card.data.unlabelled.path, is_labelled=False)
        unlabelled = strangers(unlabelled, dataset.parts().values())
        dataset = replace(dataset, unlabelled=unlabelled, unusable=unusable + more)
    check_labels(card, dataset)
    return replace(dataset, version=content_address(dataset))


def _source(card: Card, folder: Path) -> _Part:
    """Return the usable rows of the card's source, whose hash and number are as declared."""
    source = card.data.source
    if source.path.startswith(HUB):
        name = f"{source.path} ({source.part})"
        table, rows = _numbered(read_hub(source, source.part, folder=folder))
    else:
        name, path = source.path, folder / source.path
        if source.sha256 and path.is_file() and (found := sha256_file(path)) != source.sha256:
            raise IntegrityError(
                f"{name} must have the SHA-256 {source.sha256}; found {found}. "
                "Fetch the declared file, or change data.source.sha256."
            )
        table, rows = READERS[card.target.kind](card, path, source.format)
    if source.rows is not None and len(table) != source.rows:
        raise InputError(
            f"{name} must hold {source.rows:,} rows as data.source.rows says; found {len(table):,}."
        )
    return _part(card, table, rows, name)


def _read_plain(card: Card, path: Path, format: str | None) -> _Numbered:
    """Return a table of plain values."""
    source = card.data.source
    return _numbered(
        read_table(path, format=format, encoding=source.encoding, delimiter=source.delimiter)
    )


def _numbered(table: pl.DataFrame) -> _Numbered:
    """Return a table whose rows count from 1."""
    return table, tuple(range(1, len(table) + 1))


READERS: dict[str, Callable[[Card, Path, str | None], _Numbered]] = {
    "classes": _read_plain,
    "tags": read_tagged,
    "real": _read_plain,
    "labels": read_label_lists,
    "pair": read_pairs,
    "span": read_questions,
}
"""For each kind of target, what reads a file of a format (None: by its ending) for a card."""


def _held_out(card: Card, folder: Path, name: str, *, is_labelled: bool = True) -> _Part:
    """Return the usable rows of a file of the split, or of a split of the hub's data set."""
    source = card.data.source
    if is_hub_split(source.path, name):
        table, rows = _numbered(read_hub(source, name, folder=folder))
        return _part(card, table, rows, f"{source.path} ({name})", is_labelled=is_labelled)
    # The file's own ending comes first: the source may be Parquet and the test CSV.
    known = FORMATS.get(Path(name).suffix.lower(), source.format)
    table, rows = READERS[card.target.kind](card, folder / name, known)
    return _part(card, table, rows, name, is_labelled=is_labelled)


def _part(
    card: Card, table: pl.DataFrame, rows: tuple[int, ...], name: str, *, is_labelled: bool = True
) -> _Part:
    """Return the usable rows of a table as a frame, and why the others are not."""
    _check_columns(card, table, name, is_labelled=is_labelled)
    missing = [""] * len(table)
    texts = table[card.text_column].to_list()
    labels = missing
    if is_labelled:
        labels = [label.strip() for label in table[card.label_column].to_list()]
    columns = {c: table[c].to_list() if c in table.columns else missing for c in card.columns}
    split = split_pair if len(card.inputs) > 1 else _alone
    reasons = [
        _reason(split(text), label if is_labelled else None)
        for text, label in zip(texts, labels, strict=True)
    ]
    frame = Frame(
        source=name,
        rows=rows,
        texts=tuple(texts),
        labels=tuple(labels),
        columns={column: tuple(values) for column, values in columns.items()},
    )
    usable = [i for i, reason in enumerate(reasons) if not reason]
    if not usable:
        label = f" and a label ({card.label_column!r})" if is_labelled else ""
        raise InputError(
            f"{name} must hold a row with a text ({card.text_column!r}){label}; none of its "
            f"{len(table):,} rows does, row {rows[0]}: {reasons[0]}."
        )
    unusable = tuple((name, row, why) for row, why in zip(rows, reasons, strict=True) if why)
    return (frame.take(usable) if unusable else frame), unusable


def _alone(text: str) -> tuple[str]:
    """Return the only text of a row."""
    return (text,)


def _reason(texts: Sequence[str], label: str | None) -> str:
    """Return why a row cannot be used; empty when it can. A label of None is not asked for."""
    for number, text in enumerate(texts, start=1):
        which = f" {number} of the pair" if len(texts) > 1 else ""
        if "\0" in text:
            return f"a NUL character in the text{which}"
        if not any(c.isprintable() and not c.isspace() for c in text):
            return f"empty text{which}"
    return "no label" if label == "" else ""


def _check_columns(card: Card, table: pl.DataFrame, name: str, *, is_labelled: bool) -> None:
    """Raise InputError for columns that the card names and the table lacks, all of them at once."""
    wanted = {card.text_column: "inputs[0].column"}
    if is_labelled:
        wanted |= {card.label_column: "target.column"}
        wanted |= {column: where for column, where in _named(card).items() if column not in wanted}
    if lost := {column: where for column, where in wanted.items() if column not in table.columns}:
        told = [
            f"there is no column {column!r} ({where}). {did_you_mean(column, table.columns)}"
            for column, where in lost.items()
        ]
        raise InputError(f"{name}: {' '.join(told)}")


def _named(card: Card) -> dict[str, str]:
    """Return the columns that the card names beside text and label, each with its first field."""
    time = card.data.time
    fields = [(f"data.groups[{i}]", column) for i, column in enumerate(card.data.groups)]
    if time:
        fields += [("data.time.decided", time.decided), ("data.time.known", time.known or "")]
    fields += [(f"metrics.by[{i}]", column) for i, column in enumerate(card.metrics.by)]
    fields += [("interval.unit", card.interval.unit or "")]
    named: dict[str, str] = {}
    for field, column in fields:
        named.setdefault(column, field)
    return {column: field for column, field in named.items() if column}
