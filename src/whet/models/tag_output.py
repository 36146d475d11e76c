"""What does a fitted tagger say about rows? Spans, and how probable each of them is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from whet.core.spans import Span
from whet.models.output import Ids
from whet.serving.tagging.decode import best_tags, span_probabilities
from whet.serving.tagging.tag_set import Floats, TagSet, Words


@dataclass(frozen=True)
class TagOutput:
    """Answers for n texts."""

    spans: tuple[tuple[Span, ...], ...]
    probabilities: tuple[tuple[float, ...], ...]
    """Of each span, as the model sees it."""

    def __len__(self) -> int:
        return len(self.spans)

    def take(self, rows: Ids) -> "TagOutput":
        """Return the answers of some texts."""
        chosen = [int(row) for row in rows]
        return TagOutput(
            tuple(self.spans[i] for i in chosen), tuple(self.probabilities[i] for i in chosen)
        )


def join_tags(parts: Sequence[tuple[Ids, TagOutput]], n: int) -> TagOutput:
    """Return one output of n texts from outputs of disjoint ones; texts of no part have no span."""
    spans: list[tuple[Span, ...]] = [()] * n
    probabilities: list[tuple[float, ...]] = [()] * n
    for rows, output in parts:
        for i, row in enumerate(rows.tolist()):
            spans[row], probabilities[row] = output.spans[i], output.probabilities[i]
    return TagOutput(tuple(spans), tuple(probabilities))


def decoded(tag_set: TagSet, chain: Floats, texts: Sequence[tuple[Words, Floats]]) -> TagOutput:
    """Return the best spans of texts from the scores (w, k) of their words."""
    spans, probabilities = [], []
    for words, scores in texts:
        tags = best_tags(scores, chain)
        sure = span_probabilities(scores, chain, tags, tag_set)
        spans.append(tag_set.spans(words, tags))
        probabilities.append(tuple(map(float, sure.astype(np.float32))))
    return TagOutput(tuple(spans), tuple(probabilities))
