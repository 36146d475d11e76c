"""Who did what, when, and to which? For admins."""

from starlette.responses import Response

from whet.server.console.ask import Ask
from whet.server.console.rendering import page

_LINES = 100


def audit(ask: Ask) -> Response:
    """Show what was done, the latest first."""
    who, what, asked = ask.query("who"), ask.query("what"), ask.query("before")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
    found = ask.store.audit.page(who=who, what=what, before=before, limit=_LINES + 1)
    return page(
        ask,
        "audit.html",
        active="audit",
        deeds=found[:_LINES],
        older=found[_LINES - 1].id if len(found) > _LINES else "",
        who=who,
        what=what,
        names=[user.name for user in ask.store.users.all()],
    )
