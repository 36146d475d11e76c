"""Tests for users, passwords, sessions and the audit log of a store."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from whet.core.clock import Clock
from whet.core.errors import InputError
from whet.store.console_tables import SESSIONS, USERS
from whet.store.passwords import hash_password, is_password
from whet.store.sessions import Attempted
from whet.store.store import Store

PASSWORD = "correct horse battery"


def test_a_password_is_kept_as_scrypt_with_its_parameters() -> None:
    kept = hash_password(PASSWORD)
    assert re.fullmatch(r"scrypt\$16384\$8\$5\$[\w+/=]+\$[\w+/=]+", kept)
    assert kept != hash_password(PASSWORD)  # its own salt
    assert is_password(PASSWORD, kept)
    assert not is_password(PASSWORD + "x", kept)
    assert not is_password(PASSWORD, None)


def test_a_hash_of_weaker_parameters_is_still_read() -> None:
    # scrypt of RFC 7914, section 12: P="pleaseletmein", S="SodiumChloride", N=16384, r=8, p=1.
    digest = "cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI="
    assert is_password("pleaseletmein", f"scrypt$16384$8$1$U29kaXVtQ2hsb3JpZGU=${digest}")


@pytest.mark.parametrize("plain", ["short", "", "x" * 501])
def test_passwords_too_short_or_too_long_are_refused(plain: str) -> None:
    told = f"A password must have 10 to 500 characters; found {len(plain)}."
    with pytest.raises(InputError, match=f"^{re.escape(told)}$"):
        hash_password(plain)


def test_a_user_is_found_by_name_and_password(store: Store, clock: Clock) -> None:
    user = store.users.add(" ana ", "editor", PASSWORD)
    assert (user.name, user.role, user.created) == ("ana", "editor", clock())
    assert store.users.verify("ana", PASSWORD) == user
    assert store.users.verify("ana", "another password") is None
    assert store.users.verify("anna", PASSWORD) is None
    with store.database.read() as connection:
        assert PASSWORD not in str(connection.execute(select(USERS)).all())
    assert user.may("agent") and user.may("editor") and not user.may("admin")


@pytest.mark.parametrize("name", ["", "bot", "System", "a/b", "<b>", "x" * 201])
def test_names_that_cannot_be_one(store: Store, name: str) -> None:
    with pytest.raises(InputError):
        store.users.add(name, "agent", PASSWORD)


def test_a_name_is_taken_once_and_roles_are_three(store: Store) -> None:
    store.users.add("ana", "agent", PASSWORD)
    with pytest.raises(InputError, match="there is a user 'ana'"):
        store.users.add("ana", "admin", PASSWORD)
    with pytest.raises(InputError, match="Did you mean 'agent'"):
        store.users.set_role("ana", "agnt")
    with pytest.raises(InputError, match="Did you mean 'ana'"):
        store.users.get("anna")


def test_the_last_admin_stays(store: Store) -> None:
    store.users.add("ada", "admin", PASSWORD)
    changes: list[Callable[[], object]] = [
        lambda: store.users.set_role("ada", "agent"),
        lambda: store.users.set_disabled("ada"),
    ]
    for change in changes:
        with pytest.raises(InputError, match="One user must stay admin"):
            change()
    assert store.users.get("ada").may("admin")
    store.users.add("bo", "admin", PASSWORD)
    assert store.users.set_role("ada", "agent").role == "agent"


def test_a_session_is_a_hash_and_ends_by_time(
    store: Store, advance: Callable[[float], None]
) -> None:
    store.users.add("ana", "agent", PASSWORD)
    token = store.sessions.begin("ana")
    with store.database.read() as connection:
        assert token not in str(connection.execute(select(SESSIONS)).all())
    assert store.sessions.user_of("") is None
    for _ in range(7):  # busy: 11 hours and 40 minutes
        advance(100 * 60)
        user = store.sessions.user_of(token)
        assert user is not None and user.name == "ana"
    advance(21 * 60)
    assert store.sessions.user_of(token) is None
    idle = store.sessions.begin("ana")
    advance(2 * 3600)
    assert store.sessions.user_of(idle) is None


@pytest.mark.parametrize("change", ["role", "password", "disable", "end"])
def test_a_session_ends_when_the_user_changes(store: Store, change: str) -> None:
    store.users.add("ana", "agent", PASSWORD)
    token = store.sessions.begin("ana")
    assert store.sessions.user_of(token) is not None
    if change == "role":
        store.users.set_role("ana", "editor")
    elif change == "password":
        store.users.set_password("ana", PASSWORD + "!")
    elif change == "disable":
        store.users.set_disabled("ana")
        assert store.users.verify("ana", PASSWORD) is None
    else:
        store.sessions.end(token)
    assert store.sessions.user_of(token) is None


def test_attempts_are_counted_in_a_window(store: Store, advance: Callable[[float], None]) -> None:
    both, address = Attempted("both", 2), Attempted("address", 3)
    assert [store.sessions.try_in([both, address]) for _ in range(3)] == [True, True, False]
    assert not store.sessions.try_in([Attempted("other", 2), address])
    store.sessions.forget_attempts([both])
    assert store.sessions.try_in([both])
    advance(15 * 60)
    assert store.sessions.try_in([address])


def test_the_audit_log_is_read_backwards_in_pages(store: Store, clock: Clock) -> None:
    for number in range(5):
        who = "ana" if number % 2 else "bo"
        store.audit.add(who, f"article.{number}", "refund", address="::1", facts={"n": number})
    first = store.audit.page(limit=2)
    assert [deed.facts["n"] for deed in first] == [4, 3]
    assert [d.facts["n"] for d in store.audit.page(before=first[-1].id, limit=9)] == [2, 1, 0]
    assert {d.who for d in store.audit.page(who="ana")} == {"ana"}
    assert store.audit.page(what="article%") == []
    assert store.audit.page()[0].at == clock()
