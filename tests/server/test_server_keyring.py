"""Tests for whet.server.keyring: how long an answer of the store is believed, and by whom."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from whet.server.keyring import CACHED_S, Keyring, is_loopback
from whet.server.problems import ApiError
from whet.store.store import Store

LOCAL, REMOTE = "127.0.0.1", "10.1.2.3"


class CountedKeys:
    """The keys of a real store; counts the questions."""

    def __init__(self, store: Store) -> None:
        self._keys = store.keys
        self.asked = 0

    def all(self) -> Any:
        self.asked += 1
        return self._keys.all()

    def verify(self, plain: str) -> Any:
        self.asked += 1
        return self._keys.verify(plain)


class Setup:
    """A keyring, its clock and its store."""

    def __init__(self, store: Store) -> None:
        self.now = 0.0
        self.keys = CountedKeys(store)
        self.ring = Keyring(self.keys, monotonic=lambda: self.now)  # type: ignore[arg-type]

    def admit(self, header: str | None = None, host: str = LOCAL) -> Coroutine[Any, Any, Any]:
        return self.ring.admit(header, host=host)


@pytest.fixture
def setup(store: Store) -> Setup:
    return Setup(store)


def test_without_keys_only_this_machine_is_admitted(setup: Setup) -> None:
    assert asyncio.run(setup.admit()) is None
    assert asyncio.run(setup.admit(host="::1")) is None
    for host in (REMOTE, "", "::ffff:10.1.2.3"):
        with pytest.raises(ApiError) as error:
            asyncio.run(setup.admit(host=host))
        assert error.value.status == 401


def test_with_a_key_this_machine_needs_it_too(setup: Setup, store: Store) -> None:
    new = store.keys.create("bot", ["predict"])
    with pytest.raises(ApiError):
        asyncio.run(setup.admit())
    for host in (LOCAL, REMOTE):
        assert asyncio.run(setup.admit(f"Bearer {new.plain}", host)) == new.key
    assert asyncio.run(setup.admit(f"bearer  {new.plain} ", REMOTE)) == new.key


def test_the_store_is_asked_once_in_a_while(setup: Setup, store: Store) -> None:
    new = store.keys.create("bot", ["predict"])

    async def crowd() -> None:
        await asyncio.gather(*(setup.admit(f"Bearer {new.plain}", REMOTE) for _ in range(100)))

    async def main() -> None:
        await crowd()
        assert setup.keys.asked == 1
        setup.now = CACHED_S / 2
        await crowd()
        assert setup.keys.asked == 1
        store.keys.revoke("bot")
        setup.now = CACHED_S
        with pytest.raises(ApiError, match="was revoked"):
            await setup.admit(f"Bearer {new.plain}", REMOTE)

    asyncio.run(main())


def test_the_open_door_is_looked_at_once_in_a_while(setup: Setup, store: Store) -> None:
    async def main() -> None:
        await asyncio.gather(*(setup.admit() for _ in range(100)))
        assert setup.keys.asked == 1
        store.keys.create("bot", ["predict"])
        setup.now = CACHED_S
        with pytest.raises(ApiError, match="An API key is required"):
            await setup.admit()

    asyncio.run(main())


def test_revoking_the_last_key_does_not_open_the_door(setup: Setup, store: Store) -> None:
    store.keys.create("bot", ["predict"])
    store.keys.revoke("bot")
    with pytest.raises(ApiError, match="An API key is required"):
        asyncio.run(setup.admit())


def test_wrong_keys_are_not_remembered(setup: Setup, store: Store) -> None:
    store.keys.create("bot", ["predict"])
    for _ in range(3):
        with pytest.raises(ApiError, match="is not right"):
            asyncio.run(setup.admit("Bearer whet_wrong", REMOTE))
    assert setup.keys.asked == 3


def test_addresses_of_this_machine() -> None:
    here = ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "localhost"]
    elsewhere = ["0.0.0.0", "::", "192.168.0.1", "example.org", "localhost.example.org", ""]
    assert all(is_loopback(host) for host in here)
    assert not any(is_loopback(host) for host in elsewhere)
