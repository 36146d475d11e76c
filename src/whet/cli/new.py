"""`whet new DIR`: a workspace to start from."""

from pathlib import Path
from typing import Annotated

import typer

from whet.cli.console import print_json
from whet.cli.options import AsJson


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write; may be new.")],
    name: Annotated[
        str | None, typer.Option(help="Name of the card; the folder's name without it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a new workspace: a card with advice in it, and a little data to try it on."""
    from whet.cards.template import write_workspace

    files = write_workspace(folder, name or folder.resolve().name)
    if as_json:
        print_json({"workspace": str(folder), "files": [str(file) for file in files]})
        return
    for file in files:
        typer.echo(f"wrote {file}")
    typer.echo(f"Next: whet build {folder / 'card.yaml'}")
