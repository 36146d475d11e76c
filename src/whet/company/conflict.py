"""Which few of many requirements cannot be met together? One filter for every kind of problem.

Requirements are left out one by one: where the rest is still impossible, it stays out. What is left
cannot hold together, and without any one of it could.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Conflict(Generic[T]):
    """Requirements that cannot be met together."""

    kept: tuple[T, ...]
    """They, in their order."""
    is_smallest: bool
    """Whether each of them is known to be needed; False where a solver did not answer in time."""


def smallest_conflict(
    asked: Sequence[T], is_impossible: Callable[[Sequence[T]], bool | None]
) -> Conflict[T]:
    """Return a smallest set of requirements, out of some that conflict, that conflict too.

    Nothing is left out that was not proved to be idle: where no answer came in time, it is kept.

    Args:
        asked: requirements that cannot be met together.
        is_impossible: whether some of them cannot be met together; None where that is not known.

    Source: Chinneck (2008), *Feasibility and Infeasibility in Optimization*, the deletion filter.

    >>> smallest_conflict([5, 1, 7, 2], lambda some: sum(some) > 10).kept
    (5, 7)
    """
    kept, is_smallest = list(asked), True
    for one in asked:
        rest = [other for other in kept if other is not one]
        found = is_impossible(rest) if rest else False
        if found:
            kept = rest
        elif found is None:
            is_smallest = False
    return Conflict(tuple(kept), is_smallest)


def sentence(nothing: str, words: Sequence[str], *, is_smallest: bool = True) -> str:
    """Return a conflict in words.

    Args:
        nothing: what there is not, for example "No split meets".
        words: the requirements that conflict, at least one.
        is_smallest: whether each of them is known to be needed.

    >>> sentence("No split meets", ["a", "b"])
    'No split meets all of these at once: a; b. Each of them is needed for the conflict: relax any \
one.'
    """
    if len(words) == 1:
        return f"{nothing} this: {words[0]}. Relax it."
    listed = f"{nothing} all of these at once: {'; '.join(words)}."
    if is_smallest:
        return f"{listed} Each of them is needed for the conflict: relax any one."
    return (
        f"{listed} Not all of them may be needed for the conflict: there was no time to tell. "
        "Give the solver more --seconds."
    )
