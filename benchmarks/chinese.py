"""The default ladder finds the right model for Chinese by itself.

    WHET_DATA=... python benchmarks/chinese.py [--minutes 10] [--rows N]

Two public sets, split 80 to 20 by class with seed 0: which of ten kinds of goods a review is about
(online_shopping_10cats), and whether a hotel review is good or bad (chnsenticorp_hotel). The card
names no candidates, so every rung that the budget allows is climbed; the default base knows English
only, and the verdicts must find that out. The table gives the winner, its accuracy on test rows,
and that of the class that is most frequent. `--rows` takes some rows only, to try the script.
"""

import argparse
import csv
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

import common

CARD = """\
name: {name}
data: {{source: {{path: {folder}/{name}.csv}}}}
inputs: [{{column: review}}]
target: {{column: {label}}}
split: {{kind: stratified, test: 0.2, seed: 0}}
metrics: {{primary: accuracy, also: [macro_f1, ece]}}
stop: best
budget: {{minutes: {minutes:g}}}
"""


@dataclass(frozen=True)
class Task:
    """A public data set: its file, and the column that holds the label."""

    name: str
    file: str
    label: str


TASKS = (
    Task("shopping", "online_shopping_10cats/reviews_10k.csv", "cat"),
    Task("hotel", "chnsenticorp_hotel/hotel_reviews.csv", "label"),
)


def copy_rows(task: Task, rows: int | None, folder: Path) -> None:
    """Write a set to `folder`, or some rows of it at random: one file is sorted by class."""
    with (common.data_folder() / task.file).open(newline="", encoding="utf-8-sig") as file:
        header, *found = csv.reader(file)
    if rows is not None:
        found = random.Random(0).sample(found, rows)
    with (folder / f"{task.name}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *found])


def one_task(task: Task, minutes: float, rows: int | None) -> common.Json:
    """Return the outcome of the default ladder on one set."""
    with tempfile.TemporaryDirectory() as place:
        copy_rows(task, rows, Path(place))
        fields = {"name": task.name, "label": task.label, "folder": place, "minutes": minutes}
        facts = common.build(CARD.format(**fields), Path(place))
    verdict = ("candidate", "value", "low", "high", "verdict", "reason", "seconds")
    return {
        "task": task.name,
        "winner": facts["winner"],
        "why": facts["why"],
        "test": facts["test"],
        "trivial": facts["trivial"]["test"]["accuracy"],
        "verdicts": [{key: one[key] for key in verdict} for one in facts["verdicts"]],
        "rows": facts["data"]["rows"],
        "seconds": facts["wall_seconds"],
    }


def rungs(one: common.Json) -> str:
    """Return each rung's accuracy on development rows, or that it was skipped."""
    return "; ".join(
        f"{v['candidate']} {'skipped' if v['value'] is None else format(v['value'], '.3f')}"
        for v in one["verdicts"]
    )


def main() -> None:
    """Run everything and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rows", type=int)
    options = parser.parse_args()
    found = [one_task(task, options.minutes, options.rows) for task in TASKS]
    rows = [
        (
            one["task"],
            f"{one['rows']['test']:,}",
            one["winner"],
            common.shown(one["test"]["accuracy"]),
            common.shown(one["trivial"]),
            rungs(one),
            one["why"],
            f"{one['seconds']:.0f}",
        )
        for one in found
    ]
    header = ["set", "test rows", "winner", "accuracy", "most frequent class"]
    header += ["rungs on development rows", "why", "build, s"]
    common.finish({"tasks": found}, header, rows)


if __name__ == "__main__":
    main()
