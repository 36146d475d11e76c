"""Does this caller have a right key? The store's keys, asked at most once a second each."""

import asyncio
import time
from collections.abc import Callable
from ipaddress import ip_address

from whet.server.problems import ApiError
from whet.store.keys import Key, Keys

CACHED_S = 1.0
"""How long an answer of the store is believed: a revoked key is refused after at most this time."""


class Keyring:
    """Admits callers. Without any key in the store, those on this machine need none."""

    def __init__(self, keys: Keys, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._keys = keys
        self._monotonic = monotonic
        self._lock = asyncio.Lock()  # a thousand requests at once ask the store once
        self._known: dict[str, tuple[float, Key]] = {}
        self._is_open: tuple[float, bool] = (float("-inf"), False)

    async def admit(self, authorization: str | None, *, host: str) -> Key | None:
        """Return the caller's key; None for a caller who needs none.

        Args:
            authorization: the header of that name.
            host: address of the caller.

        Raises:
            ApiError: the caller has no right key (401).
        """
        if is_loopback(host) and await self._has_no_keys():
            return None
        kind, _, plain = (authorization or "").partition(" ")
        if kind.lower() != "bearer" or not plain.strip():
            raise _refusal(
                "An API key is required. Send the header 'Authorization: Bearer whet_…'; "
                "`whet key new` makes a key."
            )
        return await self._verified(plain.strip())

    async def _has_no_keys(self) -> bool:
        """Return whether no key was ever made: revoking the last one does not open the door."""
        async with self._lock:
            until, is_open = self._is_open
            if self._monotonic() >= until:
                is_open = not await asyncio.to_thread(self._keys.all)
                self._is_open = (self._monotonic() + CACHED_S, is_open)
            return is_open

    async def _verified(self, plain: str) -> Key:
        """Return the key whose text is `plain`."""
        if (known := self._remembered(plain)) is not None:
            return known  # without the lock: wrong keys in great number must not delay right ones
        async with self._lock:
            if (known := self._remembered(plain)) is not None:
                return known
            key = await asyncio.to_thread(self._keys.verify, plain)
            if key is None:
                raise _refusal("This API key is not right, or was revoked.")
            self._known[plain] = (self._monotonic() + CACHED_S, key)
            return key

    def _remembered(self, plain: str) -> Key | None:
        """Return a key that the store has confirmed a moment ago."""
        until, key = self._known.get(plain, (float("-inf"), None))
        return key if self._monotonic() < until else None


def is_loopback(host: str) -> bool:
    """Return whether an address or name means this machine.

    >>> [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "10.1.2.3")]
    [True, True, True, False, False]
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _refusal(text: str) -> ApiError:
    headers = {"www-authenticate": "Bearer"}
    return ApiError(text, status=401, code="invalid_api_key", headers=headers)
