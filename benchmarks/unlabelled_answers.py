"""What is best made of messages without labels? Judged on training rows alone.

    WHET_DATA=... python benchmarks/unlabelled_answers.py [--draws 3] [--per-class 10 5]

Banking77. For each draw a few training rows of each class have labels, 2,500 others judge, and the
rest have none; the official test rows are never read. A line of the table is a way to answer the
messages without labels: how many of the answers are right, and what a probe reaches on the rows
that judge when it learns from the labelled rows, the label names and the surest answers of each
label. Means of draws.
"""

import argparse
import math
import sys
import tempfile
from pathlib import Path

import common
import few_shot
import numpy as np
from numpy.typing import NDArray

from whet.cards.read import read_card
from whet.core.progress import Quiet
from whet.data.load import load
from whet.ladder.context import Context
from whet.ladder.rungs.self_training import SelfTrainingRung, as_examples
from whet.ladder.rungs.words import Examples, own_words
from whet.models.output import Floats, Ids
from whet.models.probe import fit_probe

WAYS = (
    ("probe", 0.6, 0.03),
    ("neighbours", 0.6, 0.03),
    ("neighbours", 1.0, 0.03),
    ("neighbours", 1.0, 0.01),
)
"""Whose answers, which share of those of each label, and the strength of the student's head."""


def context_of(per_class: int, draw: int, folder: Path) -> tuple[Context, NDArray[np.int64]]:
    """Return the context of one draw and the class ids of the unlabelled messages."""
    options = argparse.Namespace(per_class=per_class, develop=True)
    train, judging, rest = few_shot.parts(draw, options)
    for name, rows in (("train", train), ("test", judging), ("rest", rest)):
        common.write_csv(folder / f"{name}.csv", rows)
    fields = {
        "candidates": "[probe]",
        "minutes": 60,
        "unlabelled": ", unlabelled: {path: rest.csv}",
    }
    (folder / "card.yaml").write_text(few_shot.CARD.format(seed=draw, **fields), encoding="utf-8")
    card = read_card(folder / "card.yaml")
    data = load(card, folder)
    context = Context(card, folder, data, folder / "cache", folder / "work", Quiet(), draw)
    truth = dict(rest)
    asked = [truth[context.texts[row]] for row in context.unlabelled_rows]
    return context, context.class_ids(asked)


def one_draw(context: Context, truth: Ids) -> dict[str, tuple[float, float]]:
    """Return of each way the share of right answers and what a student reaches."""
    rung, rows, asked = SelfTrainingRung(context), context.development_rows, context.unlabelled_rows
    answers = {"probe": rung.taught(rows), "neighbours": rung.answers(rows)}
    words = own_words(context, rows, 1.0)
    found = {"no messages": (math.nan, student(context, words, 0.03))}
    for said, share, strength in WAYS:
        right = float((answers[said].argmax(axis=1) == truth).mean())
        extra = words.joined(surest(asked, answers[said], share))
        name = f"{said}, surest {share:.0%}, strength {strength:g}"
        found[name] = right, student(context, extra, strength)
    print(context.card.seed, len(rows), found, file=sys.stderr, flush=True)
    return found


def surest(rows: Ids, answers: Floats, share: float) -> Examples:
    """Return of each label the `share` of its rows with the highest probability, so weighed."""
    every = as_examples(rows, answers)
    order = np.argsort(-every.weights, kind="stable")
    mine = [order[every.labels[order] == label] for label in np.unique(every.labels)]
    taken = np.sort(np.concatenate([part[: math.ceil(share * len(part))] for part in mine]))
    return Examples(every.rows[taken], every.labels[taken], every.weights[taken])


def student(context: Context, extra: Examples, strength: float) -> float:
    """Return the accuracy on the rows that judge of a model that learnt from rows and extra."""
    rows, judging = context.development_rows, context.test_rows
    truth = context.class_ids(context.dataset.test.labels)
    probe = fit_probe(
        context.views(rows),
        context.labels[rows],
        context.classes,
        seed=0,
        strength=strength,
        extra=extra.seen(context.views),
    )
    logits = probe.predict(context.views(judging)).logits
    return float((logits.argmax(axis=1) == truth).mean())


def main() -> None:
    """Run every draw and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--per-class", type=int, nargs="+", default=[10, 5])
    parser.add_argument("--cache", type=Path, help="folder that keeps embeddings between runs")
    options = parser.parse_args()
    results: dict[str, list[dict[str, tuple[float, float]]]] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if options.cache:
            (folder / "cache").symlink_to(options.cache.resolve())
        for per_class in options.per_class:
            results[str(per_class)] = [
                one_draw(*context_of(per_class, draw, folder)) for draw in range(options.draws)
            ]
    rows = []
    for per_class, draws in results.items():
        for name in draws[0]:
            right, reached = np.mean([draw[name] for draw in draws], axis=0)
            rows.append((per_class, name, f"{right:.3f}", f"{reached:.4f}"))
    common.finish(results, ["rows a class", "answers", "right", "student"], rows)


if __name__ == "__main__":
    main()
