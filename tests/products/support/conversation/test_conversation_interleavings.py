"""Does any order of events break a law? Thousands of random ones, over a real SQLite file.

Customers write and resend, two workers compute and finish late, two agents take, talk and leave,
the clock jumps both ways, transactions die in their middle, processes die between two of them.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import delete, event
from tests.support_desk import NOON, SetClock, cared_for, replay, reply

from whet.products.support.conversation.bot import Work
from whet.products.support.conversation.hours import Hours
from whet.products.support.conversation.refusals import Refused
from whet.products.support.conversation.rules import Rules
from whet.products.support.conversation.service import Conversations
from whet.store.conversation_rows import Conversation
from whet.store.conversation_tables import AGENTS, CONVERSATIONS, EVENTS, MESSAGES, RATINGS
from whet.store.store import Store, open_store

PEOPLE = ("ana", "bo")
OFFICE = Hours("Europe/Berlin", ((((540, 1080),),) * 5) + ((), ()))
talks = st.sampled_from([0, 0, 0, 1])
people = st.sampled_from(PEOPLE)


class Crash(Exception):
    """The power goes off inside a transaction."""


@dataclass
class Machine:
    """One file for all interleavings: each begins with empty tables."""

    store: Store
    clock: SetClock = field(default_factory=SetClock)
    fuse: int | None = None
    """Statements that are still run before the power goes off; None never."""
    is_doing: bool = False
    """Whether what runs is an action of the desk, and not a look of the test."""

    def burn(self, *_: Any) -> None:
        """Go off at the statement that the fuse was set to."""
        if self.fuse is not None and self.is_doing:
            self.fuse -= 1
            if self.fuse < 0:
                raise Crash

    def clear(self) -> None:
        """Empty the tables."""
        self.fuse, self.clock.now = None, NOON
        with self.store.database.write() as connection:
            for table in (MESSAGES, EVENTS, RATINGS, CONVERSATIONS, AGENTS):
                connection.execute(delete(table))


@cache
def machine() -> Machine:
    """Return the machine, made once: opening a store takes longer than an interleaving."""
    clock = SetClock()
    memory = Path("/dev/shm")  # closing a file waits for the disk, which no law is about
    place = memory if os.access(memory, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="whet-talks-", dir=place))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = Machine(open_store(f"sqlite:///{folder / 'whet.db'}", clock=clock), clock)
    event.listen(made.store.database._engine, "before_cursor_execute", made.burn)
    return made


class Desk(RuleBasedStateMachine):
    """A desk with two conversations, two workers and two agents."""

    def __init__(self) -> None:
        super().__init__()
        self.machine = machine()
        self.machine.clear()
        self.store, self.clock = self.machine.store, self.machine.clock
        self.work: list[Work] = []
        self.sent: dict[int, list[str]] = {0: [], 1: []}
        self.heard: set[str] = set()
        self.tokens: dict[tuple[str, int], int] = {}
        self.spoken: list[tuple[int, str, str]] = []
        self.count = 0
        self.checked: dict[int, Conversation] = {}

    @initialize(is_office=st.booleans())
    def start(self, is_office: bool) -> None:
        self.desk_rules = Rules(
            hours=OFFICE if is_office else Hours(),
            waiting_s=600, agent_silent_s=900, bot_silent_s=300, idle_s=7200,
            return_s=3600, offer_s=120, presence_s=60, lease_s=30, per_minute=10_000,
        )  # fmt: skip
        self.open()
        self.talks = [self.desk.start("widget", channel_id=f"w{n}").id for n in (0, 1)]

    def open(self) -> None:
        """Begin anew on the file, as a new process does."""
        self.store.close()
        self.desk = Conversations(self.store, self.desk_rules)

    def do(self, action: Callable[[], Any]) -> Any:
        """Return what an action returns; None where it was refused or the power went off."""
        self.machine.is_doing = True
        try:
            return action()
        except (Refused, Crash):
            return None
        finally:
            self.machine.fuse, self.machine.is_doing = None, False

    @rule(
        what=st.sampled_from(["fuse", "restart", "come", "go"]), after=st.integers(0, 9), who=people
    )
    def trouble(self, what: str, after: int, who: str) -> None:
        """Set a fuse, lose a process, or let an agent come or go."""
        if what == "fuse":
            self.machine.fuse = after
        elif what == "restart":
            self.restart()
        else:
            self.do(lambda: self.desk.present(who) if what == "come" else self.desk.away(who))

    def restart(self) -> None:
        self.work, self.machine.fuse = [], None
        self.open()

    @rule(seconds=st.sampled_from([1, 31, 130, 301, 1000, 1000, 1000, 7300, -1, -3600]))
    def time(self, seconds: int) -> None:
        self.clock.advance(seconds)
        self.do(self.desk.tick)

    @rule(
        n=talks,
        what=st.sampled_from(["write"] * 6 + ["leased"] * 6 + ["again", "person", "bot", "close"]),
        which=st.integers(0, 50),
        is_heard=st.sampled_from([True, True, False]),
    )
    def customer(self, n: int, what: str, which: int, is_heard: bool) -> None:
        """Let a customer write, resend, ask, or close."""
        talk = self.talks[n]
        if what in ("write", "leased"):
            self.count += 1
            self.sent[n].append(f"c{self.count}")
            self.send(n, self.sent[n][-1], "w1" if what == "leased" else None, is_heard)
        elif what == "again" and self.sent[n]:
            self.send(n, self.sent[n][which % len(self.sent[n])], "w2", is_heard)
        elif what == "person":
            self.do(lambda: self.desk.ask_for_person(talk))
        elif what == "bot":
            self.do(lambda: self.desk.ask_for_bot(talk))
        else:
            self.do(lambda: self.desk.resolve(talk, who="customer"))

    def send(self, n: int, client_id: str, worker: str | None, is_heard: bool) -> None:
        """Send; `is_heard` False loses the answer on its way back, and with it the work."""
        got = self.do(
            lambda: self.desk.customer_says(
                self.talks[n], client_id=client_id, text=f"text {client_id}", worker=worker
            )
        )
        if got is not None and is_heard:
            assert got.message.text == f"text {client_id}"
            self.heard.add(client_id)
            if got.work:
                self.work.append(got.work)

    @rule(
        n=talks,
        how=st.sampled_from(["lease", "answer", "answer", "hand_over", "silent"]),
        worker=st.sampled_from(["w1", "w2"]),
        which=st.integers(0, 20),
    )
    def bot(self, n: int, how: str, worker: str, which: int) -> None:
        """Let a worker begin an answer, or finish one that was begun at any time before."""
        if how == "lease" or not self.work:
            work = self.do(lambda: self.desk.lease(self.talks[n], worker))
            self.work += [work] if work else []
            return
        # A copy may stay: a worker that is called twice, or sends twice.
        work = (
            self.work[which % len(self.work)]
            if which > 15
            else self.work.pop(which % len(self.work))
        )
        is_answer = how == "answer"
        said = reply("" if how == "silent" else "so", action="answer" if is_answer else "hand_over")
        self.finish(work, said)

    def finish(self, work: Work, said: Any) -> None:
        done = self.do(
            lambda: self.desk.bot_says(
                work.conversation,
                fence=work.fence,
                in_reply_to=work.in_reply_to,
                reply=said,
                worker=work.worker,
            )
        )
        if done and done.following:
            self.work.append(done.following)

    @rule(
        n=talks,
        who=st.sampled_from(["owner", "owner", "owner", *PEOPLE]),
        what=st.sampled_from(
            ["take"] * 4
            + ["say"] * 4
            + ["to_bot"] * 3
            + ["to_queue", "close", "reopen", "read", "note"]
        ),
        is_heard=st.sampled_from([True, True, False]),
    )
    def agent(self, n: int, who: str, what: str, is_heard: bool) -> None:
        """Let an agent do something, under the last token that he was given."""
        before = self.desk.get(self.talks[n])
        name = (before.owner or "ana") if who == "owner" else who
        token = self.tokens.get((name, n), 0)
        if what in ("say", "note"):
            self.speak(n, name, token, is_note=what == "note", is_heard=is_heard)
            return
        talk, desk = self.talks[n], self.desk
        acts: dict[str, Callable[[], Any]] = {
            "take": lambda: desk.take(talk, agent=name),
            "to_bot": lambda: desk.give_back(talk, agent=name, fence=token),
            "to_queue": lambda: desk.give_back(talk, agent=name, fence=token, to="queue"),
            "close": lambda: desk.resolve(talk, who=name, fence=token, seen=before.last_seq),
            "reopen": lambda: desk.reopen(talk, agent=name),
            "read": lambda: desk.get(talk),
        }
        is_whole = self.machine.fuse is None
        got = self.do(acts[what])
        if what == "take" and got:
            assert (got.state, got.owner) == ("person", name)
        elif what == "take" and is_whole and before.state != "resolved":
            assert before.owner not in (None, name)  # else it would have been given
        if got and is_heard and what in ("take", "reopen", "read"):
            self.tokens[name, n] = got.fence

    @rule(n=talks, who=people, to=st.sampled_from(["bot", "bot", "queue", None]))
    def overtake(self, n: int, who: str, to: Any) -> None:
        """Let an agent take what a worker computes, and give it back; then the worker answers.

        Steps alone come in this order too rarely to tell a fence from none.
        """
        talk = self.talks[n]
        late = [work for work in self.work if work.conversation == talk]
        got = self.do(lambda: self.desk.take(talk, agent=who))
        if got:
            self.tokens[who, n] = got.fence
        if got and to:
            self.do(lambda: self.desk.give_back(talk, agent=who, fence=got.fence, to=to))
        if late:
            self.finish(late[-1], reply("late"))

    def speak(self, n: int, agent: str, token: int, *, is_note: bool, is_heard: bool) -> None:
        """Send an agent's message or note; twice where its answer is lost."""
        self.count += 1
        talk, ident, more = self.talks[n], f"p{self.count}", {} if is_note else {"fence": token}
        send: Any = self.desk.note if is_note else self.desk.person_says
        for _ in range(1 if is_heard else 2):
            got = self.do(lambda: send(talk, agent=agent, client_id=ident, text="p", **more))
            if got:
                self.spoken.append((n, agent, ident))

    def log(self, n: int) -> list[Any]:
        return self.desk.events(self.talks[n], limit=100_000, private=True)

    @invariant()
    def laws_hold(self) -> None:
        for n in range(len(getattr(self, "talks", ()))):
            row = self.desk.get(self.talks[n])
            if self.checked.get(n) == row:
                continue
            self.checked[n] = row
            end = replay(self.log(n))
            assert (row.state, row.owner, row.fence) == (end.state, end.owner, end.fence)
            assert (row.waiting_since is not None) == (row.state == "waiting")
            assert row.assigned is None or row.state == "waiting"
            assert row.pending >= 0 and (row.pending == 0) == (row.pending_since is None)

    def teardown(self) -> None:
        if not hasattr(self, "talks"):
            return
        self.restart()
        for n, ids in self.sent.items():
            for client_id in ids:  # a widget resends what nobody said was received
                if client_id not in self.heard:
                    self.send(n, client_id, None, is_heard=True)
        self.clock.advance(100)
        while owed := self.desk.unanswered():
            work = self.desk.lease(owed[0].id, "last")
            assert work is not None
            self.finish(work, reply("at last"))
            self.clock.advance(100)
        for n, ids in self.sent.items():
            self.check_end(n, ids)

    def check_end(self, n: int, ids: list[str]) -> None:
        """Nothing lost, nothing twice, nobody left alone."""
        log = self.log(n)
        messages = [entry for entry in log if entry.kind == "message"]
        kept = [entry.client_id for entry in messages if entry.who == "customer"]
        assert sorted(kept) == sorted(ids)
        said = [(e.agent, e.client_id) for e in messages if e.who == "person"]
        assert {(agent, ident) for m, agent, ident in self.spoken if m == n} <= set(said)
        row = self.desk.get(self.talks[n])
        with self.store.conversations.change(row.id) as change:
            pending = {message.seq for message in change.pending()}
        assert len(pending) == row.pending
        assert not (pending and row.state in ("bot", "resolved"))
        for entry in messages:
            if entry.who == "customer":
                assert cared_for(log, entry.seq, is_pending=entry.seq in pending), entry


THOUSANDS = int(os.environ.get("WHET_INTERLEAVINGS", "0"))


def run(examples: int, steps: int) -> None:
    """Run that many interleavings of at most so many steps."""
    from hypothesis.stateful import run_state_machine_as_test

    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Desk, settings=chosen)


def test_no_order_of_events_breaks_a_law() -> None:
    run(examples=20, steps=25)


@pytest.mark.slow
@pytest.mark.skipif(
    not THOUSANDS, reason="takes minutes; set WHET_INTERLEAVINGS=2000 to run so many"
)
def test_no_order_of_events_breaks_a_law_in_thousands() -> None:
    run(examples=THOUSANDS, steps=50)
