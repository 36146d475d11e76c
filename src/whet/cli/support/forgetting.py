"""`whet support forget`: delete what a customer wrote, everywhere."""

from typing import TYPE_CHECKING, Annotated

import typer

from whet.cli.console import print_json
from whet.cli.opening import check_can_train
from whet.cli.options import AsJson
from whet.cli.support.options import DeskOption, desk_path, store_beside
from whet.core.errors import InputError

if TYPE_CHECKING:  # heavy: imported by the command only when it runs
    from whet.products.support.learning.forgetting import Forgotten

FAILED = 1
_WHO = "command line"


def forget(
    customer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Customer, as the channel names him.")
    ] = None,
    conversation: Annotated[
        str | None,
        typer.Option(metavar="ID", help="One conversation, of a customer without a name."),
    ] = None,
    desk: DeskOption = None,
    as_json: AsJson = False,
) -> None:
    """Delete a customer's texts, and data versions and packages that learnt from deleted ones.

    Without a name, only what learnt from texts that were deleted before. Exit code 1: the package
    that answers has learnt from them.
    """
    check_can_train()
    from dataclasses import asdict

    from whet.core.workspace import find_workspace
    from whet.products.support.desk.read import read_desk
    from whet.products.support.learning.forgetting import forget as delete

    path = desk_path(desk)
    files = read_desk(path)
    with store_beside(path) as store:
        if store is None:
            raise InputError(f"{path} must be a desk that was built. Run `whet support build`.")
        workspace = find_workspace(path.parent)
        done = delete(store, workspace, files, customer=customer, conversation=conversation)
        # Without the name: the log is kept longer than what it is about.
        facts = {"conversations": done.conversations, "packages": list(done.packages)}
        store.audit.add(_WHO, "customer.forget", "", facts=facts)
    if as_json:
        print_json(asdict(done))
    else:
        _print(done)
    if done.answering is not None:
        raise typer.Exit(FAILED)


def _print(done: "Forgotten") -> None:
    """Print what was deleted, and what holds a deleted text all the same."""
    what = "conversation" if done.conversations == 1 else "conversations"
    typer.echo(f"Deleted the texts of {done.conversations:,} {what}.")
    for version in done.data_versions:
        typer.echo(f"Deleted data version {version}.")
    for version in done.packages:
        typer.echo(f"Deleted package {version}, which had learnt from a deleted text.")
    if done.answering is not None:
        typer.echo(
            f"{done.answering} answers, and has learnt from a deleted text. Let another one "
            "answer (`whet support retrain` and `promote`, or `rollback`), then run "
            "`whet support forget` again."
        )
