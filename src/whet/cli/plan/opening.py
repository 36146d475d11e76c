"""Where is what a plan's models measured? The store of its workspace, if anything was built."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from whet.company.schedule.chosen import Search
    from whet.company.schedule.limits import Limits
    from whet.core.progress import Progress
    from whet.store.store import Store


@contextmanager
def plan_store(folder: Path) -> "Iterator[Store | None]":
    """Yield the store of the plan's workspace; None where nothing was built: looking makes none.

    Raises:
        InputError: there is a store, and it cannot be opened.
    """
    from whet.cli.opening import has_store, open_workspace
    from whet.core.workspace import find_workspace

    if not has_store(find_workspace(folder)):
        yield None
        return
    with open_workspace(folder) as (_, store):
        yield store


def search_of(plan: Path, limits: "Limits", progress: "Progress | None" = None) -> "Search":
    """Return how the schedule of a plan's file is looked for; its workspace keeps what is found."""
    from whet.company.schedule.chosen import Search
    from whet.core.workspace import find_workspace

    folder = find_workspace(plan.parent).cache / "schedules"
    return Search(limits, folder, progress=progress)
