"""A small workspace for the tests of several labels a text: words say which topics it has."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TOPICS = {"oil": "barrel", "grain": "wheat", "trade": "tariff"}
Row = tuple[str, tuple[str, ...]]


def make_topics(count: int, *, start: int = 0) -> list[Row]:
    """Return texts with their topics, no two alike; an eighth of them has none."""
    rows: list[Row] = []
    for i in range(start, start + count):
        topics = tuple(topic for bit, topic in enumerate(TOPICS) if i >> bit & 1)
        words = " ".join(TOPICS[topic] for topic in topics) or "weather"
        rows.append((f"news of {words} {chr(0x4E00 + 37 * i)}{chr(0x5000 + 31 * i)}", topics))
    return rows


def write_topics(path: Path, rows: Sequence[Row]) -> Path:
    """Write texts with their topics as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "topics", "channel"])
        lines = enumerate(rows)
        writer.writerows([text, "|".join(own), ("mail", "chat")[i % 2]] for i, (text, own) in lines)
    return path


def write_label_card(folder: Path, base: Path, **fields: Any) -> Path:
    """Write `rows.csv` and a card of several labels; `fields` replace those of the card."""
    folder.mkdir(parents=True, exist_ok=True)
    if "data" not in fields:
        write_topics(folder / "rows.csv", make_topics(200))
    card = {
        "name": "topics",
        "data": {"source": {"path": "rows.csv"}},
        "inputs": [{"column": "text"}],
        "target": {"kind": "labels", "column": "topics"},
        "base": str(base),
        "candidates": ["probe"],
        "split": {"kind": "stratified", "folds": 3},
        "interval": {"n": 100},
        "package": {"quantise": "never"},
    }
    path = folder / "card.yaml"
    path.write_text(json.dumps(card | fields), encoding="utf-8")  # JSON is YAML
    return path
