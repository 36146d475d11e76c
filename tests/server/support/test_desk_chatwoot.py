"""A desk as Chatwoot's agent bot; a small Chatwoot on this machine hears what it says."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.server.support.conftest import Serve, Served
from tests.support_desk import reply

from whet.server.support import chatwoot_delivery
from whet.server.support.chatwoot import signature_of
from whet.store.conversation_rows import Conversation

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
    status: int = 500
    """How it refuses them."""

    def texts(self) -> list[str]:
        """Return what the bot said."""
        return [body["content"] for path, body in self.calls if path.endswith("/messages")]

    def statuses(self) -> list[str]:
        """Return the states that the bot gave conversations."""
        return [body["status"] for path, body in self.calls if path.endswith("/toggle_status")]


@contextmanager
def chatwoot() -> Iterator[FakeChatwoot]:
    """Run a Chatwoot that keeps what it is told."""
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
            # As the real one: the token of an agent bot reads nothing.
            self._answer(401, {"error": "Access to this endpoint is not authorized for bots"})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            fake.tokens.add(self.headers["api_access_token"])
            if fake.refuses:
                fake.refuses -= 1
                self._answer(fake.status, {})
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
def more(fake: FakeChatwoot) -> str:
    """What the desk's file says of Chatwoot."""
    return (
        f"channels:\n  chatwoot: {{base_url: '{fake.url}', token: BOT_TOKEN, secret: BOT_SECRET}}\n"
    )


@pytest.fixture
def bot(serve: Serve, more: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(chatwoot_delivery, "GRACE_S", 0.4)
    monkeypatch.setattr(chatwoot_delivery, "HAND_OVER_S", 0.4)
    monkeypatch.setattr("whet.server.support.chatwoot.PATIENCE_S", 30.0)
    with serve(more=more, environment=ENVIRONMENT) as one:
        yield one


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(200):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("it never came")


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
    until(lambda: bool(fake.statuses()))
    assert fake.statuses() == ["open"]
    assert fake.texts()[1:] == ["A colleague will answer you here as soon as possible."]


def test_a_hand_over_does_not_hang_on_a_message_that_chatwoot_refuses(
    bot: Served, fake: FakeChatwoot
) -> None:
    fake.refuses, fake.status = 1, 422
    assert tell(bot, event("I want a human agent", 1)).json() == {"status": "handed_over"}
    assert (fake.texts(), fake.statuses()) == ([], ["open"])


def test_an_answer_that_was_lost_comes_later_by_itself(bot: Served, fake: FakeChatwoot) -> None:
    fake.refuses = 1
    assert tell(bot, event("When are refunds paid?", 1)).status_code == 500
    until(lambda: bool(fake.texts()))
    time.sleep(1)
    assert len(fake.texts()) == 1
    assert tell(bot, event("When are refunds paid?", 1)).json() == {"status": "answered"}
    assert len(fake.texts()) == 1


def _row(bot: Served) -> Conversation:
    """Return the desk's conversation."""
    row = bot.desk.conversations.find("chatwoot", "1:7")
    assert row is not None
    return row


def test_what_the_desk_says_by_its_clock_is_told_and_the_end_too(
    serve: Serve, fake: FakeChatwoot, more: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chatwoot_delivery, "GRACE_S", 0.4)
    with serve(more=f"{more}timeouts: {{close_hours: 0.0003}}\n", environment=ENVIRONMENT) as bot:
        tell(bot, event("When are refunds paid?", 1))
        until(lambda: fake.statuses() == ["resolved"])
        assert fake.texts()[1:] == [
            "We have not heard from you for a while, so this conversation is closed. "
            "Just write here if you need anything more."
        ]
        time.sleep(1)
        assert (len(fake.texts()), fake.statuses()) == (2, ["resolved"])
        tell(bot, event("And where do I see it?", 2))  # the customer goes on with the bot
        assert len(fake.texts()) == 3


@pytest.mark.parametrize(
    "news",
    [
        {
            "event": "conversation_opened",
            "id": 7,
            "status": "open",
            "messages": [{"account_id": 1}],
        },
        {"event": "conversation_resolved", "id": 7, "status": "resolved", "account": {"id": 1}},
        event("I am a person.", 9, "open", message_type="outgoing"),
    ],
)
def test_what_people_of_chatwoot_have_taken_is_not_the_bot_s_any_more(
    bot: Served, fake: FakeChatwoot, news: Any
) -> None:
    tell(bot, event("hello", 1))
    row = _row(bot)
    # An answer that a process has computed and not sent, when people take the conversation.
    asked = bot.desk.conversations.customer_says(
        row.id, client_id="2", text="When are refunds paid?", worker="w"
    )
    assert asked.work is not None
    bot.desk.conversations.bot_says(
        row.id, fence=asked.work.fence, in_reply_to=asked.work.in_reply_to, reply=reply("Late.")
    )
    assert tell(bot, news).json() == {"status": "followed"}
    assert tell(bot, news).json() == {"status": "ignored"}
    assert _row(bot).state == "resolved"
    time.sleep(1)
    assert "Late." not in fake.texts()
    assert fake.statuses() == []


def test_a_message_that_chatwoot_tells_of_is_not_sent_again(
    bot: Served, fake: FakeChatwoot
) -> None:
    fake.refuses = 1
    assert tell(bot, event("When are refunds paid?", 1)).status_code == 500
    # Its answer was lost on the way; the message stands in Chatwoot all the same.
    said = bot.desk.conversations.events(_row(bot).id)[-1]
    heard = event(
        said.text, 2, message_type="outgoing", content_attributes={"whet_entry": said.seq}
    )
    assert tell(bot, heard).json() == {"status": "noted"}
    assert tell(bot, heard).json() == {"status": "ignored"}
    time.sleep(1)
    assert fake.texts() == []


def test_what_an_agent_of_this_desk_says_comes_to_chatwoot(bot: Served, fake: FakeChatwoot) -> None:
    tell(bot, event("hello", 1))
    talks, row = bot.desk.conversations, _row(bot)
    taken = talks.take(row.id, agent="mia")
    talks.note(row.id, agent="mia", client_id="n", text="not for customers")
    talks.person_says(row.id, agent="mia", fence=taken.fence, client_id="1", text="Mia here.")
    until(lambda: fake.texts()[-1] == "Mia here.")
    talks.resolve(row.id, who="mia", fence=talks.get(row.id).fence)
    until(lambda: fake.statuses() == ["resolved"])
    assert fake.texts()[1:] == ["Mia here."]


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
