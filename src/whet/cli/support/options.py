"""Which arguments do the commands of `whet support` share, and how is a desk found?"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whet.cli.options import HERE

if TYPE_CHECKING:  # imported by the commands only when they run: it is heavy
    from whet.store.store import Store

DeskPath = Annotated[
    Path | None,
    typer.Argument(
        metavar="[DESK]",
        help="Desk, a YAML file or its folder; that of this folder or workspace when left out.",
    ),
]

DeskOption = Annotated[
    Path | None,
    typer.Option(
        "--desk",
        metavar="DESK",
        help="Desk, a YAML file or its folder; desk.yaml of this folder or workspace without it.",
    ),
]


def desk_path(named: Path | None) -> Path:
    """Return the desk's file that a command is about; it need not exist: what reads it says so."""
    from whet.core.workspace import find_workspace
    from whet.products.support.desk.read import DESK_NAME, desk_file

    if named is not None:
        return desk_file(named)
    here = HERE / DESK_NAME
    return here if here.is_file() else find_workspace(HERE).root / DESK_NAME


@contextmanager
def store_beside(path: Path) -> Iterator["Store | None"]:
    """Yield the store of the workspace that holds a desk; None where nothing was built there."""
    from whet.cli.opening import open_workspace
    from whet.core.workspace import find_workspace

    url = find_workspace(path.parent).database_url
    if url.startswith("sqlite:///") and not Path(url[10:]).exists():
        yield None
        return
    with open_workspace(path.parent) as (_, store):
        yield store


def known_intents(store: "Store | None") -> Callable[[str], Sequence[str] | None]:
    """Return what says which intents a model of the store knows; None for one that is not there."""
    from whet.products.support.answering.opening import intents_of

    return lambda name: intents_of(name, store) if store is not None else None
