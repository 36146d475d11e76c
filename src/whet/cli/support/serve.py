"""`whet support serve`: answer customers, on every channel at once."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from whet.cli.options import HERE, WorkspaceFolder
from whet.cli.support.options import DeskOption, desk_path

if TYPE_CHECKING:  # heavy: imported by the command only when it runs
    from pathlib import Path

    from whet.store.store import Store


def serve(
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 8000,
    host: Annotated[str, typer.Option(help="Address; others than this machine's need a key.")] = (
        "127.0.0.1"
    ),
    requests_per_minute: Annotated[
        int, typer.Option(min=1, metavar="N", help="Requests a minute of one key.")
    ] = 1000,
    desk: DeskOption = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Serve a desk until Ctrl-C: the widget, OpenAI's, Rasa's and Chatwoot's ways, and models."""
    import os

    from whet.cli.opening import open_workspace
    from whet.core.workspace import find_workspace
    from whet.products.support.desk.read import read_desk
    from whet.products.support.opening import open_desk
    from whet.server.options import Options
    from whet.server.run import serve as serve_source
    from whet.server.support.chatwoot_client import client_of
    from whet.server.support.running import DeskService
    from whet.serving.sources import champions

    path = desk_path(desk) if desk or workspace == HERE else find_workspace(workspace).root
    files = read_desk(path)  # a mistake in it is said before a store is made
    chatwoot = client_of(files.desk.channels.chatwoot, os.environ)
    with open_workspace(files.folder, must_exist=False) as (_, store):
        _sync(files.folder / files.desk.articles, store, files.model)
        opened = open_desk(path, store)
        if files.model:
            _say_model(files.model, store)
        serve_source(
            store,
            champions(store),
            host=host,
            port=port,
            options=Options(requests_per_minute=requests_per_minute),
            desk=DeskService(opened, chatwoot=chatwoot),
        )


def _sync(folder: "Path", store: "Store", model: str | None) -> None:
    """Make the index hold the desk's articles; what cannot be read is said."""
    from whet.products.support.articles.embedder import desk_embedder
    from whet.products.support.articles.sync import open_index, sync_articles

    if not folder.is_dir():
        return
    done = sync_articles(folder, open_index(store, desk_embedder(store, model)))
    for problem in done.problems:
        print(f"whet: {problem.file}: {problem.sentence}", file=sys.stderr)


def _say_model(name: str, store: "Store") -> None:
    """Say that a desk's model is missing: it answers from articles alone."""
    if "champion" not in store.packages.aliases(name):
        note = f"no model {name!r} may answer yet (`whet build`), so no intent is found"
        print(f"whet: {note}.", file=sys.stderr)
