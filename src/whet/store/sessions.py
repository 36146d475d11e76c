"""Who is in the console now, and who tries to get in? Sessions, and failed attempts.

A session is a random token that only its browser has; the table holds its hash. It ends when it was
not used for a while, after a working day in any case, by signing out, and when the user changes.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, or_, select, update

from whet.store.columns import insert_into
from whet.store.console_tables import SESSIONS, SIGN_IN_ATTEMPTS, USERS
from whet.store.database import Database
from whet.store.users import User, as_user

IDLE = timedelta(hours=2)
"""Without a request for so long, a session ends."""
LONGEST = timedelta(hours=12)
"""A session ends after so long, however busy it is."""
_SEEN_STEP = timedelta(minutes=1)
WINDOW = timedelta(minutes=15)
"""Failed attempts are counted for so long."""


@dataclass(frozen=True)
class Attempted:
    """Whom failed attempts are counted for, and how many there may be in a window."""

    subject: str
    most: int


class Sessions:
    """The sessions of a store, and the failed attempts to begin one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, user: str) -> str:
        """Return the token of a new session; only its hash is kept."""
        token, now = secrets.token_urlsafe(32), self._database.clock()
        row = {"digest": _digest(token), "user": user, "created": now, "seen": now}
        ended = or_(SESSIONS.c.seen <= now - IDLE, SESSIONS.c.created <= now - LONGEST)
        with self._database.write() as connection:
            connection.execute(delete(SESSIONS).where(ended))
            connection.execute(SESSIONS.insert().values(**row))
            connection.execute(update(USERS).where(USERS.c.name == user).values(last_seen=now))
        return token

    def user_of(self, token: str) -> User | None:
        """Return whose session a token is; None when it ended, or is none."""
        if not token:
            return None
        now, digest = self._database.clock(), _digest(token)
        own = SESSIONS.c.digest == digest
        asked = select(USERS, SESSIONS.c.seen).join_from(SESSIONS, USERS)
        lives = (SESSIONS.c.seen > now - IDLE) & (SESSIONS.c.created > now - LONGEST)
        with self._database.read() as connection:
            row = connection.execute(asked.where(own, lives)).one_or_none()
        if row is None or row.disabled:
            return None
        if now - row.seen >= _SEEN_STEP:
            with self._database.write() as connection:
                connection.execute(update(SESSIONS).where(own).values(seen=now))
        return as_user(row)

    def end(self, token: str) -> None:
        """End a session."""
        with self._database.write() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.digest == _digest(token)))

    def try_in(self, attempted: Iterable[Attempted]) -> bool:
        """Count one attempt for each; False when one of them has had as many as there may be.

        It is counted before the password is looked at: a hundred tries at once are a hundred.
        """
        now, allowed = self._database.clock(), True
        with self._database.write() as connection:
            old = SIGN_IN_ATTEMPTS.c.since <= now - WINDOW
            connection.execute(delete(SIGN_IN_ATTEMPTS).where(old))
            for one in attempted:
                row = {"subject": _digest(one.subject), "since": now, "failures": 1}
                once_more = insert_into(connection, SIGN_IN_ATTEMPTS).values(**row)
                failures = SIGN_IN_ATTEMPTS.c.failures
                connection.execute(
                    once_more.on_conflict_do_update(
                        index_elements=["subject"], set_={"failures": failures + 1}
                    )
                )
                own = SIGN_IN_ATTEMPTS.c.subject == row["subject"]
                allowed &= connection.execute(select(failures).where(own)).scalar_one() <= one.most
        return allowed

    def forget_attempts(self, attempted: Iterable[Attempted]) -> None:
        """Forget failed attempts: the password was right."""
        subjects = [_digest(one.subject) for one in attempted]
        with self._database.write() as connection:
            own = SIGN_IN_ATTEMPTS.c.subject.in_(subjects)
            connection.execute(delete(SIGN_IN_ATTEMPTS).where(own))


def _digest(text: str) -> str:
    """Return the SHA-256 of a token of 256 random bits, which nobody can try out; or of a name."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
