"""`whet support ask TEXT`: what would the desk answer, and why?"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whet.cli.console import print_json
from whet.cli.options import AsJson
from whet.cli.support.options import DeskOption, desk_path, store_beside

if TYPE_CHECKING:  # heavy: imported by the command only when it runs
    from whet.products.support.answering.answerer import Answerer
    from whet.products.support.turns import Reply
    from whet.store.store import Store


def ask(
    text: Annotated[str, typer.Argument(help="What a customer writes.")],
    conversation: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="JSON file that keeps the conversation between calls; made if missing.",
        ),
    ] = None,
    desk: DeskOption = None,
    as_json: AsJson = False,
) -> None:
    """Print what the desk would answer to a message, and why."""
    from whet.core.clock import utc_now
    from whet.products.support.answering.conversation_file import read_turns, write_turns

    path = desk_path(desk)
    turn = read_turns(conversation).next_turn(text, utc_now())
    with store_beside(path) as store:
        reply = _answerer(path, store).answer(turn)
    if conversation is not None:
        write_turns(conversation, turn, reply)
    if as_json:
        print_json(_fields(reply))
    else:
        typer.echo(reply.text)
        typer.echo(f"  [{told(reply)}]")


def _answerer(path: Path, store: "Store | None") -> "Answerer":
    """Return what answers for a desk; what it lacks is said on stderr."""
    from whet.products.support.answering.opening import open_answerer
    from whet.products.support.desk.read import read_desk

    files = read_desk(path)
    answerer = open_answerer(files, store)
    if files.model and not answerer.finds_intents:
        note = f"no model {files.model!r} may answer yet (`whet build`), so no intent is found"
        print(f"whet: {note}.", file=sys.stderr)
    return answerer


def told(reply: "Reply") -> str:
    """Return the reason of a reply on one line."""
    reason = reply.reason
    parts = [reason.tier, f"confidence {reason.confidence:.2f}", reason.why.rstrip(".")]
    if reason.sources:
        titles = dict.fromkeys(source.title for source in reason.sources)
        parts.append(f"sources: {', '.join(titles)}")
    if reply.cost:
        parts.append(f"cost {reply.cost:.6f}")
    return "; ".join(parts)


def _fields(reply: "Reply") -> dict[str, object]:
    """Return a reply as JSON."""
    from dataclasses import asdict

    return asdict(reply)
