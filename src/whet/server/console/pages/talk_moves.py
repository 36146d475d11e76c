"""What may an agent do to a conversation? Take, send, note, give back, resolve: under its fence.

Where two agents are at it at once, the second one is told who has it, and nothing typed is lost.
"""

from collections.abc import Callable

from starlette.responses import Response

from whet.products.support.conversation.refusals import Refused
from whet.server.console.ask import Ask, Facts, go
from whet.server.console.pages.talk import show
from whet.server.console.wording.find import WORDS


def take(ask: Ask) -> Response:
    """Give the conversation to this agent."""
    return _tried(ask, "taken", lambda talk: _take(ask, talk))


def send(ask: Ask) -> Response:
    """Send the agent's message to the customer; `suggested` says which answer it came from."""
    return _tried(ask, "sent", lambda talk: _send(ask, talk))


def note(ask: Ask) -> Response:
    """Keep a private note."""

    def keep(talk: str) -> None:
        client_id, text = ask.sent("client_id"), ask.sent("text")
        ask.desk.conversations.note(talk, agent=ask.me.name, client_id=client_id, text=text)
        ask.done("note", talk)

    return _tried(ask, "noted", keep)


def give_back(ask: Ask) -> Response:
    """Give the conversation back to the bot or to a queue."""
    to_queue = ask.sent("to") == "queue"

    def give(talk: str) -> None:
        who, fence = ask.me.name, ask.number("fence", -1)
        desk = ask.desk.conversations
        desk.give_back(talk, agent=who, fence=fence or -1, to="queue" if to_queue else "bot")
        ask.done("give_back", talk, to="queue" if to_queue else "bot")

    return _tried(ask, "queue" if to_queue else "bot", give)


def resolve(ask: Ask) -> Response:
    """Close the conversation."""

    def close(talk: str) -> None:
        fence, seen = ask.number("fence"), ask.number("seen")
        ask.desk.conversations.resolve(talk, who=ask.me.name, fence=fence, seen=seen)
        ask.done("resolve", talk)

    return _tried(ask, "resolved", close)


def reopen(ask: Ask) -> Response:
    """Open a closed conversation again, for this agent."""

    def again(talk: str) -> None:
        ask.desk.conversations.reopen(talk, agent=ask.me.name)
        ask.done("reopen", talk)

    return _tried(ask, "reopened", again)


def ask_for_person(ask: Ask) -> Response:
    """Put a conversation of the bot into a queue."""

    def queue(talk: str) -> None:
        ask.desk.conversations.ask_for_person(talk, who=ask.me.name)
        ask.done("ask_for_person", talk)

    return _tried(ask, "asked", queue)


def _take(ask: Ask, talk: str) -> None:
    """Take a conversation."""
    taken = ask.desk.conversations.take(talk, agent=ask.me.name)
    ask.done("take", talk, fence=taken.fence)


def _send(ask: Ask, talk: str) -> None:
    """Send a message."""
    sent = ask.desk.conversations.person_says(
        talk,
        agent=ask.me.name,
        fence=ask.number("fence", -1) or -1,
        client_id=ask.sent("client_id"),
        text=ask.sent("text"),
        seen=ask.number("seen"),
    )
    source = ask.sent("suggested")[:200] or None
    ask.done("send", talk, seq=sent.seq, suggested=source)


def _tried(ask: Ask, said: str, act: Callable[[str], None]) -> Response:
    """Do something to the conversation and show it; where it was refused, say why."""
    talk = ask.part("talk")
    try:
        act(talk)
    except Refused as refusal:
        key = f"refused.{refusal.kind}"
        problem = key if key in WORDS else "refused.other"
        if refusal.kind == "fence" and refusal.owner not in (None, ask.me.name):
            problem = "refused.taken"
        values = {"owner": refusal.owner or "", "sentence": str(refusal)}
        kept: Facts = {
            "draft": ask.sent("text"),
            "problem": problem,
            "problem_values": values,
        }
        return show(ask, status=409, **kept)
    return go(f"/talk/{talk}", said)
