"""A server that is killed in the middle of conversations: nothing is lost and nothing doubled."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from tests.server.support.conftest import make_workspace
from tests.server.support.processes import free_port, send, start
from tests.support_desk import replay

from whet.products.support.conversation.service import Conversations
from whet.store.conversation_lists import Wanted
from whet.store.store import open_store

CUSTOMERS, MESSAGES, KILLS = 4, 12, 2


def _customer(url: str, number: int) -> None:
    """Write all messages of one customer, one after the other."""
    token = send(url, "/widget/conversations", {}, {})["token"]
    for i in range(MESSAGES):
        body = {"client_id": f"{number}-{i}", "text": "When are refunds paid?"}
        send(url, "/widget/messages", body, {"authorization": f"Bearer {token}"})
        time.sleep(0.15)


@pytest.mark.slow
def test_a_killed_server_loses_and_doubles_nothing(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "desk")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = start(folder, port)
    threads = [threading.Thread(target=_customer, args=(url, n)) for n in range(CUSTOMERS)]
    for thread in threads:
        thread.start()
    for _ in range(KILLS):
        time.sleep(0.8)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process = start(folder, port)
    for thread in threads:
        thread.join()
    try:
        _check(folder)
    finally:
        process.terminate()
        process.wait()


def _check(folder: Path) -> None:
    """Assert that every message is there once, and answered once, when the leases have run out."""
    with open_store(f"sqlite:///{folder}/.whet/whet.db") as store:
        talks = Conversations(store)
        for _ in range(300):
            rows = [line.conversation for line in talks.lists.page(Wanted()).lines]
            if not any(row.pending for row in rows):
                break
            time.sleep(0.1)
        found = []
        for row in rows:
            log = talks.events(row.id, limit=10_000, private=True)
            replay(log)
            asked = [e for e in log if e.kind == "message" and e.who == "customer"]
            answers = [e for e in log if e.who == "bot"]
            assert sorted(e.in_reply_to or 0 for e in answers) == [e.seq for e in asked]
            found += [e.client_id for e in asked]
    wanted = [f"{n}-{i}" for n in range(CUSTOMERS) for i in range(MESSAGES)]
    assert sorted(map(str, found)) == sorted(wanted)
