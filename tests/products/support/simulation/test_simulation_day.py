"""A short day against a small real desk: nothing lost, nothing doubled, people take over."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.products.support.answering.tiny_desk import tiny_answerer, tiny_files

from whet.core.errors import WhetError
from whet.products.support.conversation.rules import Rules
from whet.products.support.conversation.service import Conversations
from whet.products.support.engine import Engine
from whet.products.support.simulation.channels import InProcess
from whet.products.support.simulation.clock import FastClock
from whet.products.support.simulation.customers import Script
from whet.products.support.simulation.day import Day, Stage, play_day
from whet.products.support.simulation.journal import Journal
from whet.store.store import open_store

START = datetime(2026, 6, 17, 10, tzinfo=UTC)


def _script(outcome: str, *turns: tuple[str, dict[str, object]]) -> Script:
    said = [{"author": "customer", "text": text, "expects": e} for text, e in turns]
    fields = {"id": turns[0][0], "language": "en", "channel": "chat", "outcome": outcome}
    return Script.model_validate(fields | {"turns": said})


SCRIPTS = [
    _script(
        "answered",
        ("refund please", {"intents": ["refund"]}),
        ("AB123456", {"intents": ["refund"]}),
    ),
    _script("answered", ("when do you open", {"intents": ["opening_hours"]})),
    _script("handed_over", ("talk to a human", {"person": True}), ("are you there", {})),
]


@pytest.fixture
def clock() -> FastClock:
    """A clock on which an hour takes some six seconds."""
    return FastClock(START, 600)


@pytest.fixture
def stage(tmp_path: Path, clock: FastClock) -> Iterator[Stage]:
    """The small shop over a store whose time is the day's."""
    files = tiny_files(tmp_path)
    with open_store(f"sqlite:///{tmp_path}/day.db", clock=clock) as store:
        conversations = Conversations(store, Rules())
        engine = Engine(conversations, tiny_answerer(files), threads=4)
        try:
            yield Stage(
                InProcess(engine, conversations),
                conversations,
                files.templates,
                conversations.tick,
                lambda: 7.0,
            )
        finally:
            engine.close()


def test_a_day(stage: Stage, clock: FastClock) -> None:
    played = play_day(Day(hours=0.3, rate=120, seed=3, again=0.5), SCRIPTS, stage, clock)
    v = played.verdict
    assert played.refused == ()
    assert played.conversations > 10
    assert (v.lost, v.doubled, v.talked_over) == (0, 0, 0)
    assert v.messages > played.conversations
    assert played.again > 5
    assert (v.answered > 0, v.wrong) == (True, 0)
    assert v.handed_over > 0
    assert played.taken > 0
    assert 0 < played.p50_ms <= played.p99_ms <= played.slowest_ms
    assert set(played.memory_mb) == {7.0}
    assert (v.refused, played.seconds > 1) == (0, True)
    assert sum(played.states.values()) == played.conversations


def test_a_desk_that_loses_messages_is_found_out(stage: Stage, clock: FastClock) -> None:
    class Forgetful:
        """Says that it took every message, and drops those of odd customers."""

        name = "simulation"

        def send(self, sender: str, client_id: str, text: str) -> None:
            if not sender.endswith("1"):
                stage.channel.send(sender, client_id, text)

        def channel_id(self, sender: str) -> str:
            return sender

    broken = Stage(Forgetful(), stage.conversations, stage.templates, stage.look)
    day = Day(hours=0.2, rate=120, seed=3, patience_s=0.1)
    played = play_day(day, SCRIPTS, broken, clock)
    assert played.verdict.lost > 0
    assert played.memory_mb == ()


def test_a_day_that_was_cut_off_goes_on(stage: Stage, tmp_path: Path) -> None:
    class Killed(BaseException):
        """Ends the day as a signal does."""

    class Dying:
        """Takes ten messages; at the next the process that plays the day is gone."""

        name = "simulation"
        taken = 0

        def send(self, sender: str, client_id: str, text: str) -> None:
            stage.channel.send(sender, client_id, text)
            self.taken += 1
            if self.taken > 10:
                raise Killed  # the desk has taken it, and the journal does not know

        def channel_id(self, sender: str) -> str:
            return sender

    day, path = Day(hours=0.2, rate=150, seed=5, agents=2, again=0), tmp_path / "day.jsonl"
    dying = Stage(Dying(), stage.conversations, stage.templates, stage.look)
    with Journal.opened(path, {"seed": 5}) as first, pytest.raises(Killed):
        play_day(day, SCRIPTS, dying, FastClock(START, 600), journal=first)
    sent = len(first.sendings)
    assert 5 < sent <= 26
    with Journal.opened(path, {"seed": 5}) as second:
        clock = FastClock(START, 600, passed_s=second.elapsed_s)
        assert clock.elapsed_s() > 0
        played = play_day(day, SCRIPTS, stage, clock, journal=second)
    v = played.verdict
    assert (v.lost, v.doubled, v.talked_over, v.refused) == (0, 0, 0, 0)
    assert v.messages == len(second.sendings) > sent
    whole = play_day(day, SCRIPTS, stage, FastClock(START, 600))
    assert whole.conversations == played.conversations
    assert whole.verdict.messages == v.messages, "a second day is one of its own"


def test_a_desk_that_refuses_is_told_apart_from_one_that_loses(
    stage: Stage, clock: FastClock
) -> None:
    class Full:
        """Refuses every message of odd customers."""

        name = "simulation"

        def send(self, sender: str, client_id: str, text: str) -> None:
            if sender.endswith("1"):
                raise WhetError("There are too many messages.")
            stage.channel.send(sender, client_id, text)

        def channel_id(self, sender: str) -> str:
            return sender

    full = Stage(Full(), stage.conversations, stage.templates, stage.look)
    played = play_day(Day(hours=0.2, rate=120, seed=3), SCRIPTS, full, clock)
    assert played.verdict.refused > 0
    assert played.verdict.lost == 0
    assert played.refused == ("There are too many messages.",)
