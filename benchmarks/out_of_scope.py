"""Whet notices messages that belong to no class: Banking77 with unknown intents, five draws.

    WHET_DATA=... python benchmarks/out_of_scope.py [--draws 5] [--unknown 17] [--cards ladder]

For each draw 17 of the 77 intents are unknown: their rows leave the training and the test file, and
their test rows become the card's out-of-scope file, which measures and never trains. Two cards are
built: the probe alone, and the ladder of linear, probe and blend. The table gives for each build
how well the confidence tells the two kinds apart (AUROC), the share of unknown messages rejected
where 5 % of the known ones are, and what the promised risk of 5 % wrong answers brings on known
messages: share answered, and wrong among the answers. Means are over draws, with Student's
interval.
"""

import argparse
import random
import tempfile
from pathlib import Path

import common

CARD = """\
name: scope-{draw}-{kind}
data: {{source: {{path: {folder}/train.csv}}}}
inputs: [{{column: text}}]
target: {{column: category}}
split: {{kind: official, test: {folder}/test.csv, out_of_scope: {folder}/unknown.csv}}
metrics: {{primary: accuracy, also: [macro_f1, ece]}}
candidates: {candidates}
stop: best
budget: {{minutes: 60}}
decision: {{kind: risk, wrong_answers: 0.05, confidence: 0.9}}
"""
LADDERS = {"probe": "[probe]", "ladder": "[linear, probe, blend]"}
MEASURES = {
    "auroc": "AUROC",
    "oos_recall_at_5pct": "recall at 5 %",
    "oos_rejected": "unknown rejected",
    "coverage": "known answered",
    "risk": "wrong among answers",
}
INTERVALS = {
    "auroc": "auroc_interval",
    "oos_recall_at_5pct": "oos_recall_interval",
    "coverage": "coverage_interval",
    "risk": "risk_interval",
}


def write_draw(draw: int, unknown: int, folder: Path) -> None:
    """Write the training, test and out-of-scope files of one draw."""
    train, test = (list(zip(*common.banking77(part), strict=True)) for part in ("train", "test"))
    intents = sorted({label for _, label in train})
    hidden = set(random.Random(draw).sample(intents, unknown))
    common.write_csv(folder / "train.csv", (row for row in train if row[1] not in hidden))
    common.write_csv(folder / "test.csv", (row for row in test if row[1] not in hidden))
    common.write_csv(folder / "unknown.csv", (row for row in test if row[1] in hidden))


def one_build(draw: int, kind: str, folder: Path) -> common.Json:
    """Return what one build says about known and unknown messages."""
    fields = {"draw": draw, "kind": kind, "folder": folder, "candidates": LADDERS[kind]}
    facts = common.build(CARD.format(**fields), folder)
    risk = facts["risk"]
    kept = (*MEASURES, *INTERVALS.values(), "threshold", "sentence")
    return {"draw": draw, "kind": kind, "winner": facts["winner"]} | {k: risk[k] for k in kept}


def one_row(one: common.Json) -> tuple[object, ...]:
    """Return the line of the table for one build."""
    cells = []
    for name in MEASURES:
        value, ends = one[name], one.get(INTERVALS.get(name, ""))
        cells.append(common.shown(ends) if ends else "–" if value is None else f"{value:.3f}")
    return (one["kind"], one["draw"], one["winner"], *cells)


def means_of(builds: list[common.Json]) -> dict[str, common.Json | None]:
    """Return the mean of each measure over draws; None where a draw answers nothing at all."""
    values = {name: [one[name] for one in builds] for name in MEASURES}
    return {k: None if None in v else common.mean_interval(v) for k, v in values.items()}


def main() -> None:
    """Run everything and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--unknown", type=int, default=17)
    parser.add_argument("--cards", nargs="+", choices=list(LADDERS), default=list(LADDERS))
    options = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as place:
        for draw in range(options.draws):
            write_draw(draw, options.unknown, Path(place))
            found += [one_build(draw, kind, Path(place)) for kind in options.cards]
    means = {k: means_of([one for one in found if one["kind"] == k]) for k in options.cards}
    rows = [one_row(one) for kind in means for one in found if one["kind"] == kind]
    for kind, measures in means.items():
        rows.append((kind, "mean", "", *(common.shown(measures[name]) for name in MEASURES)))
    header = ["card", "draw", "winner", *MEASURES.values()]
    common.finish({"builds": found, "means": means}, header, rows)


if __name__ == "__main__":
    main()
