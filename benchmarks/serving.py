"""A package answers faster on a CPU than a transformers pipeline with the same encoder.

    WHET_DATA=... python benchmarks/serving.py [--workspace DIR] [--rounds 5] [--requests 2000]

Whet: the probe of a Banking77 build, in float32 and in int8, giving whole answers: probabilities,
abstention and evidence. Peer: a transformers pipeline on the same encoder under a linear head
(serving_worker.py says how), in float32. Each side is a process of its own; in every round they
take turns at the same 1,024 test texts, shuffled, first all in one call (the pipeline makes batches
of 32 in their order, Whet sorts them by length), then 32 a call, then at 300 single texts,
tokenising included. Ratios are medians over rounds with bootstrap intervals. Then the package over
HTTP: 8 open connections, one text a request; server and load share the machine. The build is kept
in DIR and used again.
"""

import argparse
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError

import common
import numpy as np
from safetensors.numpy import save_file
from serving_worker import HEAD_FILE, HOW, LABELS_FILE
from sklearn.linear_model import LogisticRegression

from whet.compression.quantise import quantise_onnx
from whet.serving.package import MODEL_FILE, write_manifest

CARD = """\
name: banking77
data: {{source: {{path: {folder}/train.csv}}}}
inputs: [{{column: text}}]
target: {{column: category}}
split: {{kind: official, test: {data}/banking77/test.csv}}
metrics: {{primary: accuracy, also: [macro_f1, ece]}}
candidates: [probe]
stop: best
budget: {{minutes: 60}}
package: {{quantise: never}}
"""
FORMS = ("float32", "int8")
SPEEDS = ("at once", "batches")
SINGLES = 300
CONCURRENCY = 8
STARTED_WITHIN_S = 120
FINISHED_WITHIN_S = 300
UNLIMITED = 1_000_000
"""Requests a minute that the server allows: its usual limit would end the measurement."""


def prepare(folder: Path, per_class: int | None) -> None:
    """Write both forms of the package and the peer's head to `folder`, unless they are there."""
    if (folder / "peer" / LABELS_FILE).exists():
        return
    train = list(zip(*common.banking77("train"), strict=True))
    train = train if per_class is None else common.draw(per_class, seed=0)
    folder.mkdir(parents=True, exist_ok=True)
    common.write_csv(folder / "train.csv", train)
    facts = common.build(CARD.format(data=common.data_folder(), folder=folder), folder)
    if facts["package"]["form"] == "linear":
        sys.exit("The linear rung won: there is no encoder to compare.")
    for form in FORMS:
        shutil.copytree(facts["package"]["path"], folder / form, dirs_exist_ok=True)
    quantise_onnx(folder / "float32" / MODEL_FILE, folder / "int8" / MODEL_FILE)
    write_manifest(folder / "int8")
    texts, labels = zip(*train, strict=True)
    (cache,) = (folder / ".whet" / "cache" / "embeddings").iterdir()  # the build has embedded them
    model = LogisticRegression(C=10, max_iter=1000).fit(common.mean_views(texts, cache), labels)
    (folder / "peer").mkdir(exist_ok=True)
    head = {"weight": model.coef_, "bias": model.intercept_}
    # Contiguous, because safetensors writes the memory as it lies and forgets the order.
    save_file(
        {k: np.ascontiguousarray(v, np.float32) for k, v in head.items()},
        folder / "peer" / HEAD_FILE,
    )
    (folder / "peer" / LABELS_FILE).write_text("\n".join(model.classes_), encoding="utf-8")


def in_process(folder: Path, rounds: int, count: int) -> common.Json:
    """Return speed and accuracy of each side over all rounds."""
    pairs = list(zip(*common.banking77("test"), strict=True))
    random.Random(0).shuffle(pairs)
    texts, truth = map(list, zip(*pairs[:count], strict=True))
    with ExitStack() as stack:
        kinds = {"peer": "transformers"} | dict.fromkeys(FORMS, "whet")
        sides = {
            name: stack.enter_context(common.Worker("serving_worker.py", kind, str(folder / name)))
            for name, kind in kinds.items()
        }
        found: common.Json = {name: {how: [] for how in HOW} for name in sides}
        for name, side in sides.items():  # not counted: the first passes are slower than all others
            answer = side.ask(how="batches", texts=texts)
            right = [a == b for a, b in zip(answer["labels"], truth, strict=True)]
            found[name]["accuracy"] = sum(right) / len(right)
            side.ask(how="singles", texts=texts[:20])
        for number in range(rounds):
            order = list(sides)[:: 1 if number % 2 == 0 else -1]
            for how in SPEEDS:
                for name in order:
                    answer = sides[name].ask(how=how, texts=texts)
                    found[name][how].append(answer["texts_per_s"])
            for name in order:
                answer = sides[name].ask(how="singles", texts=texts[:SINGLES])
                found[name]["singles"].append(answer)
    for name in FORMS:
        found[name]["ratios"] = ratios(found[name], found["peer"])
    return found


def ratios(ours: common.Json, peer: common.Json) -> common.Json:
    """Return how many times as fast as the peer we are: above 1 is better, for each measure."""
    result = {how: common.ratio_interval(ours[how], peer[how]) for how in SPEEDS}
    for name in ("p50_ms", "p95_ms"):
        times = ([one[name] for one in side["singles"]] for side in (peer, ours))
        result[name] = common.ratio_interval(*times)
    return result


@contextmanager
def server(folder: Path, workspace: Path) -> Iterator[int]:
    """Yield the port of `whet serve` on a package, run in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "whet.cli", "serve", str(folder), "--port", str(port)]
    command += ["--workspace", str(workspace), "--requests-per-minute", str(UNLIMITED)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + STARTED_WITHIN_S
        while not is_ready(port):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit("`whet serve` did not start.")
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def is_ready(port: int) -> bool:
    """Return whether the server has loaded its model."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def over_http(folder: Path, form: str, requests: int) -> common.Json:
    """Return latencies and throughput of the server under load from another process."""
    script = Path(__file__).parent / "http_load.py"
    with server(folder / form, folder) as port:
        arguments = map(str, (script, port, "banking77", CONCURRENCY, requests))
        printed = subprocess.check_output([sys.executable, *arguments], timeout=FINISHED_WITHIN_S)
    return common.last_json(printed)


def one_row(name: str, side: common.Json, http: common.Json | None) -> tuple[object, ...]:
    """Return the line of the table for one side."""
    p50, p95 = (statistics.median(one[k] for one in side["singles"]) for k in ("p50_ms", "p95_ms"))
    times = side.get("ratios")
    rates = (
        f"{statistics.median(side[how]):,.0f}"
        + (f"; {common.shown(times[how], 2)}" if times else "")
        for how in SPEEDS
    )
    faster = common.shown(times["p50_ms"], 2) if times else "1"
    sent = "–"
    if http:
        sent = " / ".join(f"{http[key]:.1f}" for key in ("p50_ms", "p95_ms", "p99_ms"))
        sent += f"; {http['texts_per_s']:,.0f}"
    singles = f"{p50:.1f} / {p95:.1f}"
    return (name, f"{side['accuracy']:.3f}", *rates, singles, faster, sent)


def main() -> None:
    """Run everything and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--texts", type=int, default=1024)
    parser.add_argument("--per-class", type=int, help="train on so few rows, to try the script")
    parser.add_argument("--requests", type=int, default=2000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = (options.workspace or Path(place)).resolve()
        prepare(folder, options.per_class)
        sides = in_process(folder, options.rounds, options.texts)
        http = {form: over_http(folder, form, options.requests) for form in FORMS}
    rows = [one_row(name, side, http.get(name)) for name, side in sides.items()]
    header = ["side", "accuracy", "all at once, texts/s; times the peer", "32 a call, the same"]
    header += ["one text, p50 / p95 ms"]
    header += ["times as fast, p50", "HTTP, p50 / p95 / p99 ms; texts/s"]
    common.finish({"sides": sides, "http": http}, header, rows)


if __name__ == "__main__":
    main()
