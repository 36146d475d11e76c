"""What does a command need before it works? The workspace's store, a package, what trains."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from whet.core.errors import InputError, NotInstalledError

if TYPE_CHECKING:  # imported by `open_workspace` only when a command runs: they are heavy
    from whet.core.workspace import Workspace
    from whet.store.store import Store


@contextmanager
def open_workspace(
    folder: Path, *, must_exist: bool = True
) -> Iterator[tuple["Workspace", "Store"]]:
    """Yield the workspace that holds `folder`, and its store.

    Raises:
        InputError: `must_exist`, and nothing was built there: looking must not make files.
    """
    from whet.core.workspace import find_workspace
    from whet.store.store import open_store

    workspace = find_workspace(folder)
    if must_exist and not has_store(workspace):
        raise InputError(
            f"{workspace.root} must be a workspace in which something was built; it has no store. "
            "Name another folder with --workspace, or run `whet build CARD`."
        )
    with open_store(workspace.database_url) as store:
        yield workspace, store


def has_store(workspace: "Workspace") -> bool:
    """Return whether a workspace has a store; one on a server is taken to be there."""
    url = workspace.database_url
    return not url.startswith("sqlite:///") or Path(unquote(url[10:])).exists()


def is_package_folder(name: str) -> bool:
    """Return whether `name` means a folder, not a model: it is a path, or a package lies there."""
    return os.sep in name or Path(name, "manifest.json").is_file()


def package_folder(name: str, folder: Path) -> Path:
    """Return the folder of a package: `name` itself if it is one, else the champion of that name.

    Raises:
        InputError: the workspace that holds `folder` has no such package, or none that may answer.
    """
    if is_package_folder(name):
        return Path(name)
    with open_workspace(folder) as (_, store):
        return champion_folder(store, name)


def champion_folder(store: "Store", name: str) -> Path:
    """Return the folder of the package that answers under a name.

    Raises:
        InputError: there is no package of that name, or no gate of one held.
    """
    packages = store.packages.all(name)
    if packages and "champion" not in store.packages.aliases(name):
        raise InputError(
            f"A package of {name!r} must have held its gate to answer under the name; none of "
            f"{len(packages)} has. To ask the newest all the same, give its folder: "
            f"{packages[0].path}"
        )
    return Path(store.packages.resolve(name, "champion").path)


def check_can_train() -> None:
    """Refuse to go on where only what serves is installed.

    Raises:
        NotInstalledError: torch, which comes with `[train]`, is missing.
    """
    if find_spec("torch") is None:
        raise NotInstalledError(
            "This command needs what trains, which is not installed. "
            "Run: pip install 'whet[train]'."
        )


def read_card_first(path: Path) -> None:
    """Say what is wrong with a card at once, before the seconds that training libraries load in.

    Raises:
        InputError: the card has mistakes.
    """
    from whet.cards.read import read_card

    read_card(path)
