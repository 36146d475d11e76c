"""`whet serve NAME`: answer over HTTP."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whet.cli.opening import champion_folder, is_package_folder, open_workspace
from whet.cli.options import HERE, WorkspaceFolder
from whet.core.errors import WhetError

if TYPE_CHECKING:  # heavy: imported by the command only when it runs
    from whet.serving.watch import Source


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
            _say_refused(source)
        else:
            # A missing or damaged champion is said here, and not by a server that waits for it.
            open_package(champion_folder(store, name))
            source = chosen(store, {name: "champion"})
        options = Options(
            requests_per_minute=requests_per_minute, body_bytes=body_bytes, keep_texts=keep_texts
        )
        serve_source(store, source, host=host, port=port, options=options)


def _say_refused(source: "Source") -> None:
    """Say which champions cannot answer: the server goes on with the others.

    Raises:
        IntegrityError: there are champions, and none of them can answer.
    """
    from whet.serving.package import open_package

    targets, errors = source(), dict[str, WhetError]()
    for name, target in targets.items():
        try:
            open_package(target.path, manifest_sha256=target.manifest_sha256)
        except WhetError as error:
            errors[name] = error
    if errors and len(errors) == len(targets):
        raise next(iter(errors.values()))
    for name, problem in errors.items():
        typer.echo(f"whet: {name!r} cannot answer: {problem}", err=True)
    if not targets:
        typer.echo("whet: no model may answer yet; the server waits for one.", err=True)
