"""`whet support user`: who may enter the console, and what may each do there?"""

import sys
from typing import Annotated

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.opening import open_workspace
from whet.cli.options import HERE, AsJson, WorkspaceFolder

app = typer.Typer(help="Add, list and change users of the console.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of a user.")]
_WHO = "command line"


@app.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="agent, editor or admin.")] = "agent",
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Add a user; the password is asked for, or read from the standard input."""
    password = _password()
    with open_workspace(workspace, must_exist=False) as (_, store):
        user = store.users.add(name, role, password)
        store.audit.add(_WHO, "user.add", user.name, facts={"role": role})
    typer.echo(f"User {user.name!r} may enter the console as {user.role}.")


@app.command("list")
def list_(workspace: WorkspaceFolder = HERE, as_json: AsJson = False) -> None:
    """List the users, disabled ones too."""
    from whet.cli.tables import as_plain, new_table

    with open_workspace(workspace) as (_, store):
        users = store.users.all()
    if as_json:
        print_json({"users": [as_plain(user) for user in users]})
        return
    table = new_table("name", "role", "disabled", "last signed in (UTC)")
    for user in users:
        seen = f"{user.last_seen:%Y-%m-%d %H:%M}" if user.last_seen else "never"
        table.add_row(user.name, user.role, "yes" if user.disabled else "", seen)
    stdout_console().print(table)


@app.command()
def role(
    name: Name,
    role: Annotated[str, typer.Argument(help="agent, editor or admin.")],
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Give a user another role; open sessions end."""
    with open_workspace(workspace) as (_, store):
        user = store.users.set_role(name, role)
        store.audit.add(_WHO, "user.role", name, facts={"role": role})
    typer.echo(f"User {user.name!r} is {user.role} now, and must sign in again.")


@app.command()
def disable(
    name: Name,
    again: Annotated[bool, typer.Option("--not", help="Let the user in again.")] = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Let a user no longer in; open sessions end."""
    with open_workspace(workspace) as (_, store):
        store.users.set_disabled(name, disabled=not again)
        store.audit.add(_WHO, "user.enable" if again else "user.disable", name)
    typer.echo(f"User {name!r} may {'' if again else 'no longer '}enter the console.")


@app.command()
def password(name: Name, workspace: WorkspaceFolder = HERE) -> None:
    """Give a user another password; open sessions end."""
    with open_workspace(workspace) as (_, store):
        store.users.get(name)  # a wrong name is said before a password is asked for
        store.users.set_password(name, _password())
        store.audit.add(_WHO, "user.password", name)
    typer.echo(f"User {name!r} has a new password, and must sign in again.")


def _password() -> str:
    """Return a password, asked for twice; from a pipe, its first line."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
