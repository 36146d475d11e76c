"""Embedding a corpus takes memory that does not depend on its size.

    python benchmarks/memory.py [--base minilm|tiny] [--rows 10000 20000]
    python benchmarks/memory.py --base tiny --rows 10000 100000 1000000

Short texts come from a generator and are never held; they go through the embedding cache that every
build uses, with the encoder itself. Each size has a fresh process; its memory is the largest
resident size while embedding, minus the resident size once the model is loaded. The tiny base (two
layers, random weights) takes the same path in a fraction of the time.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import common

TOPICS = [
    "refund",
    "invoice",
    "password",
    "card",
    "account",
    "login",
    "crash",
    "parcel",
    "address",
    "plan",
]
VERBS = ["cancel", "change", "find", "open", "close", "check", "repeat", "explain", "stop", "lose"]


def short_texts(rows: int) -> Iterator[str]:
    """Yield texts of 5 to 12 words, no two alike, the same in every run."""
    drawn = random.Random(0)
    for number in range(rows):
        words = drawn.choices(TOPICS, k=drawn.randint(1, 8))
        yield f"please {drawn.choice(VERBS)} my {' '.join(words)} {number}"


def embed(rows: int, base: str) -> common.Json:
    """Return memory and time of embedding so many texts in this process."""
    from whet.models.bases import find_base
    from whet.models.cache import EmbeddingCache
    from whet.models.encoder import encode, load_encoder
    from whet.runtime.measure import measured

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if base == "tiny":
            sys.path.insert(0, str(Path(__file__).parents[1]))
            from tests.tiny_base import make_tiny_base

            base = str(make_tiny_base(folder / "tiny"))
        encoder = load_encoder(find_base(base, folder))
        cache = EmbeddingCache(folder / "cache", 3 * encoder.dimension)
        with measured() as cost:
            cache.positions(short_texts(rows), lambda texts: encode(encoder, texts))
        embedded, width = cache.vectors().shape
    return {
        "rows": embedded,
        "baseline_bytes": cost.peak_bytes - cost.growth_bytes,
        "growth_bytes": cost.growth_bytes,
        "cache_bytes": embedded * width * 2,
        "texts_per_s": embedded / cost.seconds,
    }


def in_fresh_process(rows: int, base: str) -> common.Json:
    """Return what `embed` measures, in a process of its own."""
    command = [sys.executable, __file__, "--base", base, "--rows", str(rows), "--here"]
    return common.last_json(subprocess.check_output(command))


def main() -> None:
    """Run everything and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", choices=("minilm", "tiny"), default="minilm")
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 20_000])
    parser.add_argument("--here", action="store_true", help="measure one size in this process")
    options = parser.parse_args()
    if options.here:
        print(json.dumps(embed(options.rows[0], options.base)))
        return
    found = [in_fresh_process(rows, options.base) for rows in options.rows]
    header = [
        "base",
        "texts",
        "growth, MB",
        "loaded model, MB",
        "embeddings on disk, MB",
        "texts/s",
    ]
    sizes = ("growth_bytes", "baseline_bytes", "cache_bytes")
    rows = [
        (
            options.base,
            f"{one['rows']:,}",
            *(f"{one[size] / 1e6:.0f}" for size in sizes),
            f"{one['texts_per_s']:,.0f}",
        )
        for one in found
    ]
    common.finish({"base": options.base, "sizes": found}, header, rows)


if __name__ == "__main__":
    main()
