"""What does a day do to a desk? Customers who write, agents who take over, and what came of it.

    played = play_day(day, scripts, channel, conversations, clock)

Customers begin when `arrivals` says, write their turns one after the other, and now and then send a
message again, as a widget does whose connection broke: both sends must be one message.
"""

import heapq
import random
import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from whet.core.errors import WhetError
from whet.products.support.conversation.service import Conversations
from whet.products.support.desk.templates import Template
from whet.products.support.simulation.agents import Agents
from whet.products.support.simulation.arrivals import arrivals
from whet.products.support.simulation.channels import Channel
from whet.products.support.simulation.clock import FastClock
from whet.products.support.simulation.customers import Script, paraphrased
from whet.products.support.simulation.verdicts import Fingerprints, Sent, Verdict, verdict_of

_ROUND_S = 0.25
"""Seconds between two rounds of agents and of what is due; real ones."""
_AGENTS = ("ana", "bo", "chen", "dara", "eli", "fay", "gus", "hana")
_PAGE = 500


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


@dataclass
class _Customer:
    """A customer of the day."""

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
    """Resident memory in the ten tenths of the day, each its mean; empty where nobody measured."""
    seconds: float
    """How long it took."""


@dataclass
class _Log:
    """What threads write down."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    times_s: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    again: int = 0


def play_day(
    day: Day,
    scripts: Sequence[Script],
    channel: Channel,
    conversations: Conversations,
    clock: FastClock,
    *,
    templates: Mapping[str, Template],
    look: Callable[[], None] = lambda: None,
    memory_mb: Callable[[], float] | None = None,
) -> Played:
    """Play a day and return what came of it.

    Args:
        day: how much is played.
        scripts: conversations of which customers are drawn.
        channel: takes the messages.
        conversations: the desk's, in the store that the channel's desk writes.
        clock: the day's.
        templates: of the desk, by which its answers are told.
        look: is called every quarter of a second, for what is due in the desk.
        memory_mb: the memory of the desk's process.
    """
    drawn = random.Random(day.seed)
    starts = arrivals(clock.start, day.hours, day.rate, drawn)
    people = [_customer(i, drawn.choice(scripts), drawn) for i, _ in enumerate(starts)]
    agents = Agents(
        conversations,
        _AGENTS[: day.agents],
        random.Random(day.seed + 1),
        {one.sender: list(script.people_say) for one, script in people},
    )
    log, memory = _Log(), [] if memory_mb is None else [(0.0, memory_mb())]
    stop = threading.Event()

    def rounds() -> None:
        while not stop.wait(_ROUND_S):
            look()
            if agents.names and conversations.rules.hours.is_open(clock()):
                agents.work(clock.elapsed_s())
            if memory_mb is not None:
                memory.append((clock.elapsed_s(), memory_mb()))

    began = time.monotonic()
    worker = threading.Thread(target=_logged(rounds, log), name="whet-agents", daemon=True)
    worker.start()
    try:
        _send_all(day, [one for one, _ in people], starts, channel, clock, log, drawn)
        time.sleep(3 * _ROUND_S)
    finally:
        stop.set()
        worker.join()
    verdict, states = _judged([one for one, _ in people], channel, conversations, templates)
    return Played(
        conversations=len(people),
        verdict=verdict,
        again=log.again,
        refused=tuple(dict.fromkeys(log.refused)),
        taken=agents.taken,
        states=states,
        **_latencies(log.times_s),
        memory_mb=_tenths(memory),
        seconds=time.monotonic() - began,
    )


def resident_mb() -> float:
    """Return the resident memory of this process in megabytes; 0 where the system does not say."""
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    line = next((line for line in text.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(line.split()[1]) / 1000


def _customer(number: int, script: Script, drawn: random.Random) -> tuple[_Customer, Script]:
    """Return a customer who says what a conversation says, in words of his own."""
    sender = f"day-{drawn.getrandbits(32):08x}-{number}"
    texts = [paraphrased(line.text, script.language, drawn) for line in script.says]
    sent = [Sent(sender, f"{sender}-{i}", line.expects) for i, line in enumerate(script.says)]
    return _Customer(sender, texts, sent), script


def _send_all(
    day: Day,
    people: Sequence[_Customer],
    starts: Sequence[float],
    channel: Channel,
    clock: FastClock,
    log: _Log,
    drawn: random.Random,
) -> None:
    """Send what every customer says, each message after the answer to the one before."""
    due = [(at, i) for i, at in enumerate(starts)]
    heapq.heapify(due)
    under_way: dict[Future[None], int] = {}
    with ThreadPoolExecutor(day.senders, thread_name_prefix="whet-customer") as pool:
        while due or under_way:
            for future in [future for future in under_way if future.done()]:
                person = people[under_way[future]]
                future.result()
                person.done += 1
                if person.done < len(person.texts):
                    at = clock.elapsed_s() + drawn.uniform(15, 90)
                    heapq.heappush(due, (at, under_way[future]))
                del under_way[future]
            if due and clock.wait_s(due[0][0]) == 0:
                number = heapq.heappop(due)[1]
                twice = drawn.random() < day.again
                under_way[pool.submit(_send, people[number], channel, log, twice)] = number
                continue
            time.sleep(min(0.005, clock.wait_s(due[0][0])) if due else 0.005)


def _send(person: _Customer, channel: Channel, log: _Log, twice: bool) -> None:
    """Send a customer's next message, `twice` where the connection breaks."""
    text, sent = person.texts[person.done], person.sent[person.done]
    other = None
    if twice:
        arguments = (sent.sender, sent.client_id, text)
        other = threading.Thread(target=_logged(lambda: channel.send(*arguments), log))
        other.start()
    began = time.perf_counter()
    _logged(lambda: channel.send(sent.sender, sent.client_id, text), log)()
    took = time.perf_counter() - began
    if other is not None:
        other.join()
    with log.lock:
        log.times_s.append(took)
        log.again += int(twice)


def _logged(call: Callable[[], None], log: _Log) -> Callable[[], None]:
    """Return a call whose refusals are written down: one message must not end the day."""

    def logged() -> None:
        try:
            call()
        except WhetError as error:
            with log.lock:
                log.refused.append(str(error))

    return logged


def _judged(
    people: Sequence[_Customer],
    channel: Channel,
    conversations: Conversations,
    templates: Mapping[str, Template],
) -> tuple[Verdict, dict[str, int]]:
    """Return what came of all messages, and in which states conversations ended."""
    prints, total, states = Fingerprints(templates), Verdict(), dict[str, int]()
    for person in people:
        row = conversations.start(channel.name, channel_id=person.sender)
        entries = conversations.events(row.id, private=True, limit=_PAGE)
        sent = person.sent[: person.done]
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


def _tenths(samples: Sequence[tuple[float, float]]) -> tuple[float, ...]:
    """Return the mean of samples in each tenth of their time."""
    if not samples:
        return ()
    end = samples[-1][0] or 1.0
    parts: list[list[float]] = [[] for _ in range(10)]
    for at, value in samples:
        parts[min(9, int(10 * at / end))].append(value)
    return tuple(round(statistics.fmean(part), 1) for part in parts if part)
