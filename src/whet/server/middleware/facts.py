"""What is known about a request while it is answered? One small record that all parts share."""

from dataclasses import dataclass

from starlette.types import Scope


@dataclass
class RequestFacts:
    """Facts of one request; filled in by whoever learns them, read by the log."""

    id: str
    """Id of the request, also in the header X-Request-ID."""
    key: str | None = None
    """Id of the API key; None for a caller without one."""
    scopes: tuple[str, ...] = ()
    """What the caller may do, once that is known; see `whet.store.keys.SCOPES`."""
    texts: int = 0
    """Number of texts in the request."""
    messages: list[str] | None = None
    """The texts themselves; only when the settings allow to log them."""


def facts_of(scope: Scope) -> RequestFacts:
    """Return the facts of the request of this scope; `Trace` has put them there."""
    facts: RequestFacts = scope["state"]["facts"]
    return facts
