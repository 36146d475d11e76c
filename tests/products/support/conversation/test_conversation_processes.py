"""Do the laws hold when two server processes are at work at once, on PostgreSQL and on SQLite?"""

import multiprocessing
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pytest
from tests.support_desk import cared_for, replay, reply

from whet.products.support.conversation.bot import Work
from whet.products.support.conversation.refusals import Refused
from whet.products.support.conversation.rules import Rules
from whet.products.support.conversation.service import Conversations
from whet.store.conversation_lists import Wanted
from whet.store.store import Store, open_store

TALKS, STEPS, RACES = 4, 250, 40
PATIENCE_S = 60
T = TypeVar("T")
RULES = Rules(per_minute=100_000, lease_s=0.05)


def meet(folder: Path, name: str, me: int) -> None:
    """Return when both processes are here."""
    (folder / f"{name}-{me}").touch()
    give_up = time.monotonic() + PATIENCE_S
    while not (folder / f"{name}-{1 - me}").exists():
        assert time.monotonic() < give_up, "the other process did not come"
        time.sleep(0.0005)


class Worker:
    """One process: a customer's client, a bot that is sometimes late, and an agent."""

    def __init__(self, desk: Conversations, me: int) -> None:
        self.desk, self.me, self.random = desk, me, random.Random(me)
        self.talks = [desk.start("widget", channel_id=f"w{n}").id for n in range(TALKS)]
        self.tokens: dict[str, list[int]] = {}
        self.late: list[Work] = []
        self.kept: list[tuple[str, str]] = []
        self.said: list[tuple[str, str]] = []

    def step(self, count: int) -> None:
        """Do one random thing; a refusal is an answer too."""
        act = self.random.choices(
            [self.write, self.finish, self.take, self.say, self.leave, self.close, self.ask],
            [8, 8, 2, 4, 2, 1, 1],
        )[0]
        with suppress(Refused):
            act(self.random.choice(self.talks), count)

    def write(self, talk: str, count: int) -> None:
        # Both processes send the same ids in the shared range: a widget resends to another server.
        ident = f"shared-{count // 4}" if self.random.random() < 0.3 else f"{self.me}-{count}"
        got = self.desk.customer_says(
            talk, client_id=ident, text=ident, worker=f"w{self.me}-{count}"
        )
        assert got.message.text == ident
        self.kept.append((talk, ident))
        if got.work:
            self.late.append(got.work)

    def finish(self, talk: str, count: int) -> None:
        if self.late and self.random.random() < 0.7:
            work = self.late.pop(self.random.randrange(len(self.late)))
        else:
            found = self.desk.lease(talk, f"w{self.me}-{count}")
            if found is None:
                return
            work = found
        action = "hand_over" if self.random.random() < 0.15 else "answer"
        done = self.desk.bot_says(
            work.conversation,
            fence=work.fence,
            in_reply_to=work.in_reply_to,
            reply=reply("so", action="hand_over" if action == "hand_over" else "answer"),
            worker=work.worker,
        )
        if done.following:
            self.late.append(done.following)

    def take(self, talk: str, count: int) -> None:
        fence = self.desk.take(talk, agent=f"agent-{self.me}").fence
        self.tokens.setdefault(talk, []).append(fence)

    def say(self, talk: str, count: int) -> None:
        agent, tokens = f"agent-{self.me}", self.tokens.get(talk, [0])
        token = self.random.choice(
            [tokens[-1], self.random.choice(tokens)]
        )  # an old page, at times
        for _ in range(2):  # its answer is lost once
            self.desk.person_says(talk, agent=agent, fence=token, client_id=f"p{count}", text="p")
        self.said.append((talk, f"p{count}"))

    def leave(self, talk: str, count: int) -> None:
        to = self.random.choice(["bot", "queue"])
        token = self.tokens.get(talk, [0])[-1]
        self.desk.give_back(talk, agent=f"agent-{self.me}", fence=token, to=to)  # type: ignore[arg-type]

    def close(self, talk: str, count: int) -> None:
        self.desk.resolve(talk, who="customer")

    def ask(self, talk: str, count: int) -> None:
        self.desk.ask_for_person(talk)
        self.desk.tick()


Result = tuple[list[tuple[str, str]], list[tuple[str, str]]]


def hammer(url: str, folder: Path, me: int) -> Result:
    """Work at random beside the other process; return what was kept and what the agent said."""
    with open_store(url) as store:
        worker = Worker(Conversations(store, RULES), me)
        meet(folder, "hammer", me)
        for count in range(STEPS):
            worker.step(count)
    return worker.kept, worker.said


def race(url: str, folder: Path, me: int) -> list[str]:
    """Take the same conversations as the other process at the same moments; return who has each."""
    owners = []
    with open_store(url) as store:
        desk = Conversations(store, RULES)
        for n in range(RACES):
            talk = desk.start("race", channel_id=f"r{n}").id
            meet(folder, f"race-{n}", me)
            try:
                owners.append(str(desk.take(talk, agent=f"agent-{me}").owner))
            except Refused as refusal:
                assert refusal.kind == "taken"
                owners.append(f"told {refusal.owner}")
    return owners


def _owed(store: Store) -> list[str]:
    """Return the conversations in which the bot owes an answer, whoever computes it."""
    page = store.conversation_lists.page(Wanted(states=["bot"]), limit=200)
    return [line.conversation.id for line in page.lines if line.conversation.pending]


def answer_all(url: str, folder: Path, me: int) -> int:
    """Answer everything that is owed, beside another process that does so too."""
    said = 0
    with open_store(url) as store:
        desk = Conversations(store, RULES)
        meet(folder, "answer", me)
        give_up = time.monotonic() + PATIENCE_S
        while owed := _owed(store):
            assert time.monotonic() < give_up
            for ident in owed:
                with suppress(Refused):
                    work = desk.lease(ident, f"w{me}")
                    if work:
                        done = desk.bot_says(
                            ident, fence=work.fence, in_reply_to=work.in_reply_to, reply=reply("so")
                        )
                        said += done.message is not None
    return said


@pytest.fixture(scope="module")
def two() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def both(
    two: ProcessPoolExecutor, work: Callable[[str, Path, int], T], url: str, folder: Path
) -> list[T]:
    """Run `work` in both processes at once."""
    jobs = [two.submit(work, url, folder, me) for me in (0, 1)]
    return [job.result() for job in jobs]


def test_two_processes_break_no_law(
    store_url: str, two: ProcessPoolExecutor, tmp_path: Path
) -> None:
    results = both(two, hammer, store_url, tmp_path)
    both(two, answer_all, store_url, tmp_path)
    kept = {pair for result in results for pair in result[0]}
    said = [(me, *pair) for me, result in enumerate(results) for pair in result[1]]
    with open_store(store_url) as store:
        desk = Conversations(store, RULES)
        for n in range(TALKS):
            talk = desk.start("widget", channel_id=f"w{n}")
            log = desk.events(talk.id, limit=100_000, private=True)
            end = replay(log)
            assert (talk.state, talk.owner, talk.fence) == (end.state, end.owner, end.fence)
            messages = [entry for entry in log if entry.kind == "message"]
            ids = [str(entry.client_id) for entry in messages if entry.who == "customer"]
            assert sorted(ids) == sorted(ident for where, ident in kept if where == talk.id)
            spoken = [(int(str(e.agent)[-1]), e.client_id) for e in messages if e.who == "person"]
            assert sorted(spoken) == sorted((me, i) for me, where, i in said if where == talk.id)
            with store.conversations.change(talk.id) as change:
                pending = {message.seq for message in change.pending()}
            assert len(pending) == talk.pending
            for entry in messages:
                if entry.who == "customer":
                    assert cared_for(log, entry.seq, is_pending=entry.seq in pending)


def test_of_two_agents_who_take_at_once_one_has_it_and_the_other_is_told(
    store_url: str, two: ProcessPoolExecutor, tmp_path: Path
) -> None:
    ours, theirs = both(two, race, store_url, tmp_path)
    for pair in zip(ours, theirs, strict=True):
        owner = next(name for name in pair if not name.startswith("told "))
        assert sorted(pair) == sorted([owner, f"told {owner}"])
