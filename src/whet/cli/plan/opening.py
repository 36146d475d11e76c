"""Where is what a plan's models measured? The store of its workspace, if anything was built."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from whet.company.schedule.chosen import Search
    from whet.company.schedule.limits import Limits
    from whet.core.progress import Progress
    from whet.store.store import Store


@contextmanager
def plan_store(folder: Path) -> "Iterator[Store | None]":
    """Yield the store of the plan's workspace; None where nothing was built."""
    from whet.cli.opening import open_workspace
    from whet.core.errors import InputError

    with ExitStack() as stack:
        store: Store | None = None
        with suppress(InputError):
            _, store = stack.enter_context(open_workspace(folder))
        yield store


def search_of(plan: Path, limits: "Limits", progress: "Progress | None" = None) -> "Search":
    """Return how the schedule of a plan's file is looked for; its workspace keeps what is found."""
    from whet.company.schedule.chosen import Search
    from whet.core.workspace import find_workspace

    folder = find_workspace(plan.parent).cache / "schedules"
    return Search(limits, folder, progress=progress)
