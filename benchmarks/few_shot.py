"""Ten examples of each class are enough for a first model: Banking77, several draws.

    WHET_DATA=... python benchmarks/few_shot.py [--seeds 5] [--per-class 10] [--unlabelled]
        [--candidates auto|RUNG...] [--develop]

For each seed a few training rows of each of the 77 classes are drawn, `whet build` climbs the
candidates, and the winner is tested on the official 3,080 test rows. With `--unlabelled` all other
training texts go along without their labels. Beside it, on the same rows: scikit-learn's
LogisticRegression on the mean embedding of the same frozen encoder scaled to length 1, with its
default C = 1, and with C = 10 and 100. The table gives each seed; the mean is over seeds, with
Student's interval.

With `--develop` nothing of the official test is read: 2,500 of the training rows that were not
drawn take its place, and they are not among the unlabelled texts. Choices are made on those.
"""

import argparse
import csv
import random
import tempfile
from pathlib import Path

import common
import numpy as np
from sklearn.linear_model import LogisticRegression

CARD = """\
name: few-shot-{seed}
data: {{source: {{path: train.csv}}{unlabelled}}}
inputs: [{{column: text}}]
target: {{column: category}}
split: {{kind: official, test: test.csv}}
metrics: {{primary: accuracy, also: [macro_f1, ece]}}
candidates: {candidates}
stop: best
budget: {{minutes: {minutes}}}
seed: {seed}
"""
STRENGTHS = (1.0, 10.0, 100.0)
JUDGING = 2_500
"""Training rows that stand for the test while choices are made."""
Rows = list[tuple[str, str]]


def parts(seed: int, options: argparse.Namespace) -> tuple[Rows, Rows, Rows]:
    """Return the rows drawn, those that judge, and those whose labels are not given."""
    train = common.draw(options.per_class, seed)
    drawn = set(train)
    rest = [row for row in zip(*common.banking77("train"), strict=True) if row not in drawn]
    if not options.develop:
        return train, list(zip(*common.banking77("test"), strict=True)), rest
    random.Random(seed).shuffle(rest)
    return train, rest[:JUDGING], rest[JUDGING:]


def plain_probe(train: Rows, test: Rows, strength: float, cache: Path) -> float:
    """Return the accuracy of logistic regression on mean embeddings."""
    texts, labels = [text for text, _ in test], [label for _, label in test]
    model = LogisticRegression(C=strength, max_iter=1000)
    model.fit(common.mean_views([text for text, _ in train], cache), [label for _, label in train])
    return float(np.mean(model.predict(common.mean_views(texts, cache)) == np.array(labels)))


def one_seed(seed: int, options: argparse.Namespace, folder: Path) -> common.Json:
    """Return what everyone reaches on one draw."""
    train, test, rest = parts(seed, options)
    common.write_csv(folder / "train.csv", train)
    common.write_csv(folder / "test.csv", test)
    with (folder / "rest.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["text"], *([text] for text, _ in rest)])
    is_auto = options.candidates == ["auto"]
    fields = {
        "candidates": "auto" if is_auto else f"[{', '.join(options.candidates)}]",
        "minutes": options.minutes,
        "unlabelled": ", unlabelled: {path: rest.csv}" if options.unlabelled else "",
    }
    facts = common.build(CARD.format(seed=seed, **fields), folder)
    return {
        "seed": seed,
        "winner": facts["winner"],
        "whet": facts["test"]["accuracy"],
        "seconds": facts["wall_seconds"],
        "verdicts": facts["verdicts"],
        "plain": {f"{c:g}": plain_probe(train, test, c, folder / "plain") for c in STRENGTHS},
    }


def main() -> None:
    """Run everything and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--per-class", type=int, default=10)
    parser.add_argument("--unlabelled", action="store_true", help="the other texts go along")
    parser.add_argument("--candidates", nargs="+", default=["auto"], metavar="RUNG")
    parser.add_argument("--minutes", type=float, default=10, help="the build's budget")
    parser.add_argument("--develop", action="store_true", help="judge on training rows")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        found = [one_seed(seed, options, Path(place)) for seed in range(options.seeds)]
    plain = [f"{c:g}" for c in STRENGTHS]
    means = {
        "whet": common.mean_interval([one["whet"]["value"] for one in found]),
        **{c: common.mean_interval([one["plain"][c] for one in found]) for c in plain},
        "whet minus best plain": common.mean_interval(
            [one["whet"]["value"] - max(one["plain"].values()) for one in found]
        ),
    }
    rows = [
        (
            one["seed"],
            one["winner"],
            common.shown(one["whet"]),
            *(f"{one['plain'][c]:.3f}" for c in plain),
            f"{one['seconds']:.0f}",
        )
        for one in found
    ]
    rows.append(
        ("mean", "", common.shown(means["whet"]), *(common.shown(means[c]) for c in plain), "")
    )
    header = ["seed", "winner", "Whet", *(f"plain probe, C = {c}" for c in plain), "build, s"]
    common.finish({"seeds": found, "means": means}, header, rows)


if __name__ == "__main__":
    main()
