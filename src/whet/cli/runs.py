"""`whet runs list`, `whet runs show RUN`: what was built here, and what came of it?"""

from typing import Annotated

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.opening import open_workspace
from whet.cli.options import HERE, AsJson, WorkspaceFolder

app = typer.Typer(help="List the builds of a workspace, or show one.", no_args_is_help=True)


@app.command("list")
def list_(
    name: Annotated[str | None, typer.Argument(help="Name of a card; all without it.")] = None,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """List the newest runs first."""
    from whet.cli.tables import as_plain, runs_table

    with open_workspace(workspace) as (_, store):
        runs = store.runs.recent(name)
    if as_json:
        print_json({"runs": [as_plain(run) for run in runs]})
    else:
        stdout_console().print(runs_table(runs))


@app.command()
def show(
    run: Annotated[str, typer.Argument(help="Id of a run, from `whet runs list`.")],
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show everything about one run."""
    from whet.cli.facts import print_facts
    from whet.cli.tables import as_plain, runs_table

    with open_workspace(workspace) as (_, store):
        details = store.runs.show(run)
    if as_json:
        print_json(as_plain(details))
        return
    console = stdout_console()
    console.print(runs_table([details.run]))
    if details.facts is not None:
        print_facts(console, details.facts)
