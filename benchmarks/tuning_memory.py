"""Contrastive tuning takes memory that depends neither on the number of rows nor of classes.

    python benchmarks/tuning_memory.py [--base minilm|tiny] [--steps 30]

Rows are made as they are asked for and never held. Each size has a fresh process; its memory is the
largest resident size while tuning, minus the resident size once the model is loaded. The sizes are
1,000 rows of 10 classes, ten times as many rows, and ten times as many classes as well. A method
that lists pairs would hold 500,000 of them for the first size and 50 million for the others.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import common
import numpy as np
from memory import TOPICS
from numpy.typing import NDArray

SIZES = ((1_000, 10), (10_000, 10), (10_000, 100), (100_000, 100))


def short_text(number: int) -> str:
    """Return the text of one row, the same in every run."""
    drawn = random.Random(number)
    return f"please {' '.join(drawn.choices(TOPICS, k=8))} {number % 1000}"


def tune(rows: int, classes: int, base: str, steps: int) -> common.Json:
    """Return memory and time of tuning on so many rows in this process."""
    from whet.models.bases import find_base
    from whet.models.encoder import load_encoder, token_ids
    from whet.runtime.measure import measured
    from whet.training.contrastive import ContrastiveRecipe, tune_contrastive

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if base == "tiny":
            sys.path.insert(0, str(Path(__file__).parents[1]))
            from tests.tiny_base import make_tiny_base

            base = str(make_tiny_base(folder / "tiny"))
        encoder = load_encoder(find_base(base, folder))

        def read(positions: NDArray[np.int64]) -> list[list[int]]:
            return token_ids(encoder.tokenizer, [short_text(int(i)) for i in positions])

        recipe = ContrastiveRecipe(passes=1e9, most_steps=steps)
        labels = np.arange(rows) % classes
        with measured() as cost:
            tune_contrastive(encoder.module, read, labels, recipe, folder=folder)
    return {
        "rows": rows,
        "classes": classes,
        "baseline_bytes": cost.peak_bytes - cost.growth_bytes,
        "growth_bytes": cost.growth_bytes,
        "seconds": cost.seconds,
    }


def in_fresh_process(rows: int, classes: int, base: str, steps: int) -> common.Json:
    """Return what `tune` measures, in a process of its own."""
    sizes = [str(rows), str(classes)]
    command = [sys.executable, __file__, "--base", base, "--steps", str(steps), "--here", *sizes]
    return common.last_json(subprocess.check_output(command))


def main() -> None:
    """Run everything and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", choices=("minilm", "tiny"), default="minilm")
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--here", type=int, nargs=2, metavar=("ROWS", "CLASSES"))
    options = parser.parse_args()
    if options.here:
        print(json.dumps(tune(*options.here, options.base, options.steps)))
        return
    found = [in_fresh_process(*size, options.base, options.steps) for size in SIZES]
    rows = [
        (
            options.base,
            f"{one['rows']:,}",
            one["classes"],
            f"{one['growth_bytes'] / 1e6:.0f}",
            f"{one['baseline_bytes'] / 1e6:.0f}",
            f"{one['seconds']:.0f}",
        )
        for one in found
    ]
    header = ["base", "rows", "classes", "growth, MB", "loaded model, MB", "seconds"]
    common.finish({"base": options.base, "sizes": found}, header, rows)


if __name__ == "__main__":
    main()
