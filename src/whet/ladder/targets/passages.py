"""Answers from passages: rows of a question and a passage, answers as `PassageOutput`."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whet.data.audit.finding import Finding
from whet.data.strata import strata_of
from whet.evaluation.passages import answer_sums
from whet.evaluation.sums import Sums
from whet.ladder.answers import Answers
from whet.ladder.candidates import Candidate, Climb
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Reading, Rung
from whet.ladder.rungs.passage_reader import reader
from whet.ladder.rungs.passage_rows import PassageRows
from whet.ladder.rungs.passage_words import PassageWordsRung
from whet.ladder.targets.contract import Examined, Facts
from whet.ladder.targets.passage_package import PassagePacking
from whet.ladder.targets.passage_sections import choose_sureness, passage_sections
from whet.ladder.targets.score_package import Stamp
from whet.ladder.targets.slices import target_slices
from whet.models.output import Ids
from whet.models.passage_output import PassageOutput, join_answers
from whet.serving.passages.sentences import sentences_of

RUNGS: dict[str, Callable[[Context], Rung[PassageOutput]]] = {
    "words": PassageWordsRung,
    "reader": reader,
}
"""Every rung of answers by the name that cards use, cheapest first."""

FIRST_SENTENCE, NO_ANSWER = "first sentence", "no answer"


class Passages:
    """The kind `span`."""

    judging_folds: Mapping[str, int] = {}

    def __init__(self, context: Context) -> None:
        self.context, self.rows = context, PassageRows(context)

    @cached_property
    def trivial_name(self) -> str:
        """Return which answer without a look at the question is better on development rows."""
        rows, metric = self.context.development_rows, self.context.card.metrics.primary
        values = {
            name: self.sums(metric, rows, self._trivially(name, rows)).value()
            for name in (FIRST_SENTENCE, NO_ANSWER)
        }
        return max(values, key=lambda name: values[name])

    def unit(self, metric: str) -> float:
        """Return 1: differences are told as they are."""
        return 1.0

    def open_rung(self, name: str) -> Rung[PassageOutput]:
        """Return the rung of a candidate."""
        return RUNGS[name](self.context)

    def left_out(self, name: str) -> str:
        """Return nothing: every rung may help on any data."""
        return ""

    def strata(self) -> Ids:
        """Return whether each development row has an answer, as a number."""
        names = strata_of(self.context.card, self.context.development.labels)
        return np.unique(names, return_inverse=True)[1].astype(np.int64)

    def join(self, parts: list[tuple[Ids, PassageOutput]], n: int) -> PassageOutput:
        """Return the answers to n rows."""
        return join_answers(parts, n)

    def temperature(self, rows: Ids, output: PassageOutput) -> float:
        """Return 1: the confidence of answers is calibrated when it is known which model wins."""
        return 1.0

    def sums(self, metric: str, rows: Ids, output: PassageOutput, temperature: float = 1.0) -> Sums:
        """Return a metric of answers."""
        return answer_sums(metric, self.rows.scores(rows, output))

    def trivial(self, metric: str) -> Sums:
        """Return a metric over the test rows of the better answer that looks at no question."""
        rows = self.context.test_rows
        return self.sums(metric, rows, self._trivially(self.trivial_name, rows))

    def findings(self, first: Candidate) -> list[Finding]:
        """Return nothing: which answers are doubtful is not asked yet."""
        return []

    def examine(self, ascent: Climb, fitted: Reading, test: PassageOutput) -> Examined:
        """Calibrate confidence and choose when to abstain; return sections, answers, packing."""
        context, winner, rows = self.context, ascent.winner, self.context.test_rows
        right = self._right(winner.rows, winner.output)
        sure = choose_sureness(context, winner, right)
        scores = self.rows.scores(rows, test)
        sections = passage_sections(self.rows, sure, test, scores)
        sections["slices"] = target_slices(self, test)

        def score(spans: Ids) -> float:
            answers = PassageOutput(spans, test.sure)
            return self.sums(context.card.metrics.primary, rows, answers).value()

        def packing(version: str, created: str, facts: Facts) -> PassagePacking:
            return PassagePacking(
                context, fitted, sure, test, score, Stamp(version, created, facts)
            )

        arrays: dict[str, NDArray[Any]] = {"scores": scores, "spans": test.spans}
        return Examined(sections, arrays, packing)

    def _right(self, rows: Ids, output: PassageOutput) -> NDArray[np.bool_]:
        """Return which answers match a truth exactly, (n,)."""
        right: NDArray[np.bool_] = self.rows.scores(rows, output)[:, 1] == 1
        return right

    def _trivially(self, name: str, rows: Ids) -> PassageOutput:
        """Return an answer to some rows that looks at no question."""
        spans = np.zeros((len(rows), 2), dtype=np.int64)
        if name == FIRST_SENTENCE:
            spans[:] = [sentences_of(passage)[0] for passage in self.rows.passages(rows)]
        return PassageOutput(spans, np.zeros(len(rows)))


def saved_answers(metric: str, answers: Answers) -> Sums:
    """Return a metric of answers that a run has kept."""
    return answer_sums(metric, answers.arrays["scores"])
