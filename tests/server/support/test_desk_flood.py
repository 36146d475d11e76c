"""A customer who sends 10,000 messages: refused in good time, and nobody else is kept waiting."""

import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest
from tests.server.support.conftest import make_workspace
from tests.server.support.processes import send, serving

from whet.products.support.conversation.service import Conversations
from whet.store.conversation_lists import Wanted
from whet.store.store import open_store

MESSAGES, WARM, OTHERS = 10_000, 2000, 15
GROWTH_KB = 32_000
"""More than noise, less than a quarter of 8,000 requests at 20 kB each."""


def _memory_kb(process: subprocess.Popen[bytes]) -> int:
    """Return the memory that a process has in use."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        pytest.skip("needs /proc to read the memory of another process")
    line = next(one for one in status.read_text().splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1])


def _others(url: str, done: threading.Event, seconds: list[float]) -> None:
    """Write as another customer, now and then."""
    token = send(url, "/widget/conversations", {}, {})["token"]
    for n in range(OTHERS):
        started = time.monotonic()
        body = {"client_id": f"other-{n}", "text": "When are refunds paid?"}
        found = send(url, "/widget/messages", body, {"authorization": f"Bearer {token}"})
        assert any(entry.get("who") == "bot" for entry in found["entries"])
        seconds.append(time.monotonic() - started)
        if done.wait(0.5):
            return


@pytest.mark.slow
def test_ten_thousand_messages_of_one_customer(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "desk")
    accepted, refused, memory = [], 0, 0
    done, seconds = threading.Event(), list[float]()
    with serving(folder) as (url, process):
        token = send(url, "/widget/conversations", {}, {})["token"]
        other = threading.Thread(target=_others, args=(url, done, seconds))
        other.start()
        with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
            client.headers["authorization"] = f"Bearer {token}"
            for n in range(MESSAGES):
                body = {"client_id": f"m{n}", "text": "When are refunds paid?", "after": 10**9}
                response = client.post("/widget/messages", json=body)
                if response.status_code == 200:
                    accepted.append(f"m{n}")
                else:
                    assert response.status_code == 429
                    assert 1 <= int(response.headers["retry-after"]) <= 60
                    refused += 1
                if n == WARM:
                    memory = _memory_kb(process)
        growth = _memory_kb(process) - memory
        done.set()
        other.join()
    assert len(accepted) + refused == MESSAGES
    assert refused > MESSAGES // 2
    assert growth < GROWTH_KB
    assert seconds and max(seconds) < 20
    with open_store(f"sqlite:///{folder}/.whet/whet.db") as store:
        talks = Conversations(store)
        kept = {}
        for line in talks.lists.page(Wanted()).lines:
            row = line.conversation
            log = [e for e in talks.events(row.id, limit=100_000) if e.kind == "message"]
            ids = [str(e.client_id) for e in log if e.who == "customer"]
            kept[ids[0][0]] = ids
            assert row.pending == 0
    assert kept["m"] == accepted
    assert len(kept["o"]) == len(seconds)
