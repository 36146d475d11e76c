"""Which model is packaged? One that learnt from every development row, where the budget bears it.

A rung that every fold judged is fitted once more. A dear one was judged on the rows of one fold; it
learns again, as it did, from those as well, so that the packaged model knows all there is to know.
What was measured on the held-out rows is then what the same recipe does with fewer rows. Rows of a
validation file are never learnt from in this way: whoever keeps them apart has a reason.
"""

import time
from dataclasses import dataclass
from typing import Any

from whet.ladder.candidates import Candidate
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Fitted, LearnsAgain

RESERVE = 1.2
"""What learning again may take over what is predicted."""


@dataclass(frozen=True)
class Final:
    """The model to package, and how it came about."""

    fitted: Fitted[Any]
    rows: int
    """Development rows that it was given."""
    sentence: str
    """Why it was not given all of them; empty where it was."""

    def facts(self) -> dict[str, Any]:
        """Return what the build's facts say of it."""
        return {"rows": self.rows, "sentence": self.sentence}


def final_model(context: Context, winner: Candidate, *, deadline: float) -> Final:
    """Return the model to package.

    Args:
        deadline: `time.monotonic()` by which it must have learnt, where it need not learn again.
    """
    rows, judged = context.development_rows, context.folds[0].train
    if winner.fitted is None:
        return Final(winner.rung.fit(rows), len(rows), "")
    if context.dataset.validation is not None:
        return Final(winner.fitted, len(judged), "the rows of the validation file are kept apart")
    if not isinstance(winner.rung, LearnsAgain):
        return Final(winner.fitted, len(judged), "this rung does not learn again from all rows")
    needed = RESERVE * winner.rung.predicted_seconds(len(rows), 1)
    left = max(deadline - time.monotonic(), 0)
    if needed > left:
        sentence = f"learning from all rows takes about {needed:.0f} s; {left:.0f} s are left"
        return Final(winner.fitted, len(judged), sentence)
    fitted = winner.rung.learn_again(rows, deadline=deadline)
    if fitted is None:
        return Final(winner.fitted, len(judged), "the budget ended learning from all rows")
    return Final(fitted, len(rows), "")
