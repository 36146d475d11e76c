"""Banking77, official split: from the CSV files to a package, beside Hugging Face's Trainer.

    WHET_DATA=... python benchmarks/banking77.py [--out FILE] [--only PART ...]

Whet runs as a user runs it, as a process of its own with empty caches: `whet build`, which audits,
climbs, tests, packages and proves parity. The Trainer runs with its defaults (batch 32, dynamic
padding, 3 epochs), of which the better of the learning rates 5e-5 and 2e-4 is wanted: its time is
that of two runs, since nobody knows the better one beforehand. One whole run, with 2e-4, is made
with grouping by length, and counted twice. As the Trainer is by default, every epoch takes as long
as the first: one is run, without an accuracy, and six are counted. Accuracy is on the 3,080 test
rows with Wilson intervals; seed 0. With `--out` the parts (20 minutes) can be run one by one.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import common

CARD = """\
name: banking77
use: route a bank customer's question
not_for: advice
data: {{source: {{path: {data}/banking77/train.csv, sha256: null}}}}
inputs: [{{column: text}}]
target: {{column: category}}
split: {{kind: official, test: {data}/banking77/test.csv}}
metrics: {{primary: accuracy, also: [macro_f1, ece]}}
candidates: {candidates}
stop: {stop}
budget: {{minutes: {minutes}}}
gate: {{accuracy: 0.92}}
"""
RATE = 2e-4
RUNS = 2
"""Runs of the Trainer that a search over two learning rates takes."""
TEST_ROWS = 3080
EPOCHS = 3


def whet(candidates: str, stop: str, minutes: int) -> dict[str, Any]:
    """Return seconds, accuracy and winner of one `whet build` in an empty workspace."""
    with tempfile.TemporaryDirectory() as folder:
        card = Path(folder) / "card.yaml"
        data = common.data_folder()
        card.write_text(CARD.format(data=data, candidates=candidates, stop=stop, minutes=minutes))
        (Path(folder) / "whet.toml").write_text("")
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "whet.cli", "build", str(card), "--json"],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - started
        facts = json.loads(done.stdout)
    return {
        "seconds": seconds,
        "exit": done.returncode,
        "winner": facts["winner"],
        "accuracy": facts["test"]["accuracy"],
        "verdicts": facts["verdicts"],
        "parity": facts["package"]["parity"],
        "risk": facts["risk"],
    }


def trainer(rate: float, kind: str, epochs: int) -> dict[str, Any]:
    """Return seconds and test accuracy of one run of the Trainer in a process of its own."""
    script = Path(__file__).parent / "trainer_peer.py"
    environment = os.environ | {"OMP_NUM_THREADS": str(os.cpu_count())}
    done = subprocess.run(
        [sys.executable, str(script), str(rate), kind, str(epochs)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env=environment,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def parts() -> dict[str, Callable[[], dict[str, Any]]]:
    """Return what is measured, by name, in order."""
    found: dict[str, Callable[[], dict[str, Any]]] = {
        "whet": lambda: whet("auto", "good_enough", 10),
        "whet full": lambda: whet("[full]", "best", 60),
    }
    found["trainer default"] = partial(trainer, RATE, "default", 1)
    found["trainer grouped"] = partial(trainer, RATE, "grouped", EPOCHS)
    return found


def rows_of(results: dict[str, Any]) -> list[tuple[object, ...]]:
    """Return the lines of the table; the Trainer's time is that of both rates."""
    ladder, full = results["whet"], results["whet full"]
    grouped, epoch = results["trainer grouped"], results["trainer default"]["train_seconds"]
    accuracy = common.share_interval(grouped["accuracy"], TEST_ROWS)
    lines = [
        (f"Whet, default ladder: {ladder['winner']}", ladder["seconds"], ladder["accuracy"]),
        ("Whet, `full` alone", full["seconds"], full["accuracy"]),
        ("Trainer, default, two runs", RUNS * EPOCHS * epoch, None),
        ("Trainer, grouped by length, two runs", RUNS * grouped["seconds"], accuracy),
    ]
    return [
        (name, f"{seconds:.0f}", f"{seconds / ladder['seconds']:.1f}", common.shown(accuracy))
        for name, seconds, accuracy in lines
    ]


def main() -> None:
    """Run what `--out` does not hold yet, and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="file that keeps every part that is done")
    parser.add_argument("--only", nargs="+", choices=list(parts()), default=list(parts()))
    options = parser.parse_args()
    kept = options.out and options.out.exists()
    results: dict[str, Any] = json.loads(options.out.read_text()) if kept else {}
    for name in options.only:
        if name not in results:
            results[name] = parts()[name]()
            print(name, json.dumps(results[name])[:400], file=sys.stderr, flush=True)
        if options.out:
            options.out.write_text(json.dumps(results, indent=1))
    if set(results) == set(parts()):
        header = ["side", "seconds", "times Whet's", "test accuracy"]
        common.finish(results, header, rows_of(results))


if __name__ == "__main__":
    main()
