"""How long does a customer wait, and does a day of traffic lose anything?

    python benchmarks/support_load.py load [--folder DIR] [--articles 5000] [--rate 20] [--url URL]
    python benchmarks/support_load.py replay [--folder DIR] [--hours 8] [--speed 50] [--rate 200]
        [--http]

Both work on a copy of `examples/support` that `whet support build` made; `--folder` keeps it.

`load` adds articles of Reuters until so many are indexed, and sends messages of the example's
conversations, in other words, at `--rate` a second for `--seconds`. They arrive when they arrive (a
Poisson process), whether or not the desk is behind, and a message's time counts from then: Tene,
"How NOT to measure latency" (2015), calls the other way coordinated omission. Without `--url` the
desk is in this process, behind its engine and a SQLite store, as it is behind every channel; with
it, a server of that folder is asked over HTTP, through the REST channel that Rasa has.

`replay` plays hours of a day at so many times their speed, with people who take over; with `--http`
against a `whet support serve` of the folder, whose memory is looked at. In a folder that is kept, a
replay that was cut off goes on where it was.
"""

import argparse
import csv
import gzip
import itertools
import json
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import common
import httpx
import numpy as np

from whet.products.support.answering.opening import open_answerer
from whet.products.support.conversation.service import Conversations
from whet.products.support.desk.read import read_desk
from whet.products.support.desk.rules import rules_of
from whet.products.support.engine import Engine
from whet.products.support.simulation.channels import Channel, InProcess, RasaRest
from whet.products.support.simulation.customers import CONVERSATIONS, paraphrased, read_scripts
from whet.products.support.simulation.memory import resident_mb
from whet.store.store import Store, open_store

EXAMPLE = Path(__file__).parents[1] / "examples" / "support"
WARM_UP_S = 3.0
SENDERS = 32
READY_WITHIN_S = 60.0
JOURNAL = "replay.jsonl"


def whet(*words: object) -> str:
    """Run a command of Whet and return what it printed; an exit code of 1 is an answer."""
    command = [sys.executable, "-m", "whet.cli", *map(str, words)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode >= common.BROKEN:
        sys.exit(f"`whet {words[0]} {words[1]}` ended with {done.returncode}; see above.")
    return done.stdout


def built(folder: Path) -> Path:
    """Return a copy of the example in a folder, built where it is not yet."""
    if not (folder / ".whet" / "whet.db").exists():
        ours = shutil.ignore_patterns(".whet")
        shutil.copytree(EXAMPLE, folder, ignore=ours, dirs_exist_ok=True)
        (folder / "whet.toml").touch()
        whet("support", "build", folder)
    return folder


def fill(folder: Path, count: int) -> common.Json:
    """Add articles of Reuters until the folder holds `count`, index them, and return the facts."""
    place = folder / "articles" / "reuters"
    place.mkdir(exist_ok=True)
    missing = count - sum(1 for path in (folder / "articles").rglob("*.*") if path.is_file())
    path = common.data_folder() / "reuters21578_stream" / "reuters_stream.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["text"].strip() and row["title"]]
    unused = (row for row in rows if not (place / f"{row['newid']}.md").exists())
    for row in itertools.islice(unused, max(0, missing)):
        head = json.dumps({"title": row["title"], "language": "en"})
        text = f"---\n{head}\n---\n{row['text']}\n"
        (place / f"{row['newid']}.md").write_text(text, encoding="utf-8")
    started = time.perf_counter()
    done = json.loads(whet("support", "articles", "sync", "--workspace", folder, "--json"))
    return {"synced_s": time.perf_counter() - started, "added": len(done["added"])}


@contextmanager
def desk_in_process(folder: Path, store: Store) -> Iterator[Channel]:
    """Yield the desk behind its engine, over a store of its own."""
    files = read_desk(folder)
    answerer = open_answerer(files, store, announces=False)
    with (
        tempfile.TemporaryDirectory() as place,
        open_store(f"sqlite:///{place}/load.db") as own,
    ):
        conversations = Conversations(own, rules_of(files.desk))
        engine = Engine(conversations, answerer)
        try:
            yield InProcess(engine, conversations)
        finally:
            engine.close()


def load(
    channel: Channel, texts: Sequence[tuple[str, str]], rate: float, seconds: float
) -> common.Json:
    """Return how long messages took, each counted from the moment at which it was to arrive."""
    drawn = random.Random(0)
    dues, at = [], 0.0
    while at < seconds + WARM_UP_S:
        at += drawn.expovariate(rate)
        dues.append(at)
    run = f"{drawn.getrandbits(40):x}-{time.time_ns():x}"
    took: list[tuple[float, float]] = []
    began = time.perf_counter()

    def send(number: int, due: float, text: str) -> None:
        channel.send(f"{run}-{number // 3}", f"{run}-{number}", text)
        took.append((due, time.perf_counter() - began - due))

    with ThreadPoolExecutor(SENDERS) as pool:
        futures = []
        for number, due in enumerate(dues):
            text = paraphrased(*drawn.choice(texts), drawn)
            time.sleep(max(0.0, due - (time.perf_counter() - began)))
            futures.append(pool.submit(send, number, due, text))
        for future in futures:
            future.result()
    times = np.array([1000 * t for due, t in took if due >= WARM_UP_S])
    cuts = dict(
        zip(("p50_ms", "p95_ms", "p99_ms"), np.percentile(times, [50, 95, 99]), strict=True)
    )
    return {
        "messages": len(times),
        **{name: float(v) for name, v in cuts.items()},
        "max_ms": float(times.max()),
    }


def run_load(asked: argparse.Namespace, folder: Path) -> None:
    """Measure and print how long messages take."""
    scripts = read_scripts(folder / CONVERSATIONS)
    texts = [(line.text, script.language) for script in scripts for line in script.says]
    facts: common.Json = {"articles": asked.articles, **fill(folder, asked.articles)}
    with open_store(f"sqlite:///{folder}/.whet/whet.db") as store:
        if asked.url:
            found = load(RasaRest(asked.url), texts, asked.rate, asked.seconds)
        else:
            with desk_in_process(folder, store) as channel:
                found = load(channel, texts, asked.rate, asked.seconds)
    facts |= {"over": "HTTP" if asked.url else "the engine, in process", "rate": asked.rate}
    results = {"benchmark": "support load", **facts, **found, "resident_mb": resident_mb()}
    cells = [f"{found[name]:.1f}" for name in ("p50_ms", "p95_ms", "p99_ms", "max_ms")]
    header = ["over", "articles", "messages a second", "p50 ms", "p95 ms", "p99 ms", "slowest ms"]
    common.finish(results, header, [[facts["over"], asked.articles, asked.rate, *cells]])


@contextmanager
def server(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield the address and the process of a server of the folder; stop it at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "whet.cli", "support", "serve", "--workspace", str(folder)]
    command += ["--port", str(port), "--requests-per-minute", "100000"]
    with (folder / "serve.log").open("a") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    url, began = f"http://127.0.0.1:{port}", time.monotonic()
    try:
        while not is_ready(url):
            if process.poll() is not None or time.monotonic() - began > READY_WITHIN_S:
                sys.exit(f"The server did not start; see {folder / 'serve.log'}.")
            time.sleep(0.2)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait()


def is_ready(url: str) -> bool:
    """Return whether a server answers."""
    try:
        return httpx.get(f"{url}/readyz", trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def run_replay(asked: argparse.Namespace, folder: Path) -> None:
    """Play a day and print what came of it."""
    words = ["--hours", asked.hours, "--speed", asked.speed, "--rate", asked.rate, "--json"]
    if asked.http:
        journal = folder / JOURNAL
        with server(folder) as (url, process):
            # The journal holds no port: the next server of the folder goes on with the day.
            served = ["--url", url, "--server-pid", process, "--journal", journal]
            found = json.loads(whet("support", "simulate", folder, *words, *served))
        journal.unlink()
    else:
        served = ["--url", asked.url] if asked.url else []
        found = json.loads(whet("support", "simulate", folder, *words, *served))
    verdict, memory = found["verdict"], found["memory_mb"] or [0.0]
    names = ("messages", "refused", "lost", "doubled", "talked_over", "by_bot")
    row = ["HTTP" if asked.http or asked.url else "the engine, in process"]
    row += [asked.hours, asked.speed, found["again"], *(verdict[name] for name in names)]
    row += [f"{found['p50_ms']:.1f}", f"{found['p99_ms']:.1f}"]
    row += [" ".join(f"{mb:.0f}" for mb in memory)]
    header = ["over", "hours", "speed", "sent twice", "messages", "refused", "lost", "doubled"]
    header += ["over a person", "answered by the bot", "p50 ms", "p99 ms", "memory by minute, MB"]
    common.finish({"benchmark": "support replay", **found}, header, [row])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", choices=["load", "replay"])
    parser.add_argument("--folder", type=Path, help="keeps the desk from one run to the next")
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--rate", type=float, help="messages a second; conversations an hour")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--hours", type=float, default=8)
    parser.add_argument("--speed", type=float, default=50)
    parser.add_argument("--http", action="store_true", help="replay against a server of the folder")
    parser.add_argument("--url", help="a server of the folder; a desk in this process without it")
    asked = parser.parse_args()
    asked.rate = asked.rate or {"load": 20.0, "replay": 200.0}[asked.what]
    with tempfile.TemporaryDirectory() as temporary:
        folder = built(asked.folder or Path(temporary) / "desk")
        (run_load if asked.what == "load" else run_replay)(asked, folder)


if __name__ == "__main__":
    main()
