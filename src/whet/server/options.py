"""What can be chosen about a server? Limits and habits, with defaults that are safe."""

from dataclasses import dataclass

from whet.serving.watch import INTERVAL_S


@dataclass(frozen=True)
class Options:
    """How a server behaves."""

    requests_per_minute: int = 1000
    """Requests in a minute of one key; callers without a key share one allowance."""
    body_bytes: int = 1 << 20
    """Largest request body."""
    keep_texts: bool = False
    """Whether messages are kept in the store with the predictions. Corrections become training
    data only for messages that were kept."""
    poll_s: float = INTERVAL_S
    """Seconds between two looks for a new champion."""
