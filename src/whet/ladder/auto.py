"""What does `auto` leave out? Rungs that bring nothing on data like these, each with the reason."""

from collections.abc import Callable

import numpy as np

from whet.ladder.context import Context

FEW_ROWS = 20
"""Training rows of the class in the middle up to which `auto` tries contrastive tuning. It was
measured with ten (docs/experiments.md); twice that is a guess, to be measured."""


def left_out(context: Context, name: str) -> str:
    """Return why `auto` does not climb a rung on this data; empty when it does."""
    reason = _REASONS.get(name)
    return reason(context) if reason else ""


def _many_rows(context: Context) -> str:
    """Return the reason where most classes have more rows than few."""
    counts = np.bincount(context.class_ids(context.dataset.train.labels))
    middle = int(np.median(counts[counts > 0]))
    if middle <= FEW_ROWS:
        return ""
    return (
        f"the class in the middle has {middle:,} training rows, and it is for at most {FEW_ROWS}; "
        "name it in candidates to climb it nevertheless"
    )


_REASONS: dict[str, Callable[[Context], str]] = {"contrastive": _many_rows}
