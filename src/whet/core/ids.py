"""How does a thing get its name? Ids that sort by time and never collide."""

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u


def new_id(prefix: str) -> str:
    """Return ``prefix_`` with 9 characters of time (milliseconds) and 9 random ones.

    Ids of one prefix sort by creation time to the millisecond.

    >>> new_id("run")[:4], len(new_id("run"))
    ('run_', 22)
    """
    stamp, text = time.time_ns() // 1_000_000, ""
    for _ in range(9):
        stamp, digit = divmod(stamp, 32)
        text = _ALPHABET[digit] + text
    return f"{prefix}_{text}" + "".join(secrets.choice(_ALPHABET) for _ in range(9))
