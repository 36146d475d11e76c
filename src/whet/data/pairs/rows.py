"""How do pairs of texts stand in a frame? As rows whose text is both, joined as JSON."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from whet.cards.schema import Card
from whet.cards.targets import PairTarget
from whet.core.errors import InputError, did_you_mean
from whet.core.pairs import join_pair, split_pair
from whet.core.text import normalise
from whet.data.read import read_table

MATCHES = ("1", "true", "yes", "match")
"""Labels that mean a match, in lower case, where the card does not say which label does."""


def read_pairs(card: Card, path: Path, format: str | None) -> tuple[pl.DataFrame, tuple[int, ...]]:
    """Return a table of plain values whose text column holds both texts, and the row numbers.

    Raises:
        InputError: the file is not what the card says, or lacks one of the two columns.
    """
    source = card.data.source
    table = read_table(path, format=format, encoding=source.encoding, delimiter=source.delimiter)
    sides = input_columns(card, path, table)
    pairs = [join_pair(first, second) for first, second in zip(*sides, strict=True)]
    table = table.with_columns(pl.Series(card.text_column, pairs, dtype=pl.String))
    return table, tuple(range(1, len(table) + 1))


def input_columns(card: Card, path: Path, table: pl.DataFrame) -> list[list[str]]:
    """Return the columns of the card's inputs.

    Raises:
        InputError: the table lacks one of them.
    """
    for i, part in enumerate(card.inputs):
        if part.column not in table.columns:
            raise InputError(
                f"{path.name}: there is no column {part.column!r} (inputs[{i}].column). "
                f"{did_you_mean(part.column, table.columns)}"
            )
    return [table[part.column].to_list() for part in card.inputs]


def text_keys(texts: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the normalised texts of each pair; what shares one of them hangs together."""
    return [(normalise(first), normalise(second)) for first, second in map(split_pair, texts)]


def pair_keys(texts: Sequence[str]) -> list[tuple[str, ...]]:
    """Return for each pair what it shares with the same pair alone, in either order."""
    return [(join_pair(*sorted(keys)),) for keys in text_keys(texts)]


def match_of(card: Card, labels: Sequence[str]) -> str:
    """Return the label of a match.

    Raises:
        InputError: there are not two labels, or it is not clear which of them is the match.
    """
    target = card.target
    assert isinstance(target, PairTarget)
    if len(labels) != 2:
        found = ", ".join(map(repr, labels[:5]))
        raise InputError(
            f"target.column ({target.column!r}): pairs must have two labels, match and no match; "
            f"the training rows have {len(labels)}: {found}."
        )
    if target.match is not None:
        if target.match not in labels:
            raise InputError(
                f"target.match must be a label of the training rows; found {target.match!r}. "
                f"{did_you_mean(target.match, labels)}"
            )
        return target.match
    meant = [label for label in labels if label.lower() in MATCHES]
    if len(meant) != 1:
        raise InputError(
            f"target.match must say which label is a match: {labels[0]!r} or {labels[1]!r}?"
        )
    return meant[0]
