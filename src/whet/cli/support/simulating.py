"""`whet support simulate`: what does a day of traffic do to the desk?"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.options import AsJson
from whet.cli.progress import shown_progress
from whet.cli.support.options import DeskPath, desk_path, store_beside
from whet.core.errors import InputError

if TYPE_CHECKING:  # heavy: imported by the command only when it runs
    from whet.products.support.desk.read import DeskFiles
    from whet.products.support.simulation.clock import FastClock
    from whet.products.support.simulation.day import Played, Stage
    from whet.store.store import Store

FAILED = 1

ServerUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="A server of this workspace, asked over HTTP; a desk in this process without it.",
    ),
]
ConversationsFile = Annotated[
    Path | None,
    typer.Option(
        "--conversations", metavar="FILE", help="conversations.jsonl beside the desk without it."
    ),
]
ServerProcess = Annotated[
    int | None,
    typer.Option(
        min=1, metavar="PID", help="Process of the server, whose memory is looked at; with --url."
    ),
]
JournalFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Keeps what was sent, so that a day that was cut off goes on; with --url.",
    ),
]


def simulate(
    desk: DeskPath = None,
    hours: Annotated[float, typer.Option(min=0.01, max=168, help="Hours that are played.")] = 8,
    rate: Annotated[
        float, typer.Option(min=0.1, max=10_000, help="Conversations an hour, in the mean.")
    ] = 60,
    speed: Annotated[
        float, typer.Option(min=0.1, max=10_000, help="How many times as fast as time passes.")
    ] = 50,
    start: Annotated[
        datetime | None,
        typer.Option(help="When the day begins, desk's time; a Wednesday at nine without it."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Who writes what, and when.")] = 0,
    agents: Annotated[int, typer.Option(min=0, max=8, help="People at the desk.")] = 3,
    url: ServerUrl = None,
    file: ConversationsFile = None,
    server_pid: ServerProcess = None,
    journal: JournalFile = None,
    as_json: AsJson = False,
) -> None:
    """Play a day of traffic, with people who take over; exit 1 where one message is lost."""
    from whet.products.support.desk.read import read_desk
    from whet.products.support.simulation.clock import FastClock
    from whet.products.support.simulation.customers import CONVERSATIONS, read_scripts
    from whet.products.support.simulation.day import Day, play_day
    from whet.products.support.simulation.journal import Journal

    _check_served(url, server_pid, journal)
    path = desk_path(desk)
    files = read_desk(path)
    scripts = read_scripts(file or files.folder / CONVERSATIONS)
    with store_beside(path) as store:
        if store is None:
            raise InputError(f"{path} must be a desk that was built. Run `whet support build`.")
        day, began = Day(hours, rate, seed, agents), _start(start, files)
        settings = {"desk": str(path.resolve()), "start": str(began), "speed": speed}
        opened = Journal.opened(journal, settings | asdict(day)) if journal else None
        with opened or nullcontext(Journal()) as kept, shown_progress() as progress:
            clock = FastClock(began, speed, passed_s=kept.elapsed_s)
            with _stage(files, store, clock, url, server_pid) as stage:
                played = play_day(day, scripts, stage, clock, journal=kept, progress=progress)
    _print(played, as_json=as_json)
    verdict = played.verdict
    if verdict.lost or verdict.doubled or verdict.talked_over or verdict.refused:
        raise typer.Exit(FAILED)


def _check_served(url: str | None, server_pid: int | None, journal: Path | None) -> None:
    """Refuse what only a server has where there is none, and a server that does not answer.

    Raises:
        InputError: an option needs --url, the server cannot be asked, or the process is none.
    """
    from whet.products.support.simulation.channels import check_server
    from whet.products.support.simulation.memory import resident_mb

    for name, value in (("--server-pid", server_pid), ("--journal", journal)):
        if value is not None and url is None:
            raise InputError(f"{name} must come with --url; a desk in this process has no server.")
    if url is not None:
        check_server(url)
    if server_pid is not None and not resident_mb(server_pid):
        raise InputError(
            f"--server-pid must be a process of this machine whose memory can be read; "
            f"{server_pid} is none."
        )


def _start(start: datetime | None, files: "DeskFiles") -> datetime:
    """Return when a day begins, in the zone of the desk."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(files.desk.hours.zone)
    return (start or datetime(2026, 6, 17, 9)).replace(tzinfo=zone).astimezone(zone)


@contextmanager
def _stage(
    files: "DeskFiles",
    store: "Store",
    clock: "FastClock",
    url: str | None,
    server_pid: int | None,
) -> Iterator["Stage"]:
    """Yield what a day is played on: a server, or a desk over a store of its own."""
    from whet.products.support.conversation.service import Conversations
    from whet.products.support.desk.rules import rules_of
    from whet.products.support.simulation.channels import InProcess, RasaRest
    from whet.products.support.simulation.day import Stage
    from whet.products.support.simulation.memory import resident_mb
    from whet.store.store import open_store

    rules = rules_of(files.desk)
    if url is not None:
        served = RasaRest(url)
        try:
            memory = None if server_pid is None else lambda: resident_mb(server_pid)
            yield Stage(served, Conversations(store, rules), files.templates, memory_mb=memory)
        finally:
            served.close()
        return
    from whet.products.support.answering.opening import open_answerer
    from whet.products.support.engine import Engine

    # The conversation says that a person takes over; said twice it would read badly.
    answerer = open_answerer(files, store, announces=False)
    with (
        tempfile.TemporaryDirectory(prefix="whet-day-") as folder,
        # A store of its own: the customers of a played day are not the desk's, nor is its time.
        open_store(f"sqlite:///{folder}/day.db", clock=lambda: clock().astimezone(UTC)) as own,
    ):
        conversations = Conversations(own, rules)
        engine = Engine(conversations, answerer, threads=8)

        def look() -> None:
            engine.recover()
            conversations.tick()

        try:
            channel = InProcess(engine, conversations)
            yield Stage(channel, conversations, files.templates, look, resident_mb)
        finally:
            engine.close()


def _print(played: "Played", *, as_json: bool) -> None:
    """Print what came of a day."""
    if as_json:
        print_json(asdict(played))
        return
    from whet.cli.tables import new_table

    table = new_table("what", "count", "share", right=["count", "share"])
    for what, count, share in _rows(played):
        table.add_row(what, f"{count:,}", "" if share is None else f"{share:.1%}")
    stdout_console().print(table)
    typer.echo(
        f"Reply to a message: p50 {played.p50_ms:.1f} ms, p99 {played.p99_ms:.1f} ms, slowest "
        f"{played.slowest_ms:.0f} ms. Played in {played.seconds:.0f} s."
    )
    if played.memory_mb:
        shown = " ".join(f"{value:.0f}" for value in played.memory_mb)
        typer.echo(f"Memory minute by minute (MB): {shown}")
    for sentence in played.refused[:5]:
        typer.echo(f"Refused: {sentence}")


def _rows(played: "Played") -> list[tuple[str, int, float | None]]:
    """Return what is shown, each with its share of what it is part of."""
    v = played.verdict
    judged, answered = max(1, v.judged), max(1, v.answered)
    return [
        ("conversations", played.conversations, None),
        ("messages", v.messages, None),
        ("sent twice", played.again, None),
        ("refused", v.refused, None),
        ("lost", v.lost, None),
        ("doubled", v.doubled, None),
        ("bot spoke over a person", v.talked_over, None),
        ("answered by the bot", v.by_bot, None),
        ("messages with a known answer", v.judged, None),
        ("answered without a person", v.answered, v.answered / judged),
        ("of these wrong", v.wrong, v.wrong / answered),
        ("asked back", v.asked_back, v.asked_back / judged),
        ("handed over", v.handed_over, v.handed_over / judged),
        (
            "conversations that people took",
            played.taken,
            played.taken / max(1, played.conversations),
        ),
    ]
