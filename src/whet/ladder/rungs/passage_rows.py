"""What do the rungs of answers learn from? The passages of the build with their true answers."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from whet.core.pairs import split_pair
from whet.data.passages.answers import Marked, answers_of
from whet.evaluation.passages import answer_scores
from whet.ladder.context import Context
from whet.models.output import Floats, Ids
from whet.models.passage_output import PassageOutput, choose_threshold
from whet.serving.passages.decode import Read, Rule, best_odds

LONGEST, MOST_LONGEST = 0.99, 64
"""Share of the answers that an answer is at most as long as, and its most tokens or words."""


class PassageRows:
    """The development and test rows of one build."""

    def __init__(self, context: Context) -> None:
        self.context = context

    @cached_property
    def _answers(self) -> tuple[tuple[Marked, ...], ...]:
        """Return the true answers of every row, development rows first."""
        context = self.context
        labels = (*context.development.labels, *context.dataset.test.labels)
        return tuple(map(answers_of, labels))

    def texts(self, rows: Ids) -> list[str]:
        """Return question and passage of some rows, joined."""
        return [self.context.texts[row] for row in rows]

    def passages(self, rows: Ids) -> list[str]:
        """Return the passages of some rows."""
        return [split_pair(self.context.texts[row])[1] for row in rows]

    def spans(self, rows: Ids) -> list[tuple[int, int] | None]:
        """Return begin and end of the first true answer of some rows; None without one."""
        found = [self._answers[row] for row in rows]
        return [(own[0].start, own[0].end) if own else None for own in found]

    def truths(self, rows: Ids) -> list[list[str]]:
        """Return every true answer of some rows."""
        return [[answer.text for answer in self._answers[row]] for row in rows]

    def scores(self, rows: Ids, output: PassageOutput) -> Floats:
        """Return what the answers to some rows score by each metric, (n, 3)."""
        spans = output.spans.tolist()
        found = [text[a:b] for text, (a, b) in zip(self.passages(rows), spans, strict=True)]
        return answer_scores(found, self.truths(rows)).astype(np.float32)

    def rule(self, rows: Ids, reads: Sequence[Read], lengths: Sequence[int]) -> Rule:
        """Return how scores become answers.

        Args:
            rows: those whose best threshold is taken.
            reads: what a model makes of them.
            lengths: tokens or words of the answers that were learnt from.
        """
        longest = int(np.ceil(np.quantile(lengths, LONGEST))) if len(lengths) else 1
        longest = min(longest, MOST_LONGEST)
        odds = np.array([best_odds(read.parts, longest) for read in reads])
        has_answer = np.array([span is not None for span in self.spans(rows)])
        return Rule(longest, choose_threshold(odds, has_answer))
