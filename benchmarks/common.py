"""What all benchmarks share: data, the machine, builds, worker processes, intervals, tables."""

import csv
import json
import math
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from whet.ladder.environment import environment

Json = dict[str, Any]
LEVEL = 0.95
BROKEN = 2
"""Exit code of `whet build` when nothing was built; 1 says that a gate does not hold."""


def data_folder() -> Path:
    """Return the folder of public data that `WHET_DATA` names."""
    name = os.environ.get("WHET_DATA")
    if not name or not Path(name).is_dir():
        sys.exit("Set WHET_DATA to the folder of public data.")
    return Path(name).resolve()


def machine() -> Json:
    """Return the machine and the versions of the libraries."""
    return environment()


def read_csv(path: Path, text: str, label: str) -> tuple[list[str], list[str]]:
    """Return texts and labels of a CSV file."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    return [row[text] for row in rows], [row[label] for row in rows]


def banking77(part: str) -> tuple[list[str], list[str]]:
    """Return texts and labels of the official `train` or `test` part of Banking77."""
    return read_csv(data_folder() / "banking77" / f"{part}.csv", "text", "category")


def draw(per_class: int, seed: int) -> list[tuple[str, str]]:
    """Return so many random training rows of each class of Banking77."""
    by_label: dict[str, list[str]] = {}
    for text, label in zip(*banking77("train"), strict=True):
        by_label.setdefault(label, []).append(text)
    drawn = random.Random(seed)
    return [(t, name) for name in sorted(by_label) for t in drawn.sample(by_label[name], per_class)]


def write_csv(path: Path, rows: Iterable[tuple[str, str]]) -> None:
    """Write texts and labels under the header `text,category`."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "category"), *rows])


def build(card: str, folder: Path) -> Json:
    """Return all facts of one `whet build`, run as a user runs it: in a process of its own.

    Builds in one folder share its embedding cache. `wall_seconds` holds the whole process.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "whet.toml").touch()
    (folder / "card.yaml").write_text(card, encoding="utf-8")
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "whet.cli", "build", str(folder / "card.yaml"), "--json"],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode >= BROKEN:
        sys.exit(f"`whet build` ended with exit code {done.returncode}; see above.")
    report = Path(json.loads(done.stdout)["report"])
    facts: Json = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    return facts | {"wall_seconds": time.perf_counter() - started}


def mean_views(texts: Sequence[str], cache: Path) -> NDArray[np.float32]:
    """Return what a frozen MiniLM is commonly used for: mean embeddings (n, d) of length 1."""
    # Here, and not above, because start-up times and HTTP load are measured without torch.
    from whet.models.bases import find_base
    from whet.models.cache import EmbeddingCache
    from whet.models.encoder import encode, load_encoder

    encoder = load_encoder(find_base("minilm", cache))
    embeddings = EmbeddingCache(cache, 3 * encoder.dimension)
    rows = embeddings.positions(texts, lambda block: encode(encoder, block))
    return embeddings.vectors()[rows, : encoder.dimension].astype(np.float32)


class Worker:
    """A process that answers one JSON line for each that it is sent, until the block ends.

    Peers that wait for their turn in processes of their own meet the same drift of the machine and
    share no thread pool.
    """

    def __init__(self, script: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()  # closes its input, at which it ends

    def ask(self, **request: Any) -> Json:
        """Return the worker's answer to one request."""
        assert self._process.stdin and self._process.stdout
        print(json.dumps(request), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            sys.exit("A worker process ended early; see above.")
        answer: Json = json.loads(line)
        return answer


def answer_requests(handle: Callable[..., Json]) -> None:
    """Be the worker: answer each request on the input with `handle(**request)`."""
    for line in sys.stdin:
        with redirect_stdout(sys.stderr):  # libraries print; the output is for answers only
            answer = handle(**json.loads(line))
        print(json.dumps(answer), flush=True)


def mean_interval(values: Sequence[float]) -> Json:
    """Return mean and Student's 95 % interval of repetitions; one has a value, and no interval."""
    from scipy.stats import t

    n, mean = len(values), float(np.mean(values))
    if n == 1:
        return {"value": mean, "low": None, "high": None}
    half = float(t.ppf((1 + LEVEL) / 2, n - 1) * np.std(values, ddof=1) / math.sqrt(n))
    return {"value": mean, "low": mean - half, "high": mean + half}


def share_interval(share: float, rows: int) -> Json:
    """Return a share of so many rows with Wilson's 95 % interval."""
    from scipy.stats import binomtest

    ends = binomtest(round(share * rows), rows).proportion_ci(LEVEL, method="wilson")
    return {"value": share, "low": float(ends.low), "high": float(ends.high)}


def ratio_interval(ours: Sequence[float], peer: Sequence[float]) -> Json:
    """Return the median of ours over the peer's, round by round, with its bootstrap interval.

    The two of one round stand side by side in time, so rounds, and not single runs, are resampled.
    With five rounds the interval is close to the range of the five.
    """
    ratios = np.asarray(ours) / np.asarray(peer)
    drawn = np.random.default_rng(0).integers(0, len(ratios), size=(10_000, len(ratios)))
    tails = [50 * (1 - LEVEL), 50 * (1 + LEVEL)]
    low, high = np.percentile(np.median(ratios[drawn], axis=1), tails)
    return {"value": float(np.median(ratios)), "low": float(low), "high": float(high)}


def shown(interval: Json | None, digits: int = 3) -> str:
    """Return a value with its interval as text.

    >>> shown({"value": 0.8612, "low": 0.8349, "high": 0.8861})
    '0.861 [0.835, 0.886]'
    """
    if interval is None or interval["value"] is None:
        return "–"
    if interval["low"] is None:
        return f"{interval['value']:.{digits}f}"
    value, low, high = (f"{interval[name]:.{digits}f}" for name in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"


def last_json(printed: bytes | str) -> Json:
    """Return the JSON object in the last line that a process printed."""
    result: Json = json.loads(printed.splitlines()[-1])
    return result


def finish(results: Json, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print the results as one JSON object and, below it, as a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    print(json.dumps({"machine": machine()} | results, ensure_ascii=False))
    print()
    print("\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines))
