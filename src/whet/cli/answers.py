"""`whet answers list`, `export`, `prune`: what did the server answer, and what was right?"""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.opening import open_workspace
from whet.cli.options import HERE, AsJson, WorkspaceFolder
from whet.core.errors import InputError

app = typer.Typer(
    help="List the server's answers, export the corrected ones, delete old ones.",
    no_args_is_help=True,
)

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day, UTC.")]


@app.command("list")
def list_(
    name: Annotated[str | None, typer.Argument(help="Name of a model; all without it.")] = None,
    since: Day = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="How many at the most.")] = 50,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """List the newest answers first."""
    from whet.cli.tables import answers_table, as_plain

    with open_workspace(workspace) as (_, store):
        answers = store.predictions.recent(name, since=_utc(since), limit=limit)
    if as_json:
        print_json({"answers": [as_plain(answer) for answer in answers]})
    else:
        stdout_console().print(answers_table(answers))


@app.command()
def export(
    name: Annotated[str, typer.Argument(help="Name of a model.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV file to write.")],
    since: Day = None,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Write the messages on which there was feedback, with the right labels, to train on.

    Only messages that `whet serve --keep-texts` kept can be written. Those of no class go into a
    second file, whose name ends in `_out_of_scope`.
    """
    from whet.data.corrections import export_corrections

    with open_workspace(workspace) as (_, store):
        pairs = store.feedback.corrections(name, since=_utc(since))
    if not pairs:
        raise InputError(
            f"There is no feedback on answers of {name!r} to export. It comes to /v1/feedback, "
            "with the id that an answer carries."
        )
    if not any(answer.text is not None for answer, _ in pairs):
        raise InputError(
            f"The messages of {name!r} must have been kept to be exported; none of "
            f"{len(pairs):,} with feedback was. Serve with --keep-texts from now on."
        )
    done = export_corrections(pairs, file)
    if as_json:
        print_json({key: _text(value) for key, value in asdict(done).items()})
        return
    typer.echo(f"Wrote {done.rows:,} messages to {done.file}.")
    if done.out_of_scope_file:
        typer.echo(f"Wrote {done.out_of_scope_rows:,} messages to {done.out_of_scope_file}.")
    if done.without_text:
        typer.echo(f"Left out {done.without_text:,} corrections whose message was not kept.")


@app.command()
def prune(
    before: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="First day that is kept, UTC.")
    ],
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Delete the answers of earlier days with their feedback; export first what is to be kept."""
    with open_workspace(workspace) as (_, store):
        deleted = store.predictions.prune(before.replace(tzinfo=UTC))
    if as_json:
        print_json({"deleted": deleted})
    else:
        typer.echo(f"Deleted {deleted:,} answers from before {before:%Y-%m-%d}.")


def _utc(day: datetime | None) -> datetime | None:
    """Return the first moment of a day in UTC."""
    return None if day is None else day.replace(tzinfo=UTC)


def _text(value: object) -> object:
    """Return a path as text, and anything else as it is."""
    return str(value) if isinstance(value, Path) else value
