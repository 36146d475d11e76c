"""The ladder finds out that a frozen encoder is weak on sentiment, and does better.

    WHET_DATA=... python benchmarks/sentiment.py 50agree [--folds 0 1 2] [--candidates RUNG...]
    WHET_DATA=... python benchmarks/sentiment.py allagree
    WHET_DATA=... python benchmarks/sentiment.py imdb

`50agree` and `allagree` are the sentences of Financial PhraseBank on whose label at least half, or
all, of those who labelled them agreed: ten folds by class, of which `--folds` takes some; each is
the test file of a build of its own that learns from the other nine. A sentence that occurs twice
is taken once. `imdb` is the sample's own split, read up to 256 tokens. Every rung that the
candidates name is climbed (`stop: best`). The table gives each build and, over all test rows,
the accuracy with Wilson's interval.
"""

import argparse
import gzip
import json
import random
import tempfile
from pathlib import Path

import common
from scipy.stats import binomtest

CARD = """\
name: sentiment
data: {{source: {{path: train.csv}}}}
inputs: [{{column: text}}]
target: {{column: category}}
split: {{kind: official, test: test.csv}}
metrics: {{primary: accuracy, also: [macro_f1, ece]}}
candidates: [{candidates}]
stop: best
budget: {{minutes: {minutes:g}}}
"""
FOLDS = 10
Rows = list[tuple[str, str]]


def sentences(name: str) -> Rows:
    """Return the distinct sentences of a part of Financial PhraseBank, in one fixed order."""
    path = common.data_folder() / "financial_phrasebank" / f"sentences_{name}.csv"
    rows = sorted(dict(zip(*common.read_csv(path, "sentence", "label"), strict=True)).items())
    random.Random(0).shuffle(rows)
    return rows


def reviews(part: str) -> Rows:
    """Return the reviews of one part of the IMDB sample."""
    path = common.data_folder() / "imdb" / f"{part}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [(row["text"], str(row["label"])) for row in rows]


def fold_of(rows: Rows) -> list[int]:
    """Return the fold of each row: those of one class are dealt in turn."""
    seen: dict[str, int] = {}
    folds = []
    for _, label in rows:
        seen[label] = seen.get(label, -1) + 1
        folds.append(seen[label] % FOLDS)
    return folds


def splits(options: argparse.Namespace) -> list[tuple[str, Rows, Rows]]:
    """Return name, training rows and test rows of every build."""
    if options.data == "imdb":
        train, test = reviews("train"), reviews("test")
        seen = {text for text, _ in test}
        return [("imdb", [row for row in train if row[0] not in seen], test)]
    rows = sentences(options.data)
    folds = fold_of(rows)
    return [
        (
            f"fold {fold}",
            [row for row, own in zip(rows, folds, strict=True) if own != fold],
            [row for row, own in zip(rows, folds, strict=True) if own == fold],
        )
        for fold in options.folds
    ]


def one_build(train: Rows, test: Rows, options: argparse.Namespace, folder: Path) -> common.Json:
    """Return what one build came to."""
    common.write_csv(folder / "train.csv", train)
    common.write_csv(folder / "test.csv", test)
    card = CARD.format(candidates=", ".join(options.candidates), minutes=options.minutes)
    facts = common.build(card, folder)
    return {
        "winner": facts["winner"],
        "accuracy": facts["test"]["accuracy"],
        "right": round(facts["test"]["accuracy"]["value"] * len(test)),
        "rows": len(test),
        "seconds": facts["wall_seconds"],
        "final": facts["final"],
        "verdicts": facts["verdicts"],
    }


def main() -> None:
    """Run every build and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", choices=("50agree", "allagree", "imdb"))
    parser.add_argument("--folds", nargs="+", type=int, default=range(FOLDS))
    parser.add_argument("--candidates", nargs="+", default=["linear", "probe", "blend", "full"])
    parser.add_argument("--minutes", type=float, default=30, help="the budget of each build")
    options = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as place:
        for name, train, test in splits(options):
            found[name] = one_build(train, test, options, Path(place))
            print(json.dumps({name: found[name]}), flush=True)
    rows = [
        (name, one["winner"], common.shown(one["accuracy"]), f"{one['seconds']:.0f}")
        for name, one in found.items()
    ]
    right, tested = (sum(one[key] for one in found.values()) for key in ("right", "rows"))
    ends = binomtest(right, tested).proportion_ci(common.LEVEL, method="wilson")
    total = {"value": right / tested, "low": ends.low, "high": ends.high}
    rows.append((f"all {tested} rows", "", common.shown(total), ""))
    header = ["test rows", "winner", "accuracy", "build, s"]
    common.finish({"data": options.data, "builds": found, "total": total}, header, rows)


if __name__ == "__main__":
    main()
