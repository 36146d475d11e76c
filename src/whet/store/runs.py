"""What did a build do, and how did it end? Runs: started, alive, finished or interrupted."""

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, select, update

from whet.core.errors import BusyError, InputError, did_you_mean
from whet.core.ids import new_id
from whet.store.columns import Json
from whet.store.database import Database
from whet.store.heartbeat import every
from whet.store.process import Process, is_alive, this_process
from whet.store.schema import RUNS

ENDS: tuple[str, ...] = ("built", "gate_failed", "failed", "interrupted")
"""How a run can end; until then its status is `running`."""
SILENT_S = 60
"""A run on another machine whose heartbeat is older counts as interrupted."""
_HEARTBEAT_S = 15
_KILLED = "its process ended without a word: it was killed, or its machine went down"
STOP_POLL_S = 2.0
"""How often a run looks whether somebody asked it to stop."""


@dataclass(frozen=True)
class NewRun:
    """What is known when a run starts."""

    name: str
    """Name of the card."""
    card: Json
    """The whole card."""
    card_path: str
    """File of the card, as the user knows it."""
    data_version: str
    """Content address of the data."""
    seed: int
    """Seed of the card."""
    environment: Json
    """Python, platform, packages."""
    git: Json | None = None
    """Commit and whether the tree was clean; None outside a repository."""


@dataclass(frozen=True)
class Run:
    """One run, without the large JSON parts."""

    id: str
    name: str
    status: str
    """`running`, or one of `ENDS`."""
    card_hash: str
    card_path: str
    data_version: str
    seed: int
    started: datetime
    heartbeat: datetime
    finished: datetime | None
    seconds: float | None
    host: str
    pid: int
    exit_reason: str | None
    """Why it ended; None while it is running."""


@dataclass(frozen=True)
class RunDetails:
    """One run with its card, its environment and, when it has finished, its facts."""

    run: Run
    card: Json
    environment: Json
    git: Json | None
    facts: Json | None


def hash_card(card: Json) -> str:
    """Return the SHA-256 of a card, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()


class Runs:
    """The runs of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, new: NewRun) -> str:
        """Record that this process starts a run, and return the run's id."""
        run, now = new_id("run"), self._database.clock()
        row = asdict(new) | _mine() | {"id": run, "status": "running", "started": now}
        row |= {"heartbeat": now, "card_hash": hash_card(new.card)}
        with self._database.write() as connection:
            connection.execute(RUNS.insert().values(**row))
        return run

    def heartbeat(self, run: str) -> None:
        """Say that the run still works."""
        with self._database.write() as connection:
            check_run(connection, run)
            alive = update(RUNS).where(RUNS.c.id == run).values(heartbeat=self._database.clock())
            connection.execute(alive)

    def keep_alive(self, run: str) -> AbstractContextManager[None]:
        """Return a context that gives the run's heartbeat while its block works."""
        return every(_HEARTBEAT_S, partial(self.heartbeat, run))

    def request_stop(self, run: str) -> None:
        """Ask a run to stop, on whatever machine it works; asking twice changes nothing.

        Raises:
            InputError: there is no such run, or it is not running.
        """
        now = self._database.clock()
        with self._database.write() as connection:
            row = _row(connection, run)
            status = _status(row, now)
            if status != "running":
                raise InputError(f"Run {run} must be running to be stopped; it is {status!r}.")
            asked = update(RUNS).where(RUNS.c.id == run, RUNS.c.stop_requested.is_(None))
            connection.execute(asked.values(stop_requested=now))

    def when_stop_is_requested(
        self, run: str, action: Callable[[], None]
    ) -> AbstractContextManager[None]:
        """Return a context that calls `action` on a thread once the run was asked to stop."""
        return every(STOP_POLL_S, partial(self._call_if_requested, run, action))

    def _call_if_requested(self, run: str, action: Callable[[], None]) -> None:
        """Call `action` where a request to stop the run is there."""
        asked = select(RUNS.c.stop_requested).where(RUNS.c.id == run)
        with self._database.read() as connection:
            is_requested = connection.execute(asked).scalar_one_or_none() is not None
        if is_requested:
            action()

    def finish(
        self, run: str, status: str, *, reason: str, seconds: float, facts: Json | None = None
    ) -> None:
        """Record how a run ended: one of `ENDS`, why, its wall-clock seconds and its facts.

        Raises:
            InputError: the status is not an end, or the run is unknown or has already ended.
        """
        if status not in ENDS:
            raise InputError(f"A run cannot end as {status!r}. {did_you_mean(status, ENDS)}")
        now = self._database.clock()
        values = {"status": status, "exit_reason": reason, "seconds": seconds, "facts": facts}
        values |= {"finished": now, "heartbeat": now}
        changed = update(RUNS).where(RUNS.c.id == run, RUNS.c.status == "running")
        with self._database.write() as connection:
            if connection.execute(changed.values(**values)).rowcount == 1:
                return
            row = _row(connection, run)
        raise InputError(f"Run {run} has already ended as {row.status!r}. Start a new run.")

    def show(self, run: str) -> RunDetails:
        """Return everything about a run.

        Raises:
            InputError: there is no such run.
        """
        with self._database.read() as connection:
            row = _row(connection, run)
        summary = _run(row, self._database.clock())
        return RunDetails(summary, row.card, row.environment, row.git, row.facts)

    def recent(self, name: str | None = None, *, limit: int = 50) -> list[Run]:
        """Return the newest runs first, of one card or of all."""
        return self._newest(name, limit=limit)

    def find_resumable(self, name: str, *, data_version: str, card_hash: str) -> Run | None:
        """Return the newest interrupted run of the same card on the same data, if there is one.

        A run that came to its end later makes older interrupted ones pointless.
        """
        for run in self._newest(name, limit=None):
            if (run.data_version, run.card_hash) == (data_version, card_hash):
                if run.status == "interrupted":
                    return run
                if run.status in ("built", "gate_failed"):
                    return None
        return None

    def resume(self, run: str) -> None:
        """Make this process the owner of an interrupted run, which is then running again.

        Raises:
            InputError: there is no such run, or it has ended otherwise.
            BusyError: another process is running it.
        """
        now = self._database.clock()
        with self._database.write() as connection:
            # Held until the end: of two processes that resume at once, one must come second.
            connection.execute(select(RUNS.c.id).where(RUNS.c.id == run).with_for_update())
            row = _row(connection, run)
            status = _status(row, now)
            if status == "running":
                raise BusyError(
                    f"Run {run} is at work: process {row.pid} on {row.host}. "
                    "Wait until that process has finished, or stop it, then try again."
                )
            if status != "interrupted":
                raise InputError(f"Run {run} has ended as {status!r}. Start a new run.")
            again = _mine() | {"status": "running", "heartbeat": now}
            again |= {"finished": None, "stop_requested": None, "exit_reason": None}
            connection.execute(update(RUNS).where(RUNS.c.id == run).values(**again))

    def _newest(self, name: str | None, *, limit: int | None) -> list[Run]:
        """Return the runs of a card, or all, newest first."""
        names = [field.name for field in fields(Run)]
        asked = select(*(RUNS.c[column] for column in [*names, "machine", "process_started"]))
        if name is not None:
            asked = asked.where(RUNS.c.name == name)
        asked = asked.order_by(RUNS.c.started.desc(), RUNS.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            rows = connection.execute(asked).all()
        now = self._database.clock()
        return [_run(row, now) for row in rows]


def check_run(connection: Connection, run: str) -> None:
    """Refuse a run id that does not exist, with the nearest one.

    Raises:
        InputError: there is no such run.
    """
    if connection.execute(select(RUNS.c.id).where(RUNS.c.id == run)).one_or_none() is not None:
        return
    newest = select(RUNS.c.id).order_by(RUNS.c.started.desc()).limit(20)
    ids = list(connection.execute(newest).scalars())
    hint = did_you_mean(run, ids) if ids else "This store has no runs yet."
    raise InputError(f"There is no run {run!r}. {hint}")


def _mine() -> Json:
    """Return the columns that say which process owns a run."""
    me = this_process()
    return {
        "host": me.host,
        "machine": me.machine,
        "pid": me.pid,
        "process_started": me.started,
    }


def _row(connection: Connection, run: str) -> Row[Any]:
    """Return the row of a run.

    Raises:
        InputError: there is no such run.
    """
    check_run(connection, run)
    return connection.execute(select(RUNS).where(RUNS.c.id == run)).one()


def _run(row: Row[Any], now: datetime) -> Run:
    """Return the run of a row, with the status that it has now."""
    known = {field.name: getattr(row, field.name) for field in fields(Run)}
    status = _status(row, now)
    was_killed = status == "interrupted" and row.status == "running"
    return Run(**known | {"status": status} | ({"exit_reason": _KILLED} if was_killed else {}))


def _status(row: Row[Any], now: datetime) -> str:
    """Return the status that holds now: the row of a killed process still says `running`."""
    if row.status != "running":
        return str(row.status)
    alive = is_alive(Process(row.host, row.machine, row.pid, row.process_started))
    is_silent = now - row.heartbeat > timedelta(seconds=SILENT_S)
    is_dead = alive is False or (alive is None and is_silent)
    return "interrupted" if is_dead else "running"
