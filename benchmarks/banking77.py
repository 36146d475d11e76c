"""Banking77, official split: from the CSV files to a package, beside Hugging Face's Trainer.

    WHET_DATA=... python benchmarks/banking77.py [--skip-peers] [--out FILE]

Whet runs as a user runs it, as a process of its own with empty caches: `whet build`, which audits,
climbs, tests, packages and proves parity. The Trainer runs with its defaults (batch 32, dynamic
padding, 3 epochs) at learning rates 5e-5 and 2e-4, once as it is and once with grouping by length;
its time is both rates together, since nobody knows the better one beforehand. Accuracy is on the
3,080 test rows with Wilson intervals; seed 0.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
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


def trainer(rate: float, grouped: bool) -> dict[str, Any]:
    """Return seconds and test accuracy of one run of the Trainer in a process of its own."""
    script = Path(__file__).parent / "trainer_peer.py"
    environment = os.environ | {"OMP_NUM_THREADS": str(os.cpu_count())}
    done = subprocess.run(
        [sys.executable, str(script), str(rate), "grouped" if grouped else "default"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env=environment,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Run everything and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skip-peers", action="store_true")
    parser.add_argument("--skip-full", action="store_true")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    results: dict[str, Any] = {"machine": common.machine()}

    def record(name: str, result: dict[str, Any]) -> None:
        results[name] = result
        print(name, json.dumps(result)[:400], file=sys.stderr, flush=True)
        if options.out:
            options.out.write_text(json.dumps(results, indent=1))

    record("whet", whet("auto", "good_enough", 10))
    if not options.skip_full:
        record("whet full", whet("[full]", "best", 60))
    if not options.skip_peers:
        for kind in ("default", "grouped"):
            for rate in (5e-5, 2e-4):
                record(f"trainer {kind} {rate:g}", trainer(rate, kind == "grouped"))
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
