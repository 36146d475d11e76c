"""A small desk with a model, its store, and conversations in which people say things."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.ladder.workshop import make_rows, write_card
from tests.support_desk import SetClock

from whet.core.progress import Quiet
from whet.ladder.build import build
from whet.products.support.answering.opening import open_answerer
from whet.products.support.conversation.service import Conversations
from whet.products.support.desk.read import DeskFiles, read_desk
from whet.products.support.engine import Engine, OnAnswer
from whet.store.store import Store, open_store

TEMPLATES = """
refund: {en: We have sent the money back to your card; it takes three days to arrive.}
crash: {en: Please install the newest version and then start your phone again.}
login: {en: Press the link on the front page and we send you a new key by mail.}
"""


@dataclass
class Desk:
    """An open desk."""

    files: DeskFiles
    store: Store
    clock: SetClock
    conversations: Conversations

    def engine(self, on_answer: OnAnswer | None = None) -> Engine:
        """Return what answers by the champion."""
        answerer = open_answerer(self.files, self.store)
        return Engine(self.conversations, answerer, on_answer=on_answer, threads=1)

    def ask(self, text: str, *, customer: str | None, engine: Engine) -> tuple[str, int]:
        """Let a customer ask in a conversation of its own; return it, and the bot's answer."""
        conversation = self.conversations.start("widget", customer=customer, language="en")
        handled = engine.handle(conversation.id, client_id="1", text=text)
        self.clock.advance(60)
        assert handled.answer is not None
        return conversation.id, handled.answer.seq


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a desk whose model was built."""
    return make_desk(tmp_path_factory.mktemp("desk"))


def make_desk(folder: Path) -> Path:
    """Write a desk into a folder, build its model, and return the folder."""
    (folder / "whet.toml").touch()
    decision = {"kind": "risk", "wrong_answers": 0.5}
    card = write_card(folder, folder / "none", rows=make_rows(240), decision=decision)
    desk = "{name: Shop, languages: [en], person_minute: 0.5, decision: {intent_threshold: 0.3}}\n"
    (folder / "desk.yaml").write_text(desk, encoding="utf-8")
    (folder / "templates.yaml").write_text(TEMPLATES, encoding="utf-8")
    build(card, progress=Quiet())
    return folder


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    """Return a copy of the built desk; packages lie where they were built."""
    return shutil.copytree(built, tmp_path / "desk")


@pytest.fixture
def desk(copied: Path) -> Iterator[Desk]:
    """Yield the open desk."""
    clock = SetClock()
    url = f"sqlite:///{copied / '.whet' / 'whet.db'}"
    with open_store(url, clock=clock) as store:
        yield Desk(read_desk(copied), store, clock, Conversations(store))
