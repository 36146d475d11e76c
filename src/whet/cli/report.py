"""`whet report [NAME]`: where is the last report?"""

from typing import Annotated

import typer

from whet.cli.console import print_json
from whet.cli.opening import open_workspace
from whet.cli.options import HERE, AsJson, WorkspaceFolder
from whet.core.errors import InputError


def report(
    name: Annotated[str | None, typer.Argument(help="Name of a card; any without it.")] = None,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Print the path of the newest report, of one card or of all."""
    with open_workspace(workspace) as (found, store):
        finished = (r for r in store.runs.recent(name) if r.status in ("built", "gate_failed"))
        run = next(finished, None)
        facts = store.runs.show(run.id).facts if run else None
    if run is None or facts is None:
        whose = f" of {name!r}" if name else ""
        raise InputError(f"There is no report{whose} in {found.root} yet. Run `whet build CARD`.")
    if as_json:
        print_json({"name": run.name, "run": run.id, "report": facts["report"]})
    else:
        typer.echo(facts["report"])
