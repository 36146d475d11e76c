"""Tests for whet.store.keys: shown once, kept as a hash, revoked for good."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from whet.core.clock import Clock
from whet.core.errors import InputError
from whet.store.schema import KEYS
from whet.store.store import Store


def test_a_new_key_is_random_and_only_its_hash_is_kept(store: Store) -> None:
    new = store.keys.create("web shop", ["predict"])
    assert re.fullmatch(r"whet_[A-Za-z0-9_-]{43}", new.plain)
    assert store.keys.create("other", ["predict"]).plain != new.plain
    with store.database.read() as connection:
        row = connection.execute(select(KEYS).where(KEYS.c.name == "web shop")).one()
    assert row.digest == hashlib.sha256(new.plain.encode()).hexdigest()
    assert new.plain not in str(row) and new.plain not in repr(new)
    assert new.key.hint == new.plain[:9]


def test_a_key_is_verified_by_its_text(store: Store, clock: Clock) -> None:
    new = store.keys.create(" web shop ", ["predict", "feedback", "predict"])
    key = store.keys.verify(new.plain)
    assert key == new.key
    assert (key.name, key.scopes, key.created) == ("web shop", ("feedback", "predict"), clock())


@pytest.mark.parametrize("change", [str.lower, lambda k: k[:-1], lambda k: k + "x", lambda k: ""])
def test_any_other_text_is_no_key(store: Store, change: Callable[[str], str]) -> None:
    assert store.keys.verify(change(store.keys.create("shop", ["predict"]).plain)) is None
    assert store.keys.verify("密钥\x00\ud800") is None


def test_a_revoked_key_is_refused_but_stays_in_the_list(store: Store, clock: Clock) -> None:
    first, second = (store.keys.create(name, ["predict"]) for name in ("one", "two"))
    assert store.keys.revoke("one").revoked == clock()
    assert store.keys.revoke(second.key.id).id == second.key.id
    assert store.keys.verify(first.plain) is None
    assert store.keys.verify(second.plain) is None
    assert [(key.name, key.revoked) for key in store.keys.all()] == [
        ("one", clock()),
        ("two", clock()),
    ]
    with pytest.raises(InputError) as again:
        store.keys.revoke("one")
    assert str(again.value) == "No key in use has the id or name 'one'. No key is in use."


def test_a_name_is_free_again_when_its_key_was_revoked(store: Store) -> None:
    store.keys.create("shop", ["predict"])
    with pytest.raises(InputError) as taken:
        store.keys.create("shop", ["predict"])
    assert str(taken.value) == (
        "A key in use already has the name 'shop'. Choose another name, or revoke that key first."
    )
    store.keys.revoke("shop")
    again = store.keys.create("shop", ["predict"])
    assert store.keys.verify(again.plain) == again.key
    with pytest.raises(InputError) as near:
        store.keys.revoke("shpo")
    assert str(near.value) == ("No key in use has the id or name 'shpo'. Did you mean 'shop'?")


@pytest.mark.parametrize(("name", "scopes"), [("  ", ["predict"]), ("shop", [])])
def test_a_key_needs_a_name_and_a_scope(store: Store, name: str, scopes: list[str]) -> None:
    with pytest.raises(InputError) as error:
        store.keys.create(name, scopes)
    assert str(error.value) == "A key needs a name and at least one scope."
    assert store.keys.all() == []


def test_a_key_may_only_do_what_there_is_to_do(store: Store) -> None:
    with pytest.raises(InputError) as error:
        store.keys.create("shop", ["predict", "embedding"])
    assert str(error.value) == "There is no scope 'embedding'. Did you mean 'embeddings'?"
    assert store.keys.all() == []


def test_the_last_use_is_kept_to_the_minute(
    store: Store, clock: Clock, advance: Callable[[float], None]
) -> None:
    new = store.keys.create("shop", ["predict"])
    start = clock()

    def used_after(seconds: float) -> timedelta | None:
        advance(seconds)
        store.keys.verify(new.plain)
        last = store.keys.all()[0].last_used
        return None if last is None else last - start

    assert store.keys.all()[0].last_used is None
    assert used_after(0) == timedelta(0)
    assert used_after(59) == timedelta(0)
    assert used_after(1) == timedelta(seconds=60)
