"""What are the rows? Texts, labels and the columns that the card names, part by part.

Everything is text here; class ids are positions in ``Dataset.labels``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Frame:
    """Rows of one part of the data, typed by the card."""

    source: str
    """File name as users know it."""
    rows: tuple[int, ...]
    """1-based data row in the file; the header is not counted."""
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    """Labels as given; empty texts in out-of-scope frames."""
    columns: dict[str, tuple[str, ...]]
    """Every column that the card names beside text and label; empty where a value is missing."""

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, indices: Sequence[int] | NDArray[np.integer]) -> "Frame":
        """Return the rows at the positions `indices`, in their order."""
        chosen = [int(i) for i in indices]
        return Frame(
            source=self.source,
            rows=tuple(self.rows[i] for i in chosen),
            texts=tuple(self.texts[i] for i in chosen),
            labels=tuple(self.labels[i] for i in chosen),
            columns={
                name: tuple(values[i] for i in chosen) for name, values in self.columns.items()
            },
        )

    def column_or_rows(self, name: str | None) -> tuple[str, ...]:
        """Return which rows hang together: the values of column `name`, or each row for itself.

        Rows are for themselves without a name, and where the column holds nothing. This is what a
        bootstrap resamples whole, and what stays on one side of a split.
        """
        alone = (f"\0{i}" for i in range(len(self)))  # NUL: no value of a column looks like this
        if name is None:
            return tuple(alone)
        return tuple(v or own for v, own in zip(self.columns[name], alone, strict=True))


@dataclass(frozen=True)
class Dataset:
    """The rows of a build, split into its parts."""

    train: Frame
    """Rows to learn from."""
    validation: Frame | None
    test: Frame
    out_of_scope: Frame | None
    labels: tuple[str, ...]
    """Sorted labels of the training rows and of the card; a label's class id is its position."""
    version: str
    """Content address of the data: 64 hexadecimal digits."""
    unusable: tuple[tuple[str, int, str], ...] = ()
    """Rows left out because nothing can be learnt from them: source, row, reason."""
    dropped: int = 0
    """Training rows that a time split left out: their group or their truth reaches past the cut."""
    unlabelled: Frame | None = None
    """Messages without labels, none of which stands in another part; their labels are empty."""

    def parts(self) -> dict[str, Frame]:
        """Return the parts that there are by name, training rows first."""
        every = {
            "train": self.train,
            "validation": self.validation,
            "test": self.test,
            "out_of_scope": self.out_of_scope,
            "unlabelled": self.unlabelled,
        }
        return {name: frame for name, frame in every.items() if frame is not None}


@dataclass(frozen=True)
class Fold:
    """One way to learn from some development rows and to predict others.

    Positions count the development frame: training rows first, then validation rows.
    """

    train: NDArray[np.int64]
    held_out: NDArray[np.int64]


def joined(first: Frame, second: Frame) -> Frame:
    """Return the rows of both frames in one; the source names both when they differ."""
    sources = dict.fromkeys([first.source, second.source])
    return Frame(
        source=" + ".join(sources),
        rows=first.rows + second.rows,
        texts=first.texts + second.texts,
        labels=first.labels + second.labels,
        columns={name: first.columns[name] + second.columns[name] for name in first.columns},
    )
