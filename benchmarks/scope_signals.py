"""Which signals tell that a message belongs to no class? Judged on training rows alone.

    WHET_DATA=... python benchmarks/scope_signals.py [--draws 3]

Banking77. For each draw 17 of the 77 intents are unknown. A fifth of the training rows of the
others are judged, with the training rows of the unknown intents; official test rows are never read,
so that what is chosen here can be tested there. A blend answers. A line of the table is a
confidence: AUROC between known and unknown messages, and the area under the risk-coverage curve of
the known ones, which says whether it ranks wrong answers low too (lower is better). Means of draws.
"""

import argparse
import random
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import common
import numpy as np
from numpy.typing import NDArray

from whet.cards.read import read_card
from whet.core.progress import Quiet
from whet.data.load import load
from whet.evaluation.scope import auroc
from whet.ladder.climb import climb
from whet.ladder.context import Context
from whet.models.encoder import VIEWS
from whet.models.output import Ids, Output
from whet.serving.confidence import confidence, evidence, fit_scope, signals

Rows = NDArray[np.float64]

CARD = """\
name: signals
data: {{source: {{path: {folder}/train.csv}}}}
inputs: [{{column: text}}]
target: {{column: category}}
split: {{kind: official, test: {folder}/test.csv, out_of_scope: {folder}/unknown.csv}}
metrics: {{primary: accuracy}}
candidates: [blend]
stop: best
budget: {{minutes: 60}}
"""
VARIANTS = {
    "probability": (False, 0, slice(0, 1), False),
    "neighbours of the answer, mean view": (False, 1, slice(None), False),
    "neighbours of the encoder, mean view": (True, 1, slice(None), False),
    "neighbours of the encoder, all views": (True, VIEWS, slice(0, 3), False),
    "the same, on the scale of the class": (True, VIEWS, slice(0, 3), True),
    "the same, and the maximum alone": (True, VIEWS, slice(None), True),
}
"""Whether the encoder's own log-probabilities are compared, how many views, which signals count,
and whether what is usual is that of the answered class."""


def write_draw(draw: int, folder: Path) -> None:
    """Write the rows to learn from, to judge, and those of unknown intents."""
    rows = list(zip(*common.banking77("train"), strict=True))
    drawn = random.Random(f"signals {draw}")
    hidden = set(drawn.sample(sorted({label for _, label in rows}), 17))
    known = [row for row in rows if row[1] not in hidden]
    drawn.shuffle(known)
    cut = len(known) // 5
    common.write_csv(folder / "test.csv", known[:cut])
    common.write_csv(folder / "train.csv", known[cut:])
    common.write_csv(folder / "unknown.csv", [row for row in rows if row[1] in hidden])


def context_of(folder: Path) -> Context:
    """Return the context of one draw; draws share the embedding cache."""
    path = folder / "card.yaml"
    path.write_text(CARD.format(folder=folder), encoding="utf-8")
    card = read_card(path)
    return Context(card, folder, load(card, folder), folder / "cache", folder / "work", Quiet())


def one_draw(draw: int, folder: Path) -> dict[str, tuple[float, float]]:
    """Return AUROC and risk area of each variant."""
    write_draw(draw, folder)
    context = context_of(folder)
    ascent = climb(
        context, started=time.monotonic(), on_step=lambda _: None, after_first=lambda _: None
    )
    winner = ascent.winner
    fitted = winner.rung.fit(context.development_rows)
    parts = [
        winner.output,
        fitted.predict(context.test_rows),
        fitted.predict(context.out_of_scope_rows),
    ]
    labels = context.labels[winner.rows]
    truth = context.class_ids(context.dataset.test.labels)
    right = parts[1].logits.argmax(axis=1) == truth
    found = {}
    best = [part.logits.argmax(axis=1) for part in parts]
    for name, (reads, views, chosen, by_class) in VARIANTS.items():
        values = [
            _signals(part, parts[0], labels, winner.temperature, reads, views, folds)[:, chosen]
            for part, folds in zip(parts, (winner.fold_of, None, None), strict=True)
        ]
        classes = context.classes
        scope = fit_scope(values[0], best[0], classes)
        if not by_class:
            scope = tuple(np.repeat(one, classes, axis=1) for one in _usual(values[0]))
        inside, outside = (
            confidence(v, b, *scope) for v, b in zip(values[1:], best[1:], strict=True)
        )
        found[name] = (auroc(inside, outside, level=0.95).value, _risk_area(inside, right))
    return found


def _signals(
    part: Output,
    known: Output,
    labels: Ids,
    temperature: float,
    reads: bool,
    views: int,
    folds: Ids | None,
) -> Rows:
    """Return the signals of rows; `folds` are those of the rows, when they are the known ones."""
    width = known.views.shape[1] // VIEWS
    parts = [replace(p, read=p.read if reads else None) for p in (part, known)]
    seen = [p.views[:, : width * views] for p in parts]
    rows = evidence(seen[1], parts[1].read_log_probabilities(temperature), labels, dimension=width)
    read = np.exp(parts[0].read_log_probabilities(temperature))
    groups = None if folds is None else (folds, folds)
    return signals(part.probabilities(temperature), read, seen[0], rows, groups=groups)


def _usual(values: Rows) -> tuple[Rows, Rows]:
    """Return mean and scale (s, 1) over all classes."""
    return values.mean(axis=0)[:, None], values.std(axis=0)[:, None]


def _risk_area(score: Rows, right: NDArray[np.bool_]) -> float:
    """Return the mean share of wrong answers over all coverages."""
    wrong = np.cumsum(~right[np.argsort(-score, kind="stable")])
    return float((wrong / np.arange(1, len(wrong) + 1)).mean())


def main() -> None:
    """Run every draw and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        draws = [one_draw(draw, Path(place)) for draw in range(options.draws)]
    rows = []
    for name in VARIANTS:
        area, risk = np.mean([draw[name] for draw in draws], axis=0)
        rows.append((name, f"{area:.4f}", f"{risk:.5f}"))
    common.finish({"draws": draws}, ["confidence", "AUROC", "risk area"], rows)


if __name__ == "__main__":
    main()
