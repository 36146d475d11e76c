"""A small workspace for the tests of pairs: two messages match when they ask for one thing."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ASKED = {
    "refund": ("refund my money", "money back please"),
    "login": ("reset my password", "login help please"),
    "crash": ("the app crash", "crash help"),
}
Row = tuple[str, str, str]


def make_pairs(count: int, *, start: int = 0) -> list[Row]:
    """Return pairs in turn of one thing and of two; no text stands in two pairs."""
    things, rows = list(ASKED), []
    for i in range(start, start + count):
        thing = things[i // 2 % 3]
        other = thing if i % 2 else things[(i // 2 + 1) % 3]
        mark = chr(0x4E00 + 37 * i) + chr(0x5000 + 31 * i)
        first, second = ASKED[thing][i // 6 % 2], ASKED[other][(i // 6 + 1) % 2]
        rows.append((f"{first} {mark[0]}", f"{second} {mark[1]}", "yes" if i % 2 else "no"))
    return rows


def write_pairs(path: Path, rows: Sequence[Row]) -> Path:
    """Write a CSV file with the columns `question1`, `question2` and `same`."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("question1", "question2", "same"), *rows])
    return path


def write_pair_card(
    folder: Path, base: Path | str, *, rows: Sequence[Row] | None = None, **fields: Any
) -> Path:
    """Write `rows.csv` and a card that builds in seconds; `fields` replace those of the card."""
    folder.mkdir(parents=True, exist_ok=True)
    write_pairs(folder / "rows.csv", make_pairs(90) if rows is None else rows)
    card = {
        "name": "same",
        "data": {"source": {"path": "rows.csv"}},
        "inputs": [{"column": "question1"}, {"column": "question2"}],
        "target": {"kind": "pair", "column": "same"},
        "base": str(base),
        "candidates": ["overlap"],
        "split": {"kind": "stratified", "folds": 3},
        "interval": {"n": 100},
        "package": {"quantise": "never"},
    }
    path = folder / "card.yaml"
    path.write_text(json.dumps(card | fields), encoding="utf-8")  # JSON is YAML
    return path
