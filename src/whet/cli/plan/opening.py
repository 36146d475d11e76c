"""Where is what a plan's models measured? The store of its workspace, if anything was built."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
