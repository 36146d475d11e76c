"""What are the rows of a tagging task? Texts, and the labelled spans in each by character."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from whet.core.spans import Span


@dataclass(frozen=True)
class TaggedFrame:
    """Texts of one file with their spans, in order of the file."""

    source: str
    """File name as users know it."""
    rows: tuple[int, ...]
    """1-based line of the file at which each text begins."""
    texts: tuple[str, ...]
    spans: tuple[tuple[Span, ...], ...]
    """Spans of each text, in order; they never overlap and never reach beyond it."""
    tokens: int
    """Number of tokens that the file marks: rows of columns, or words of texts."""
    repaired: int = 0
    """Tags that broke their scheme and were read as the beginning of a span."""
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Further values of each text, as texts."""

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the labels of all spans, sorted, each once."""
        return tuple(sorted({span.label for spans in self.spans for span in spans}))

    def take(self, indices: Sequence[int] | NDArray[np.integer]) -> "TaggedFrame":
        """Return the texts at the positions `indices`; `tokens` and `repaired` stay the file's."""
        chosen = [int(i) for i in indices]
        return TaggedFrame(
            source=self.source,
            rows=tuple(self.rows[i] for i in chosen),
            texts=tuple(self.texts[i] for i in chosen),
            spans=tuple(self.spans[i] for i in chosen),
            tokens=self.tokens,
            repaired=self.repaired,
            columns={
                name: tuple(values[i] for i in chosen) for name, values in self.columns.items()
            },
        )
