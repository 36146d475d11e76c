"""`whet support intents`: list, merge, split, rename and accept what was mined."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whet.cli.console import chatter_to_stderr, print_json, stdout_console
from whet.cli.options import HERE, AsJson
from whet.cli.support.importing import Base, Into, wanted

if TYPE_CHECKING:
    from whet.products.support.history.decisions import Decided
    from whet.products.support.history.intents import Intents

app = typer.Typer(help="See and decide about mined intents.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="INTENT", help="Name or id of an intent.")]


@app.command("list")
def list_intents(into: Into = HERE, as_json: AsJson = False) -> None:
    """List the intents, most frequent first."""
    from whet.products.support.history.intents import FILE, read_intents

    _show(read_intents(into / FILE), as_json=as_json)


@app.command()
def merge(
    into_intent: Annotated[str, typer.Argument(metavar="INTENT", help="Intent that stays.")],
    others: Annotated[list[str], typer.Argument(metavar="OTHER...", help="Intents that join it.")],
    into: Into = HERE,
    base: Base = "minilm",
    as_json: AsJson = False,
) -> None:
    """Make several intents one, also an English and a Chinese one."""
    from whet.products.support.history.decisions import merge as run

    _decide(into, base, lambda decided: run(decided, into_intent, others), as_json=as_json)


@app.command()
def split(
    intent: Name,
    parts: Annotated[int, typer.Option(min=2, help="Number of parts.")] = 2,
    into: Into = HERE,
    base: Base = "minilm",
    as_json: AsJson = False,
) -> None:
    """Divide an intent by what its questions say; the largest part keeps the name."""
    from whet.cli.opening import check_can_train
    from whet.core.progress import Quiet

    check_can_train()
    from whet.products.support.history.decisions import split as run

    def decide(decided: "Decided") -> "Decided":
        return run(decided, intent, parts, wanted(into, base), Quiet())

    _decide(into, base, decide, as_json=as_json)


@app.command()
def rename(
    intent: Name,
    name: Annotated[str, typer.Argument(help="New name.")],
    into: Into = HERE,
    base: Base = "minilm",
    as_json: AsJson = False,
) -> None:
    """Give an intent another name."""
    from whet.products.support.history.decisions import rename as run

    _decide(into, base, lambda decided: run(decided, intent, name), as_json=as_json)


@app.command()
def accept(
    intent: Name,
    leave_out: Annotated[
        bool, typer.Option("--not", help="Leave it out of the card and the templates.")
    ] = False,
    into: Into = HERE,
    base: Base = "minilm",
    as_json: AsJson = False,
) -> None:
    """Say whether an intent goes into the card and the templates."""
    from whet.products.support.history.decisions import accept as run

    _decide(into, base, lambda d: run(d, intent, accepted=not leave_out), as_json=as_json)


def _decide(
    desk: Path, base: str, decide: Callable[["Decided"], "Decided"], *, as_json: bool
) -> None:
    """Read, decide, and write the intents and the desk's files."""
    from whet.products.support.history.decisions import history_of, read_decided
    from whet.products.support.history.importing import Job, write_files
    from whet.products.support.history.rows import Asked

    with chatter_to_stderr(), history_of(desk).locked():
        decided = decide(read_decided(desk))
        decided.write(desk)
        job = Job(desk, Asked(), wanted(desk, base))
        write_files(desk, decided.questions, decided.intents, job)
    _show(decided.intents, as_json=as_json)


def _show(intents: "Intents", *, as_json: bool) -> None:
    """Print intents as a table, or as one JSON object."""
    from whet.cli.tables import new_table

    ordered = sorted(intents.intents, key=lambda i: (-i.messages, int(i.id[1:])))
    if as_json:
        print_json({"intents": [intent.model_dump() for intent in ordered]})
        return
    columns = ("id", "intent", "questions", "accepted", "by", "answers", "example")
    table = new_table(*columns, right=["questions"])
    for intent in ordered:
        example = intent.examples[0].split("\n")[0][:38] if intent.examples else ""
        accepted = "yes" if intent.accepted else "no"
        languages = ", ".join(intent.template)
        table.add_row(
            intent.id, intent.name, f"{intent.messages:,}", accepted, intent.by, languages, example
        )
    stdout_console().print(table)
