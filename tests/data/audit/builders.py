"""Cards, frames and data sets in one line each, for the tests of the audit."""

from collections.abc import Sequence
from typing import Any

from whet.cards.schema import Card
from whet.data.frame import Dataset, Frame

VERSION = "0" * 64


def make_card(**changes: Any) -> Card:
    """Return a small card; `changes` replace its fields."""
    values: dict[str, Any] = {
        "name": "support",
        "data": {"source": {"path": "train.csv"}},
        "inputs": [{"column": "text"}],
        "target": {"column": "label"},
    }
    return Card.model_validate({**values, **changes})


def make_frame(
    rows: Sequence[tuple[str, str]], source: str = "train.csv", **columns: Sequence[str]
) -> Frame:
    """Return a frame of (text, label) rows, numbered from 1."""
    return Frame(
        source=source,
        rows=tuple(range(1, len(rows) + 1)),
        texts=tuple(text for text, _ in rows),
        labels=tuple(label for _, label in rows),
        columns={name: tuple(values) for name, values in columns.items()},
    )


def make_dataset(train: Frame, test: Frame | None = None, **parts: Any) -> Dataset:
    """Return a data set; without a test part it holds one row unlike any other."""
    unlike = make_frame([("zq 9", train.labels[0])], "test.csv")
    values: dict[str, Any] = {"validation": None, "out_of_scope": None, **parts}
    return Dataset(
        train=train,
        test=unlike if test is None else test,
        labels=tuple(sorted(set(train.labels))),
        version=VERSION,
        **values,
    )


def numbered(words: str, label: str, count: int) -> list[tuple[str, str]]:
    """Return `count` rows of one label whose texts share no trigram but those of `words`."""
    return [(f"{words} {chr(0x3400 + 7 * i)}{chr(0x3401 + 7 * i)}", label) for i in range(count)]
