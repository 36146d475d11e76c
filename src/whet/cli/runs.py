"""`whet runs`: what was built here, how do two builds compare, how is one stopped or resumed?"""

from typing import Annotated

import typer

from whet.cli.build import finish_build
from whet.cli.console import chatter_to_stderr, print_json, stdout_console
from whet.cli.opening import check_can_train, open_workspace
from whet.cli.options import HERE, AsJson, WorkspaceFolder
from whet.cli.progress import shown_progress

app = typer.Typer(
    help="List, show, compare, resume and stop the builds of a workspace.", no_args_is_help=True
)

RunId = Annotated[str, typer.Argument(help="Id of a run, from `whet runs list`.")]


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
def show(run: RunId, workspace: WorkspaceFolder = HERE, as_json: AsJson = False) -> None:
    """Show everything about one run: parameters, seeds, code, machine, costs, curves, outcome."""
    from whet.cli.facts import print_facts
    from whet.cli.running import print_run, run_record

    with open_workspace(workspace) as (found, store):
        record = run_record(store, found, run)
    if as_json:
        print_json(record.as_json())
        return
    console = stdout_console()
    print_run(console, record)
    if record.details.facts is not None:
        print_facts(console, record.details.facts)


@app.command()
def compare(
    first: Annotated[str, typer.Argument(metavar="A", help="Id of a run, from `whet runs list`.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Id of another run.")],
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Say whether the winner of run B beats the winner of run A on the same test rows.

    Metric and interval are those of A's card. Fields in which the cards differ are listed.
    """
    check_can_train()
    with open_workspace(workspace) as (found, store), chatter_to_stderr():
        from whet.ladder.comparison import compare_runs

        facts = compare_runs(store, found, first, second)
    if as_json:
        print_json(facts)
        return
    from whet.cli.running import print_comparison

    print_comparison(stdout_console(), facts)


@app.command()
def resume(run: RunId, workspace: WorkspaceFolder = HERE, as_json: AsJson = False) -> None:
    """Take up an interrupted run where it was, with the card and the data that it began with.

    Exit codes are those of `whet build`.
    """
    check_can_train()
    with open_workspace(workspace) as (_, store):
        details = store.runs.show(run)
    with shown_progress() as progress, chatter_to_stderr():
        progress.start("loading libraries")
        from whet.ladder.resume import resume_run

        facts = resume_run(details, progress=progress)
    finish_build(facts, as_json=as_json)


@app.command()
def stop(run: RunId, workspace: WorkspaceFolder = HERE, as_json: AsJson = False) -> None:
    """Ask a running build to stop, also one on another machine that shares the store.

    It stops at its next step, ends as `interrupted`, and can be taken up by `whet runs resume`.
    """
    with open_workspace(workspace) as (_, store):
        store.runs.request_stop(run)
        found = store.runs.show(run).run
    if as_json:
        print_json({"run": run, "stop_requested": True, "host": found.host, "pid": found.pid})
    else:
        typer.echo(
            f"Asked run {run} (process {found.pid} on {found.host}) to stop at its next step. "
            f"To take it up again: whet runs resume {run}"
        )
