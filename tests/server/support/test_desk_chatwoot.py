"""A desk as Chatwoot's agent bot; a small Chatwoot on this machine hears what it says."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.server.support.conftest import Serve, Served

from whet.server.support.chatwoot import signature_of

ENVIRONMENT = {"BOT_TOKEN": "t0ken", "BOT_SECRET": "s3cret"}
API = "/api/v1/accounts/1/conversations/7"


@dataclass
class FakeChatwoot:
    """What a Chatwoot was told."""

    url: str = ""
    calls: list[tuple[str, Any]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    refuses: int = 0
    """How many calls it refuses from now on."""

    def texts(self) -> list[str]:
        """Return what the bot said."""
        return [body["content"] for path, body in self.calls if path.endswith("/messages")]

    def statuses(self) -> list[str]:
        """Return the states that the bot gave conversations."""
        return [body["status"] for path, body in self.calls if path.endswith("/toggle_status")]


@contextmanager
def chatwoot() -> Iterator[FakeChatwoot]:
    """Run a Chatwoot that keeps messages and says them again."""
    fake = FakeChatwoot()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self, status: int, body: Any) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            sent = [body for path, body in fake.calls if path == self.path]
            self._answer(200, {"meta": {}, "payload": sent})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            fake.tokens.add(self.headers["api_access_token"])
            if fake.refuses:
                fake.refuses -= 1
                self._answer(500, {})
                return
            fake.calls.append((self.path, body))
            self._answer(200, {"id": len(fake.calls)})

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def fake() -> Iterator[FakeChatwoot]:
    with chatwoot() as one:
        yield one


@pytest.fixture
def bot(serve: Serve, fake: FakeChatwoot) -> Iterator[Served]:
    more = (
        f"channels:\n  chatwoot: {{base_url: '{fake.url}', token: BOT_TOKEN, secret: BOT_SECRET}}\n"
    )
    with serve(more=more, environment=ENVIRONMENT) as one:
        yield one


def event(text: str, number: int, status: str = "pending", **more: Any) -> dict[str, Any]:
    """Return what Chatwoot tells of a message."""
    return {
        "event": "message_created",
        "id": number,
        "content": text,
        "message_type": "incoming",
        "content_type": "text",
        "private": False,
        "conversation": {"id": 7, "status": status, "channel": "Channel::WebWidget"},
        "account": {"id": 1, "name": "Larkspur"},
        "sender": {"id": 3, "name": "Ana"},
    } | more


def tell(bot: Served, body: Any, *, secret: str = "s3cret", age_s: float = 0) -> Any:
    """Send a signed event."""
    content = json.dumps(body).encode()
    stamp = str(int(time.time() - age_s))
    headers = {
        "content-type": "application/json",
        "x-chatwoot-timestamp": stamp,
        "x-chatwoot-signature": signature_of(secret, stamp, content),
    }
    return bot.client.post("/webhooks/chatwoot", content=content, headers=headers)


def test_a_pending_message_is_answered(bot: Served, fake: FakeChatwoot) -> None:
    assert tell(bot, event("When are refunds paid?", 1)).json() == {"status": "answered"}
    assert fake.texts() == ["Refunds are paid within five working days to the card that you used."]
    path, body = fake.calls[0]
    assert path == f"{API}/messages"
    assert (body["message_type"], body["private"]) == ("outgoing", False)
    assert fake.tokens == {"t0ken"}


def test_a_message_told_twice_is_answered_once(bot: Served, fake: FakeChatwoot) -> None:
    for _ in range(3):
        assert tell(bot, event("When are refunds paid?", 1)).json() == {"status": "answered"}
    assert len(fake.texts()) == 1


def test_an_answer_that_was_lost_is_sent_when_it_is_told_again(
    bot: Served, fake: FakeChatwoot
) -> None:
    fake.refuses = 1
    assert tell(bot, event("When are refunds paid?", 1)).status_code == 500
    assert fake.texts() == []
    assert tell(bot, event("When are refunds paid?", 1)).json() == {"status": "answered"}
    assert len(fake.texts()) == 1


def test_a_hand_over_opens_the_conversation(bot: Served, fake: FakeChatwoot) -> None:
    assert tell(bot, event("I want a human agent", 1)).json() == {"status": "handed_over"}
    assert fake.texts() == ["A colleague will answer you here as soon as possible."]
    assert fake.statuses() == ["open"]
    assert tell(bot, event("hello?", 2, "open")).json() == {"status": "ignored"}
    assert len(fake.texts()) == 1
    # The people gave it back to the bot.
    assert tell(bot, event("When are refunds paid?", 3)).json() == {"status": "answered"}
    assert len(fake.texts()) == 2


def test_a_hand_over_that_failed_is_tried_again(bot: Served, fake: FakeChatwoot) -> None:
    tell(bot, event("hello", 1))
    # The sentence is refused first; the desk's clock opens the conversation all the same.
    fake.refuses = 1
    assert tell(bot, event("I want a human agent", 2)).status_code == 500
    for _ in range(100):
        if fake.statuses():
            break
        time.sleep(0.05)
    assert fake.statuses() == ["open"]


@pytest.mark.parametrize(
    "body",
    [
        event("hello", 1, "open"),
        event("hello", 1, "resolved"),
        event("hello", 1, message_type="outgoing"),
        event("hello", 1, private=True),
        event("", 1),
        event("hello", 1, event="message_updated"),
        {"event": "conversation_resolved", "id": 7},
    ],
)
def test_what_is_none_of_the_bot_s_is_ignored(bot: Served, fake: FakeChatwoot, body: Any) -> None:
    assert tell(bot, body).json() == {"status": "ignored"}
    assert fake.calls == []


def test_wrong_and_old_signatures_are_refused(bot: Served, fake: FakeChatwoot) -> None:
    assert tell(bot, event("hello", 1), secret="wrong").status_code == 401
    assert tell(bot, event("hello", 1), age_s=400).status_code == 401
    assert bot.post("/webhooks/chatwoot", event("hello", 1)).status_code == 401
    assert fake.calls == []


def test_without_a_secret_an_api_key_is_needed(serve: Serve, fake: FakeChatwoot) -> None:
    more = f"channels:\n  chatwoot: {{base_url: '{fake.url}', token: BOT_TOKEN}}\n"
    with serve(more=more, environment=ENVIRONMENT) as one:
        key = one.store.keys.create("chatwoot", ["chat"]).plain
        assert one.post("/webhooks/chatwoot", event("hello", 1)).status_code == 401
        response = one.post(f"/webhooks/chatwoot?key={key}", event("hello", 1))
        assert response.json() == {"status": "answered"}
