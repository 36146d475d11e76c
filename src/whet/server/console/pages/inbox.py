"""Who waits, and what do I have? The lists of conversations."""

from datetime import timedelta

from starlette.responses import Response

from whet.server.console.ask import Ask, go
from whet.server.console.pages.entrance import not_found
from whet.server.console.rendering import page
from whet.store.conversation_lists import Listed, Wanted
from whet.store.conversation_rows import Agent

VIEWS = ("waiting", "mine", "all", "resolved")
_OPEN = ("bot", "waiting", "person")
_LINES = 50
_SIGN_OF_LIFE = timedelta(seconds=15)


def inbox(ask: Ask) -> Response:
    """Show one list: the queue (longest first), mine, all that are open, or what is resolved."""
    view = ask.part("view")
    if view not in VIEWS:
        return not_found(ask)
    seen(ask)
    lines, following = _lines(ask, view)
    lengths = ask.desk.conversations.lists.queue_lengths()
    return page(
        ask,
        "inbox.html",
        active="inbox",
        view=view,
        views=VIEWS,
        lines=lines,
        following=following,
        waiting=sum(lengths.values()),
        online=[agent.name for agent in ask.desk.conversations.online()],
        is_away=is_away(ask),
    )


def presence(ask: Ask) -> Response:
    """Leave the desk, or come back to it."""
    if ask.sent("away"):
        ask.desk.conversations.away(ask.me.name)
        ask.done("away", ask.me.name)
        return go("/inbox/waiting", "away")
    ask.desk.conversations.present(ask.me.name)
    ask.done("present", ask.me.name)
    return go("/inbox/waiting", "here")


def seen(ask: Ask) -> None:
    """Keep a sign of life, at most every few seconds: an open page asks for itself that often."""
    own = _own(ask)
    is_fresh = own is not None and ask.store.database.clock() - own.seen < _SIGN_OF_LIFE
    if own is None or not (own.is_away or is_fresh):
        ask.desk.conversations.present(ask.me.name)


def is_away(ask: Ask) -> bool:
    """Return whether this agent has left the desk and not come back."""
    own = _own(ask)
    return own is not None and own.is_away


def _own(ask: Ask) -> Agent | None:
    """Return the presence of this agent; None for one who was never there."""
    agents = ask.store.conversations.agents()
    return next((agent for agent in agents if agent.name == ask.me.name), None)


def _lines(ask: Ask, view: str) -> tuple[list[Listed], str | None]:
    """Return the lines of a list, and where the next page begins."""
    lists = ask.desk.conversations.lists
    if view == "waiting":
        return lists.waiting(limit=2 * _LINES), None
    wanted = {
        "mine": Wanted(states=("waiting", "person"), owner=ask.me.name),
        "all": Wanted(states=_OPEN),
        "resolved": Wanted(states=("resolved",)),
    }[view]
    found = lists.page(wanted, after=ask.query("after") or None, limit=_LINES)
    return found.lines, found.following
