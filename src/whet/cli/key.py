"""`whet key new`, `list`, `usage`, `revoke`: who may ask the server, and who did how much?"""

from datetime import UTC, datetime
from typing import Annotated

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.opening import open_workspace
from whet.cli.options import HERE, AsJson, WorkspaceFolder

app = typer.Typer(
    help="Make, list and revoke API keys of the server, and read their use.", no_args_is_help=True
)


@app.command()
def new(
    name: Annotated[str, typer.Option(help="What the key is for; names it for revoking.")] = "key",
    scope: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SCOPE",
            help="predict, embeddings, feedback or chat; may be repeated. All of them without it.",
        ),
    ] = None,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it: only now, for the store keeps no more than its hash."""
    from whet.store.keys import SCOPES

    with open_workspace(workspace, must_exist=False) as (_, store):
        made = store.keys.create(name, scope or SCOPES)
    if as_json:
        about = {"id": made.key.id, "name": made.key.name, "scopes": made.key.scopes}
        print_json(about | {"key": made.plain})
    else:
        typer.echo(made.plain)
        typer.echo(f"Key {made.key.name!r} is shown this once. Keep it now.", err=True)


@app.command("list")
def list_(workspace: WorkspaceFolder = HERE, as_json: AsJson = False) -> None:
    """List every key, also revoked ones; the keys themselves are not known."""
    from whet.cli.tables import as_plain, keys_table

    with open_workspace(workspace) as (_, store):
        keys = store.keys.all()
    if as_json:
        print_json({"keys": [as_plain(key) for key in keys]})
    else:
        stdout_console().print(keys_table(keys))


@app.command()
def usage(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day, UTC; all without it.")
    ] = None,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Print what each key used of each model on each day; `-` stands for callers without a key."""
    from whet.cli.tables import as_plain, usage_table

    with open_workspace(workspace) as (_, store):
        used = store.usage.report(since=since and since.replace(tzinfo=UTC))
        names = {key.id: key.name for key in store.keys.all()}
    if as_json:
        lines = [as_plain(use) | {"name": names.get(use.key)} for use in used]
        print_json({"usage": lines})
    else:
        stdout_console().print(usage_table(used, names))


@app.command()
def revoke(
    key: Annotated[str, typer.Argument(help="Name or id of a key.")],
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Revoke a key; it is refused from now on."""
    from whet.cli.tables import as_plain

    with open_workspace(workspace) as (_, store):
        revoked = store.keys.revoke(key)
    if as_json:
        print_json(as_plain(revoked))
    else:
        typer.echo(f"Key {revoked.name!r} ({revoked.hint}…) is revoked.")
