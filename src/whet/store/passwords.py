"""Is this the password? scrypt with its parameters beside the hash, so that they may be raised.

Source: RFC 7914; parameters after OWASP's Password Storage Cheat Sheet (N = 2^14, r = 8, p = 5:
16 MiB and about a fifth of a second a try).
"""

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from whet.core.errors import InputError

SHORTEST, LONGEST = 10, 500
"""Characters of a password."""
_N, _R, _P = 2**14, 8, 5
_SALT_BYTES = 16


def hash_password(plain: str) -> str:
    """Return what is kept of a password: ``scrypt$N$r$p$salt$hash``.

    Raises:
        InputError: it is too short, or longer than anybody types.
    """
    if not SHORTEST <= len(plain) <= LONGEST:
        raise InputError(
            f"A password must have {SHORTEST} to {LONGEST} characters; found {len(plain)}."
        )
    salt = secrets.token_bytes(_SALT_BYTES)
    parts = (base64.b64encode(part).decode() for part in (salt, _scrypt(plain, salt, _N, _R, _P)))
    return "$".join(("scrypt", str(_N), str(_R), str(_P), *parts))


def is_password(plain: str, kept: str | None) -> bool:
    """Return whether `kept` is of this password; for None it takes as long, and is False."""
    _, n, r, p, salt, digest = (kept or _nobodys()).split("$")
    found = _scrypt(plain[:LONGEST], base64.b64decode(salt), int(n), int(r), int(p))
    return hmac.compare_digest(found, base64.b64decode(digest)) and kept is not None


def _scrypt(plain: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    """Return the hash of a password."""
    data = plain.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(data, salt=salt, n=n, r=r, p=p, maxmem=256 * n * r, dklen=32)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """Return the hash of a password that nobody knows."""
    return hash_password(secrets.token_urlsafe())
