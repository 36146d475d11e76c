"""Who may enter the console, and what may each do? Users with a role and a password."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from whet.core.errors import InputError, did_you_mean
from whet.store.columns import insert_if_new
from whet.store.console_tables import SESSIONS, USERS
from whet.store.conversation_rows import check_id
from whet.store.database import Database
from whet.store.passwords import hash_password, is_password

ROLES: tuple[str, ...] = ("agent", "editor", "admin")
"""Each may do what those before it may, and more."""
_RESERVED = ("bot", "customer", "person", "system", "command line")
_FORBIDDEN = frozenset("/\\<>\"'&?#%")


@dataclass(frozen=True)
class User:
    """A person of the desk; the password is not in it."""

    name: str
    role: str
    """`agent`, `editor` or `admin`."""
    disabled: bool
    created: datetime
    last_seen: datetime | None
    """When a session was last begun; None for never."""

    def may(self, role: str) -> bool:
        """Return whether this user may do what `role` may."""
        return not self.disabled and ROLES.index(self.role) >= ROLES.index(role)


class Users:
    """The users of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, role: str, password: str) -> User:
        """Make a user.

        Raises:
            InputError: the name is taken or cannot be one, there is no such role, or the password
                is too short.
        """
        name = _checked_name(name)
        row: dict[str, Any] = {"name": name, "role": _checked_role(role), "disabled": False}
        row |= {"password": hash_password(password), "created": self._database.clock()}
        with self._database.write() as connection:
            if not insert_if_new(connection, USERS, row | {"last_seen": None}):
                raise InputError(
                    f"Every user must have a name of their own; there is a user {name!r}. "
                    f"Change the password with: whet support user password {name}"
                )
        return self.get(name)

    def get(self, name: str) -> User:
        """Return a user.

        Raises:
            InputError: there is none of this name.
        """
        found = {user.name: user for user in self.all()}
        if name not in found:
            hint = did_you_mean(name, found) if found else "Nobody is one yet."
            raise InputError(f"There is no user {name!r}. {hint}")
        return found[name]

    def all(self) -> list[User]:
        """Return every user, also disabled ones, by name."""
        with self._database.read() as connection:
            return [
                as_user(row) for row in connection.execute(select(USERS).order_by(USERS.c.name))
            ]

    def verify(self, name: str, password: str) -> User | None:
        """Return the user whose name and password these are; None for all others, as slowly."""
        with self._database.read() as connection:
            row = connection.execute(select(USERS).where(USERS.c.name == name)).one_or_none()
        # The password is tried whatever was found: the time must not say which names there are.
        is_right = is_password(password, row.password if row is not None else None)
        return as_user(row) if row is not None and is_right and not row.disabled else None

    def set_role(self, name: str, role: str) -> User:
        """Give a user another role, and end the sessions.

        Raises:
            InputError: there is no such user or role, or nobody would be admin any more.
        """
        return self._change(name, role=_checked_role(role))

    def set_disabled(self, name: str, *, disabled: bool = True) -> User:
        """Let a user no longer in, or in again; sessions end.

        Raises:
            InputError: there is no such user, or nobody would be admin any more.
        """
        return self._change(name, disabled=disabled)

    def set_password(self, name: str, password: str) -> User:
        """Give a user another password, and end the sessions.

        Raises:
            InputError: there is no such user, or the password is too short.
        """
        return self._change(name, password=hash_password(password))

    def _change(self, name: str, **values: Any) -> User:
        """Change a user and end the sessions, in one transaction."""
        before = self.get(name)
        admin = (USERS.c.role == "admin") & USERS.c.disabled.is_(False)
        with self._database.write() as connection:
            connection.execute(update(USERS).where(USERS.c.name == name).values(**values))
            connection.execute(delete(SESSIONS).where(SESSIONS.c.user == name))
            if (
                before.may("admin")
                and connection.execute(select(USERS).where(admin)).first() is None
            ):
                raise InputError(
                    f"One user must stay admin; {name!r} is the last one. "
                    "Make another user admin first."
                )
        return self.get(name)


def as_user(row: Row[Any]) -> User:
    """Return the user of a row."""
    return User(**{field: getattr(row, field) for field in User.__dataclass_fields__})


def _checked_role(role: str) -> str:
    """Return a role."""
    if role not in ROLES:
        raise InputError(f"There is no role {role!r}. {did_you_mean(role, ROLES)}")
    return role


def _checked_name(name: str) -> str:
    """Return a name that a user may have."""
    name = check_id("name of a user", name.strip())
    if name.lower() in _RESERVED:
        raise InputError(f"A user cannot be called {name!r}: that is an author of its own.")
    if wrong := sorted(_FORBIDDEN & set(name)):
        raise InputError(f"The name of a user must do without {' '.join(wrong)}; found {name!r}.")
    return name
