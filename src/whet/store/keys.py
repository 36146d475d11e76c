"""Who may ask? API keys: shown once, stored as a hash, found again by it."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.exc import IntegrityError

from whet.core.errors import InputError, WhetError, did_you_mean
from whet.core.ids import new_id
from whet.store.columns import Json
from whet.store.database import Database
from whet.store.schema import KEYS

SCOPES: dict[str, str] = {
    "predict": "ask for labels",
    "embeddings": "ask for embeddings",
    "feedback": "say what was right",
    "chat": "talk to the desk for a customer",
}
"""Scope -> what a key with it may do. Every key may list the models."""

_LAST_USED_STEP = timedelta(minutes=1)


@dataclass(frozen=True)
class Key:
    """An API key as the store knows it; the key itself is not kept."""

    id: str
    name: str
    """Name that a person gave it."""
    scopes: tuple[str, ...]
    """What it may do: names of `SCOPES`."""
    hint: str
    """How the key begins, to recognise it."""
    created: datetime
    last_used: datetime | None
    """To the minute; None when it was never used."""
    revoked: datetime | None


@dataclass(frozen=True)
class NewKey:
    """A key that was just made."""

    plain: str = field(repr=False)
    """The key itself. This is the only moment at which it can be seen."""
    key: Key


class Keys:
    """The API keys of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, name: str, scopes: Iterable[str]) -> NewKey:
        """Make a key, and return it with the only copy of its text.

        Raises:
            InputError: the name is empty or belongs to a key in use, or there is no scope, or
                one that is not in `SCOPES`.
        """
        _check(name, given := tuple(sorted(set(scopes))))
        plain = f"whet_{secrets.token_urlsafe(32)}"
        key = Key(
            id=new_id("key"),
            name=name.strip(),
            scopes=given,
            hint=plain[:9],
            created=self._database.clock(),
            last_used=None,
            revoked=None,
        )
        self._insert(key, _digest(plain))
        return NewKey(plain, key)

    def verify(self, plain: str) -> Key | None:
        """Return the key whose text is `plain`; None when there is none or it was revoked."""
        digest = _digest(plain)
        with self._database.read() as connection:
            row = connection.execute(select(KEYS).where(KEYS.c.digest == digest)).one_or_none()
        # The search compares hashes: its time tells nothing about a key, because nobody can
        # choose a hash. The comparison below is constant-time all the same.
        if row is None or row.revoked is not None or not hmac.compare_digest(row.digest, digest):
            return None
        self._touch(row)
        return _key(row)

    def revoke(self, key: str) -> Key:
        """Revoke a key by its id or its name; it is refused from now on.

        Raises:
            InputError: no key in use has this id or name.
        """
        in_use = KEYS.c.revoked.is_(None)
        with self._database.write() as connection:
            revoked = update(KEYS).where(in_use, (KEYS.c.id == key) | (KEYS.c.name == key))
            values = revoked.values(revoked=self._database.clock()).returning(KEYS)
            row = connection.execute(values).one_or_none()
            if row is not None:
                return _key(row)
            names = list(connection.execute(select(KEYS.c.name).where(in_use)).scalars())
        hint = did_you_mean(key, names) if names else "No key is in use."
        raise InputError(f"No key in use has the id or name {key!r}. {hint}")

    def all(self) -> list[Key]:
        """Return every key, also revoked ones, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(KEYS).order_by(KEYS.c.created, KEYS.c.id))
            return [_key(row) for row in rows]

    def _insert(self, key: Key, digest: str) -> None:
        """Store a key."""
        row: Json = {field: getattr(key, field) for field in Key.__dataclass_fields__}
        try:
            with self._database.write() as connection:
                connection.execute(
                    KEYS.insert().values(**row | {"scopes": list(key.scopes), "digest": digest})
                )
        except IntegrityError:
            raise InputError(
                f"A key in use already has the name {key.name!r}. "
                "Choose another name, or revoke that key first."
            ) from None

    def _touch(self, row: Row[Any]) -> None:
        """Remember the use, at most once a minute: a request should not wait for a write."""
        now = self._database.clock()
        if row.last_used is not None and now - row.last_used < _LAST_USED_STEP:
            return
        # A full disk must not lock out who has the right key.
        with suppress(WhetError), self._database.write() as connection:
            connection.execute(update(KEYS).where(KEYS.c.id == row.id).values(last_used=now))


def _check(name: str, scopes: tuple[str, ...]) -> None:
    """Refuse a key that nobody could name or use."""
    if not name.strip() or not scopes:
        raise InputError("A key needs a name and at least one scope.")
    for scope in scopes:
        if scope not in SCOPES:
            raise InputError(f"There is no scope {scope!r}. {did_you_mean(scope, SCOPES)}")


def _digest(plain: str) -> str:
    """Return the SHA-256 of a key.

    Slow hashes protect passwords that people choose. A key is 256 random bits: nobody can try
    them all, however fast the hash.
    """
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def _key(row: Row[Any]) -> Key:
    """Return the key of a row."""
    known = {field: getattr(row, field) for field in Key.__dataclass_fields__}
    return Key(**known | {"scopes": tuple(row.scopes)})
