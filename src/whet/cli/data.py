"""`whet data list`: which versions of the data does a workspace know?"""

import typer

from whet.cli.console import print_json
from whet.cli.opening import open_workspace
from whet.cli.options import HERE, AsJson, WorkspaceFolder

app = typer.Typer(help="List the data versions of a workspace.", no_args_is_help=True)


@app.callback()
def data() -> None:
    """List the data versions of a workspace."""


@app.command("list")
def list_(workspace: WorkspaceFolder = HERE, as_json: AsJson = False) -> None:
    """List the newest version first, with what made each from the one before."""
    from whet.cli.tables import as_plain, version_lines

    with open_workspace(workspace) as (_, store):
        versions = store.versions.all()
    if as_json:
        print_json({"versions": [as_plain(version) for version in versions]})
    for line in version_lines(versions) if not as_json else []:
        typer.echo(line)
