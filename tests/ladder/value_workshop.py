"""A small workspace for the tests of numbers: texts whose words add up to a price."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PRICES = {"small": 10.0, "large": 30.0, "wooden": 5.0, "golden": 50.0, "chair": 20.0, "lamp": 8.0}
Row = tuple[str, str]


def make_priced(count: int, *, start: int = 0) -> list[Row]:
    """Return texts with their prices, no two alike; golden things differ most from their words."""
    rows = []
    for i in range(start, start + count):
        size, stuff = ("small", "large")[i % 2], ("wooden", "golden")[i // 2 % 2]
        thing = ("chair", "lamp")[i // 4 % 2]
        noise = ((i * 7919) % 101 - 50) / 50 * (5.0 if stuff == "golden" else 0.5)
        price = sum(PRICES[word] for word in (size, stuff, thing)) + noise
        name = f"{chr(0x4E00 + 37 * i)}{chr(0x5000 + 31 * i)}"
        rows.append((f"a {size} {stuff} {thing} {name}", f"{price:.2f}"))
    return rows


def write_priced(path: Path, rows: Sequence[Row]) -> Path:
    """Write texts with their prices as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "price", "channel"])
        writer.writerows([*row, ("mail", "chat")[i % 2]] for i, row in enumerate(rows))
    return path


def write_value_card(folder: Path, base: Path, **fields: Any) -> Path:
    """Write `rows.csv` and a card of numbers; `fields` replace those of the card."""
    folder.mkdir(parents=True, exist_ok=True)
    if "data" not in fields:
        write_priced(folder / "rows.csv", make_priced(160))
    card = {
        "name": "prices",
        "data": {"source": {"path": "rows.csv"}},
        "inputs": [{"column": "text"}],
        "target": {"kind": "real", "column": "price"},
        "base": str(base),
        "candidates": ["probe"],
        "split": {"kind": "stratified", "folds": 3},
        "interval": {"n": 100},
        "package": {"quantise": "never"},
    }
    path = folder / "card.yaml"
    path.write_text(json.dumps(card | fields), encoding="utf-8")  # JSON is YAML
    return path
