"""What does a day do to a desk? Customers who write, agents who take over, and what came of it.

    played = play_day(Day(hours=8, rate=60), scripts, stage, clock)

Customers begin when `arrivals` says, write their turns one after the other, and now and then send a
message again, as a widget does whose connection broke: both sends must be one message. What was
sent stands in a journal, by which a day that was cut off goes on.
"""

import heapq
import random
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

from whet.core.errors import WhetError
from whet.core.progress import Progress, Quiet
from whet.products.support.conversation.service import Conversations
from whet.products.support.desk.templates import Template
from whet.products.support.simulation.agents import Agents
from whet.products.support.simulation.arrivals import arrivals
from whet.products.support.simulation.channels import Channel
from whet.products.support.simulation.clock import FastClock
from whet.products.support.simulation.customers import Script, paraphrased
from whet.products.support.simulation.journal import Journal, Look, Sending
from whet.products.support.simulation.verdicts import Fingerprints, Sent, Verdict, verdict_of

_ROUND_S = 0.25
"""Seconds between two rounds of agents and of what is due; real ones."""
_AGENTS = ("ana", "bo", "chen", "dara", "eli", "fay", "gus", "hana")
_PAGE = 500
_NAP_S = 0.005


@dataclass(frozen=True)
class Day:
    """What is played."""

    hours: float
    """Hours of the desk's clock, above 0."""
    rate: float
    """Conversations an hour, in the mean."""
    seed: int = 0
    agents: int = 3
    """People at the desk, 0 to 8."""
    again: float = 0.05
    """Share of the messages that are sent twice at once."""
    senders: int = 16
    """Messages under way at once, at the most."""
    patience_s: float = 20.0
    """Real seconds that are waited at the end for answers that are owed: a worker that died holds
    its message until its lease runs out."""


@dataclass(frozen=True)
class Stage:
    """What a day is played on."""

    channel: Channel
    """Takes the messages."""
    conversations: Conversations
    """The desk's, in the store that the channel's desk writes."""
    templates: Mapping[str, Template]
    """Of the desk; by them its answers are told."""
    look: Callable[[], object] = lambda: None
    """Does what is due in the desk; called every quarter of a second."""
    memory_mb: Callable[[], float] | None = None
    """The memory of the desk's process; None where nobody can tell."""


@dataclass
class _Customer:
    """A customer of the day."""

    number: int
    sender: str
    texts: list[str]
    sent: list[Sent]
    done: int = 0


@dataclass(frozen=True)
class Played:
    """What came of a day."""

    conversations: int
    verdict: Verdict
    again: int
    """Messages that were sent twice."""
    refused: tuple[str, ...]
    """What the desk said to messages that it did not take, each sentence once."""
    taken: int
    """Conversations that people took over."""
    states: dict[str, int]
    """Conversations by their state at the end."""
    p50_ms: float
    """Median time from sending a message to the reply."""
    p99_ms: float
    slowest_ms: float
    memory_mb: tuple[float, ...]
    """Resident memory of the desk's process in each minute that it took, the mean of the minute;
    empty where nobody measured."""
    seconds: float
    """How long it took; what lies between the parts of a day that was cut off is left out."""


@dataclass(frozen=True)
class _Post:
    """What every send needs."""

    channel: Channel
    clock: FastClock
    journal: Journal
    drawn: random.Random
    progress: Progress


def play_day(
    day: Day,
    scripts: Sequence[Script],
    stage: Stage,
    clock: FastClock,
    *,
    journal: Journal | None = None,
    progress: Progress | None = None,
) -> Played:
    """Play a day and return what came of it.

    Args:
        day: how much is played.
        scripts: conversations of which customers are drawn.
        stage: the desk.
        clock: the day's; it shows where the journal ends.
        journal: of the same day, where it goes on; without one, it is kept in memory.
        progress: told of every message, and of each minute.
    """
    journal, progress = journal or Journal(), progress or Quiet()
    drawn = random.Random(day.seed)
    starts = arrivals(clock.start, day.hours, day.rate, drawn)
    people, agents = _cast(day, scripts, stage, journal, (len(starts), drawn))
    messages = sum(len(person.texts) for person in people)
    progress.start("playing the day", messages)
    progress.advance(len(journal.sendings))
    with _behind(stage, agents, clock, journal, progress) as failed:
        _send_all(day, people, starts, _Post(stage.channel, clock, journal, drawn, progress))
        time.sleep(3 * _ROUND_S)
        verdict, states = _settled(people, stage, journal, day.patience_s)
    said = [one.refused for one in journal.sendings if one.refused]
    return Played(
        conversations=len(people),
        verdict=verdict,
        again=sum(one.twice for one in journal.sendings),
        refused=tuple(dict.fromkeys([*said, *failed])),
        taken=agents.taken,
        states=states,
        **_latencies([one.took_s for one in journal.sendings]),
        memory_mb=by_minute(journal.looks),
        seconds=journal.real_s,
    )


def _cast(
    day: Day,
    scripts: Sequence[Script],
    stage: Stage,
    journal: Journal,
    drawing: tuple[int, random.Random],
) -> tuple[list[_Customer], Agents]:
    """Return so many customers, each as far as the journal knows, and the people of the desk."""
    count, drawn = drawing
    both = [_customer(i, journal.run, drawn.choice(scripts), drawn) for i in range(count)]
    sent = journal.by_person()
    for person, _ in both:
        person.done = len(sent.get(person.number, ()))
    say = {
        stage.channel.channel_id(person.sender): list(script.people_say) for person, script in both
    }
    chance = random.Random(day.seed + 1)
    agents = Agents(stage.conversations, _AGENTS[: day.agents], chance, say)
    return [person for person, _ in both], agents


def _customer(
    number: int, run: str, script: Script, drawn: random.Random
) -> tuple[_Customer, Script]:
    """Return a customer who says what a conversation says, in words of his own."""
    sender = f"{run}-{number}"
    texts = [paraphrased(line.text, script.language, drawn) for line in script.says]
    sent = [Sent(sender, f"{sender}-{i}", line.expects) for i, line in enumerate(script.says)]
    return _Customer(number, sender, texts, sent), script


@contextmanager
def _behind(
    stage: Stage, agents: Agents, clock: FastClock, journal: Journal, progress: Progress
) -> Iterator[list[str]]:
    """Let people work, and do what is due, until left; yield what went wrong with it."""
    stop, failed = threading.Event(), list[str]()
    before_s, began = journal.real_s, time.monotonic()

    def one_round() -> None:
        real_s = before_s + time.monotonic() - began
        memory = stage.memory_mb() if stage.memory_mb is not None else 0.0
        minute_before = int(journal.real_s // 60)
        journal.looked(Look(clock.elapsed_s(), real_s, memory))
        if int(real_s // 60) > minute_before:
            progress.note(_told(journal, real_s, memory))
        stage.look()
        if agents.names and stage.conversations.rules.hours.is_open(clock()):
            agents.work(clock.elapsed_s())

    def rounds() -> None:
        while not stop.wait(_ROUND_S):
            try:
                one_round()
            except WhetError as error:  # one round must not end the day
                failed.append(str(error))

    worker = threading.Thread(target=rounds, name="whet-agents", daemon=True)
    worker.start()
    try:
        yield failed
    finally:
        stop.set()
        worker.join()


def _told(journal: Journal, real_s: float, memory_mb: float) -> str:
    """Return how far the day is, in one line."""
    memory = f", {memory_mb:.0f} MB" if memory_mb else ""
    hours, sent = journal.elapsed_s / 3600, len(journal.sendings)
    return f"Minute {real_s / 60:.0f}: {hours:.1f} hours played, {sent:,} messages{memory}"


def _send_all(day: Day, people: Sequence[_Customer], starts: Sequence[float], post: _Post) -> None:
    """Send what every customer says, each message after the answer to the one before."""
    clock, drawn = post.clock, post.drawn
    due = [(at, i) for i, at in enumerate(starts) if people[i].done < len(people[i].texts)]
    heapq.heapify(due)
    under_way: dict[Future[None], int] = {}
    with ThreadPoolExecutor(day.senders, thread_name_prefix="whet-customer") as pool:
        while due or under_way:
            for future in [future for future in under_way if future.done()]:
                number = under_way.pop(future)
                future.result()
                people[number].done += 1
                if people[number].done < len(people[number].texts):
                    at = clock.elapsed_s() + drawn.uniform(15, 90)
                    heapq.heappush(due, (at, number))
            if due and clock.wait_s(due[0][0]) == 0:
                number = heapq.heappop(due)[1]
                twice = drawn.random() < day.again
                under_way[pool.submit(_send, people[number], post, twice)] = number
                continue
            time.sleep(min(_NAP_S, clock.wait_s(due[0][0])) if due else _NAP_S)


def _send(person: _Customer, post: _Post, twice: bool) -> None:
    """Send a customer's next message, `twice` where the connection breaks, and write it down."""
    text, sent = person.texts[person.done], person.sent[person.done]
    refused: list[str] = []

    def send() -> None:
        try:
            post.channel.send(sent.sender, sent.client_id, text)
        except WhetError as error:  # one message must not end the day
            refused.append(str(error))

    other = threading.Thread(target=send) if twice else None
    if other is not None:
        other.start()
    began = time.perf_counter()
    send()
    took_s = time.perf_counter() - began
    if other is not None:
        other.join()
    # Taken once is taken: the customer's widget sends again what was refused.
    reason = refused[0] if len(refused) == 1 + twice else ""
    at_s = post.clock.elapsed_s()
    post.journal.sent(Sending(person.number, at_s, took_s, twice, reason))
    post.progress.advance()


def _settled(
    people: Sequence[_Customer], stage: Stage, journal: Journal, patience_s: float
) -> tuple[Verdict, dict[str, int]]:
    """Return what came of all messages, once nothing is owed any more or patience is at its end."""
    until = time.monotonic() + patience_s
    while True:
        verdict, states = _judged(people, stage, journal)
        if not verdict.lost or time.monotonic() > until:
            return verdict, states
        time.sleep(1.0)


def _judged(
    people: Sequence[_Customer], stage: Stage, journal: Journal
) -> tuple[Verdict, dict[str, int]]:
    """Return what came of all messages, and in which states conversations ended."""
    prints, total, states = Fingerprints(stage.templates), Verdict(), dict[str, int]()
    sendings = journal.by_person()
    for person in people:
        ident = stage.channel.channel_id(person.sender)
        row = stage.conversations.start(stage.channel.name, channel_id=ident)
        entries = stage.conversations.events(row.id, private=True, limit=_PAGE)
        both = zip(person.sent, sendings.get(person.number, ()), strict=False)
        sent = [replace(message, was_taken=not one.refused) for message, one in both]
        total = total.plus(verdict_of(sent, entries, row.state, prints))
        states[row.state] = states.get(row.state, 0) + 1
    return total, dict(sorted(states.items()))


def _latencies(times_s: Sequence[float]) -> dict[str, float]:
    """Return median, 99th percentile and maximum in milliseconds; zeros where nothing was sent."""
    if len(times_s) < 2:
        only = 1000 * times_s[0] if times_s else 0.0
        return {"p50_ms": only, "p99_ms": only, "slowest_ms": only}
    cuts = statistics.quantiles(times_s, n=100, method="inclusive")
    return {"p50_ms": 1e3 * cuts[49], "p99_ms": 1e3 * cuts[98], "slowest_ms": 1e3 * max(times_s)}


def by_minute(looks: Sequence[Look]) -> tuple[float, ...]:
    """Return the mean memory in each real minute; empty where nobody measured."""
    minutes: dict[int, list[float]] = {}
    for look in looks:
        if look.mb:
            minutes.setdefault(int(look.real_s // 60), []).append(look.mb)
    return tuple(round(statistics.fmean(minutes[minute]), 1) for minute in sorted(minutes))
