"""How are the independent fits of a rung spread over the machine? Folds and points of a curve.

The first fit runs here, since it chooses settings for all others. The others go to workers where
that pays: to a cluster, or on this machine where a rung computes on one core and leaves the others
idle. Answers are the same either way.
"""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import psutil

from whet.ladder.rungs.contract import Rung
from whet.models.output import Ids
from whet.runtime.cluster import cluster
from whet.runtime.local import Task
from whet.runtime.measure import available_memory_bytes, cpu_threads
from whet.runtime.spread import submit

A = TypeVar("A")
"""What a rung answers."""

ONE_CORE = frozenset({"linear"})
"""Rungs of which one fit computes on one core of this machine."""
STARTUP_S = 10.0
"""Seconds that workers must save: about what they take to start and load the libraries."""
ATTEMPTS = 3
"""Times that a piece is begun when its worker is killed or its machine lost."""


@dataclass(frozen=True)
class Piece:
    """One fit, and the rows that it answers."""

    name: str
    """Name for sentences, such as `fold 2`."""
    train: Ids
    asked: Ids


def answered(
    name: str,
    rung: Rung[A],
    pieces: Sequence[Piece],
    *,
    deadline: float,
    seconds_per_row: float | None = None,
    watch: Callable[[], None] = lambda: None,
) -> Generator[A, None, None]:
    """Yield the answers of each piece in order; fits run while the caller iterates.

    Args:
        deadline: value of `time.monotonic()` at which a fit should end.
        seconds_per_row: time of a fit per row, predicted; by the first fit when None.
        watch: is called a few times a second while workers fit; it may end them by raising.

    Raises:
        WhetError: a worker was killed at every attempt.
    """
    if not pieces:
        return
    began, first = time.monotonic(), pieces[0]
    yield _answer(rung, first.train, first.asked, deadline - began)
    if seconds_per_row is None:
        seconds_per_row = (time.monotonic() - began) / len(first.train)
    rest = pieces[1:]
    seconds = seconds_per_row * sum(len(piece.train) for piece in rest)
    left = deadline - time.monotonic()
    tasks = [
        Task(f"{name}, {piece.name}", _answer, (rung, piece.train, piece.asked, left))
        for piece in rest
    ]
    workers = workers_for(name, len(rest), seconds)
    yield from in_order(
        submit(tasks, workers=workers, threads_each=1, attempts=ATTEMPTS, watch=watch)
    )


def in_order(ended: Iterator[tuple[int, A]]) -> Iterator[A]:
    """Yield results by their index; those that come too early wait.

    >>> list(in_order(iter([(1, "b"), (0, "a"), (2, "c")])))
    ['a', 'b', 'c']
    """
    early: dict[int, A] = {}
    following = 0
    for index, result in ended:
        early[index] = result
        while following in early:
            yield early.pop(following)
            following += 1


def workers_for(name: str, pieces: int, seconds: float) -> int:
    """Return how many workers pay for pieces that take so many seconds one after the other.

    On this machine each may need as much memory as this process has.
    """
    found = cluster()
    if found:
        room = sum(found.cores())
    elif name in ONE_CORE:
        room = available_memory_bytes() // int(psutil.Process().memory_info().rss)
        room = min(cpu_threads(), room)
    else:
        return 1
    workers = min(pieces, room)
    if workers < 2 or seconds - seconds / workers <= STARTUP_S:
        return 1
    return workers


def _answer(rung: Rung[A], train: Ids, asked: Ids, seconds_left: float) -> A:
    """Fit a rung on rows and return its answers to others."""
    return rung.fit(train, deadline=time.monotonic() + seconds_left).predict(asked)
