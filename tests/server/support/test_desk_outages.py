"""A database that is gone or busy for a while as customers write: nothing is lost or doubled."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from tests.conftest import PostgresServer
from tests.server.support.conftest import Serve, Served
from tests.server.support.processes import send

from whet.store.conversation_lists import Wanted

CUSTOMERS, MESSAGES, GONE_S = 3, 12, 3.0


def _customer(url: str, number: int) -> None:
    """Write all messages of one customer, one after the other, as the widget does."""
    token = send(url, "/widget/conversations", {}, {})["token"]
    for i in range(MESSAGES):
        body = {"client_id": f"{number}-{i}", "text": "When are refunds paid?"}
        send(url, "/widget/messages", body, {"authorization": f"Bearer {token}"})
        time.sleep(0.1)


@contextmanager
def _customers(url: str) -> Iterator[None]:
    """Let customers write while the block runs, and wait for them."""
    threads = [threading.Thread(target=_customer, args=(url, n)) for n in range(CUSTOMERS)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    try:
        yield
    finally:
        for thread in threads:
            thread.join()


def _check(one: Served) -> None:
    """Assert that every message is there once, and answered once."""
    talks, found = one.desk.conversations, []
    for _ in range(300):
        rows = [line.conversation for line in talks.lists.page(Wanted()).lines]
        if not any(row.pending for row in rows):
            break
        time.sleep(0.1)
    for row in rows:
        log = [e for e in talks.events(row.id, limit=10_000) if e.kind == "message"]
        asked = [e for e in log if e.who == "customer"]
        answers = [e.in_reply_to for e in log if e.who == "bot"]
        assert sorted(answers) == [e.seq for e in asked]  # type: ignore[type-var]
        found += [str(e.client_id) for e in asked]
    wanted = [f"{n}-{i}" for n in range(CUSTOMERS) for i in range(MESSAGES)]
    assert sorted(found) == sorted(wanted)


@pytest.mark.postgres
@pytest.mark.slow
def test_postgresql_stops_and_comes_back(
    serve: Serve, postgres_server: PostgresServer, postgres_url: str
) -> None:
    with serve(store_url=postgres_url, lease_s=1.0) as one:
        with _customers(one.url):
            postgres_server.stop()
            try:
                response = one.post("/widget/conversations", {})
                assert response.status_code == 503
                assert response.json()["error"]["code"] == "store_unavailable"
                assert int(response.headers["retry-after"]) > 0
                assert "postgres" not in response.text.lower()
                time.sleep(GONE_S)
            finally:
                postgres_server.start()
        _check(one)


@pytest.mark.slow
@pytest.mark.parametrize("patience_s", [30, 1])
def test_a_locked_sqlite_file_is_waited_for(
    serve: Serve, patience_s: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whet.store.database.BUSY_TIMEOUT_S", patience_s)
    # An answer that could not be said in time is owed until its lease runs out.
    with serve(lease_s=float(patience_s)) as one:
        with _customers(one.url), closing(_locked(one)):
            time.sleep(GONE_S)
        _check(one)


def _locked(one: Served) -> sqlite3.Connection:
    """Return another program's connection that holds the file of a store for itself."""
    connection = sqlite3.connect(one.store.database.place, isolation_level=None, timeout=30)
    connection.execute("BEGIN EXCLUSIVE")
    return connection
