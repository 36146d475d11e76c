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
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Serve a model over HTTP until Ctrl-C; a newer champion of it takes over without a restart."""
    from whet.server.options import Options
    from whet.server.run import serve as serve_source
    from whet.serving.sources import champions, chosen, folder

    is_folder = name is not None and is_package_folder(name)
    with open_workspace(workspace, must_exist=not is_folder) as (_, store):
        if name is None:
            source = champions(store)
        elif is_folder:
            source = folder(Path(name))
        else:
            champion_folder(store, name)  # says better than the source why there is none
            source = chosen(store, {name: "champion"})
        options = Options(keep_texts=keep_texts)
        serve_source(store, source, host=host, port=port, options=options)
