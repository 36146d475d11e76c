"""`whet serve NAME`: answer over HTTP."""

from pathlib import Path
from typing import Annotated

import typer

from whet.cli.opening import champion_folder, is_package_folder, open_workspace
from whet.cli.options import HERE, WorkspaceFolder


def serve(
    name: Annotated[
        str | None,
        typer.Argument(help="Name of a model, or the folder of a package; all models without it."),
    ] = None,
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 8000,
    host: Annotated[str, typer.Option(help="Address; others than this machine's need a key.")] = (
        "127.0.0.1"
    ),
    keep_texts: Annotated[
        bool, typer.Option("--keep-texts", help="Keep messages in the store with their answers.")
    ] = False,
    requests_per_minute: Annotated[
        int, typer.Option(min=1, metavar="N", help="Requests a minute of one key.")
    ] = 1000,
    body_bytes: Annotated[
        int, typer.Option(min=1024, metavar="N", help="Largest request body, in bytes.")
    ] = 1 << 20,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Serve a model over HTTP until Ctrl-C; a newer champion of it takes over without a restart."""
    from whet.server.options import Options
    from whet.server.run import serve as serve_source
    from whet.serving.package import open_package
    from whet.serving.sources import champions, chosen, folder

    # A folder that is no package is said before a store is made for it.
    given = folder(Path(name)) if name is not None and is_package_folder(name) else None
    with open_workspace(workspace, must_exist=given is None) as (_, store):
        if given is not None:
            source = given
        elif name is None:
            source = champions(store)
        else:
            # A missing or damaged champion is said here, and not by a server that waits for it.
            open_package(champion_folder(store, name))
            source = chosen(store, {name: "champion"})
        options = Options(
            requests_per_minute=requests_per_minute, body_bytes=body_bytes, keep_texts=keep_texts
        )
        serve_source(store, source, host=host, port=port, options=options)
