"""Ten examples of each class are enough for a first model: Banking77, five draws.

    WHET_DATA=... python benchmarks/few_shot.py [--seeds 5] [--per-class 10] [--full]

For each seed ten training rows of each of the 77 classes are drawn, `whet build` climbs linear,
probe and blend (with `--full` the default ladder, fine-tuning included), and the winner is tested
on the official 3,080 test rows. Beside it, on the same rows: scikit-learn's LogisticRegression on
the mean embedding of the same frozen encoder scaled to length 1, with its default C = 1, and with
C = 10 and 100. The table gives each seed; the mean is over seeds, with Student's interval.
"""

import argparse
import tempfile
from pathlib import Path

import common
import numpy as np
from sklearn.linear_model import LogisticRegression

CARD = """\
name: few-shot-{seed}
data: {{source: {{path: {folder}/train.csv}}}}
inputs: [{{column: text}}]
target: {{column: category}}
split: {{kind: official, test: {data}/banking77/test.csv}}
metrics: {{primary: accuracy, also: [macro_f1, ece]}}
candidates: {candidates}
stop: best
budget: {{minutes: 60}}
seed: {seed}
"""
STRENGTHS = (1.0, 10.0, 100.0)


def plain_probe(train: list[tuple[str, str]], strength: float, cache: Path) -> float:
    """Return the test accuracy of logistic regression on mean embeddings."""
    texts, labels = common.banking77("test")
    model = LogisticRegression(C=strength, max_iter=1000)
    model.fit(common.mean_views([text for text, _ in train], cache), [label for _, label in train])
    return float(np.mean(model.predict(common.mean_views(texts, cache)) == np.array(labels)))


def one_seed(seed: int, per_class: int, candidates: str, folder: Path) -> common.Json:
    """Return what everyone reaches on one draw."""
    train = common.draw(per_class, seed)
    common.write_csv(folder / "train.csv", train)
    fields = {"folder": folder, "data": common.data_folder(), "candidates": candidates}
    facts = common.build(CARD.format(seed=seed, **fields), folder)
    return {
        "seed": seed,
        "winner": facts["winner"],
        "whet": facts["test"]["accuracy"],
        "seconds": facts["wall_seconds"],
        "plain": {f"{c:g}": plain_probe(train, c, folder / "plain") for c in STRENGTHS},
    }


def main() -> None:
    """Run everything and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--per-class", type=int, default=10)
    parser.add_argument("--full", action="store_true", help="climb the default ladder")
    options = parser.parse_args()
    candidates = "auto" if options.full else "[linear, probe, blend]"
    with tempfile.TemporaryDirectory() as place:
        found = [
            one_seed(seed, options.per_class, candidates, Path(place))
            for seed in range(options.seeds)
        ]
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
