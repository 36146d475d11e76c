"""How long until Whet does anything? `whet --help` and the import of what serves.

    python benchmarks/startup.py [--runs 10]

Each run is a process of its own; the runs of all commands take turns. `python -c pass` is the floor
that no Python program can be below; importing what a transformers pipeline needs is the peer.
"""

import argparse
import statistics
import subprocess
import sys
import time

import common

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "whet --help": [sys.executable, "-m", "whet.cli", "--help"],
    "import whet.serving.predictor": [sys.executable, "-c", "import whet.serving.predictor"],
    "from transformers import pipeline": [
        sys.executable,
        "-c",
        "from transformers import pipeline",
    ],
}


def seconds(command: list[str]) -> float:
    """Return the wall-clock time of one process."""
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def main() -> None:
    """Run everything and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    options = parser.parse_args()
    for command in COMMANDS.values():
        seconds(command)  # writes byte code and fills the disk cache; not counted
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(options.runs):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    rows = [
        (f"`{name}`", *(f"{pick(runs):.3f}" for pick in (statistics.median, min, max)))
        for name, runs in times.items()
    ]
    common.finish({"seconds": times}, ["command", "median, s", "least", "most"], rows)


if __name__ == "__main__":
    main()
