"""Where does a piece of work run? On a Ray cluster where one was joined, else on this machine."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from whet.runtime import local
from whet.runtime.cluster import cluster, on_cluster
from whet.runtime.local import Task

T = TypeVar("T")


def submit(
    tasks: Sequence[Task[T]],
    *,
    workers: int,
    threads_each: int,
    attempts: int = 1,
    watch: Callable[[], None] = lambda: None,
) -> Iterator[tuple[int, T]]:
    """Yield ``(index, result)`` of each task as it ends; see `whet.runtime.local.submit`.

    Args:
        workers: 1 runs all tasks in this process, in order. With more, this machine runs so many
            at a time, and a cluster as many as it has room for.
        watch: is called a few times a second while others work; it may end them by raising.
    """
    found = cluster()
    if found is None or workers == 1:
        return local.submit(
            tasks, workers=workers, threads_each=threads_each, attempts=attempts, watch=watch
        )
    return on_cluster(found, tasks, cores=threads_each, attempts=attempts, watch=watch)
