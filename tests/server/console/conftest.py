"""A console over a real store, with a clock that tests set and a user of each role."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tests.server.conftest import register
from tests.serving.tiny_package import make_linear_package

from whet.products.support.articles.sync import open_index, sync_articles
from whet.products.support.conversation.service import Conversations
from whet.products.support.desk.read import read_desk
from whet.products.support.turns import Guess, Reason, Reply, Source, Turn
from whet.server.console.ask import ConsoleDesk
from whet.server.console.mount import add_console
from whet.store.store import Store, open_store

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
HERE = {"sec-fetch-site": "same-origin"}
ATTACK = "<script>window.hacked=1</script><img src=x onerror='window.hacked=1'>"


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **time: float) -> None:
        self.now += timedelta(**time)


class Refunds:
    """Answers every message by one template; what a model would have found is given."""

    def answer(self, turn: Turn) -> Reply:
        source = Source("refund", "Refunds", "How long", "Refunds take five days.")
        guesses = (Guess("refund", 0.91, turn.text), Guess("delivery", 0.06, turn.text))
        reason = Reason("template", "The intent is refund.", guesses, 0.91, (source,))
        return Reply("answer", f"Refunds take five days. ({turn.text[:20]})", "en", reason, {})


@dataclass
class Console:
    """A console that runs in this process."""

    app: FastAPI
    store: Store
    desk: ConsoleDesk
    clock: Clock
    _in: dict[str, TestClient] = field(default_factory=dict)

    @property
    def talks(self) -> Conversations:
        return self.desk.conversations

    def as_nobody(self) -> TestClient:
        return TestClient(
            self.app, base_url="http://localhost", headers=HERE, follow_redirects=False
        )

    def as_user(self, name: str) -> TestClient:
        """Return a browser in which a user is signed in."""
        if name not in self._in:
            client = self.as_nobody()
            signed = client.post("/console/sign-in", data={"name": name, "password": PASSWORD})
            assert signed.status_code == 303, signed.text
            self._in[name] = client
        return self._in[name]

    def waiting(self, text: str = "Where is my refund?", customer: str = "Kim") -> str:
        """Return a conversation that waits for a person."""
        talk = self.talks.start("widget", customer=customer, language="en").id
        self.talks.customer_says(talk, client_id="c1", text=text)
        self.talks.ask_for_person(talk)
        return talk

    def history(self, days: int = 6) -> None:
        """Let customers write for some days: the bot answers most, a person the others."""
        start, number = self.clock.now, 0
        for day in range(days):
            self.clock.now = start - timedelta(days=days - day)
            for channel in ("widget", "chatwoot", "widget"):
                number += 1
                talk = self.talks.start(channel, customer=f"c{number}", language="en").id
                text = f"Where is my refund number {number}, and {'card' * (number % 3)}?"
                asked = self.talks.customer_says(talk, client_id="1", text=text, worker="w")
                self.clock.advance(seconds=2 + number)
                work = asked.work
                assert work is not None
                if number % 4 == 0:
                    self.talks.ask_for_person(talk)
                    continue
                reply = Refunds().answer(work.turn)
                said = self.talks.bot_says(
                    talk, fence=work.fence, in_reply_to=work.in_reply_to, reply=reply
                ).message
                assert said is not None
                if number % 5 == 0:
                    self.talks.rate(talk, -1, message=said.seq)
        self.clock.now = start


def write_desk(folder: Path) -> None:
    """Write a small desk: templates, and two articles, one of them hostile."""
    folder.mkdir(exist_ok=True)
    (folder / "desk.yaml").write_text("name: Larkspur help\ncard: support\n", "utf-8")
    (folder / "templates.yaml").write_text(
        "refund: {en: A refund takes five days., zh: 退款需要五天。}\n"
        "delivery: {en: It comes on Monday., zh: 周一送达。}\n",
        "utf-8",
    )
    (folder / "tests.yaml").write_text(
        "cases:\n"
        "- {name: refund, when: 'When does my refund come?', then: {contains: five days}}\n"
        "- {name: delivery, when: 'Where is it?', then: {contains: on Monday}}\n",
        "utf-8",
    )
    (folder / "articles").mkdir(exist_ok=True)
    refund = "---\nowner: Ana\nreviewed: 2026-11-01\n---\n# Refunds\n\nRefunds take five days.\n"
    (folder / "articles" / "refund.md").write_text(refund, "utf-8")
    link = "javascript:window.hacked=1"
    hostile = f"# Bad {ATTACK}\n\nText {ATTACK}\n\n[a]({link}) <a href='{link}'>b</a>\n"
    (folder / "articles" / "hostile.md").write_text(hostile, "utf-8")


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    clock = Clock()
    folder = tmp_path / "desk"
    write_desk(folder)
    with open_store(f"sqlite:///{tmp_path}/whet.db", clock=clock) as store:
        index = open_index(store, None)
        sync_articles(folder / "articles", index)
        desk = ConsoleDesk(store, Conversations(store), folder, read_desk(folder), Refunds(), index)
        register(store, make_linear_package(tmp_path / "package", name="support"))
        store.packages.set_alias("support", "champion", "1")
        for name, role in (("ana", "agent"), ("ed", "editor"), ("ada", "admin")):
            store.users.add(name, role, PASSWORD)
        app = FastAPI()
        app.state.desk = None  # no channels here
        add_console(app, desk)
        yield Console(app, store, desk, clock)
