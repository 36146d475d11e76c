"""A small workspace for the tests of the ladder: rows in two languages, a card, a tiny base."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from whet.cards.read import read_card
from whet.core.progress import Quiet
from whet.data.load import load
from whet.ladder.context import Context

Row = tuple[str, str]

ENGLISH = {
    "crash": ("the app crash", "crash of my app", "app help crash"),
    "login": ("reset my password", "login help please", "the password login"),
    "refund": ("refund my money", "money back please", "return the invoice money"),
}
CHINESE = {"crash": "应用崩溃闪退了", "login": "我忘记密码登录", "refund": "我要退款还钱"}
LABELS = tuple(ENGLISH)


def make_rows(count: int, *, labels: Sequence[str] = LABELS, start: int = 0) -> list[Row]:
    """Return rows of each label in turn, English and Chinese, no two of which are near-copies."""
    rows = []
    for i in range(start, start + count):
        label = labels[i % len(labels)]
        words = ENGLISH[label][i // 2 % 3] if i % 2 else CHINESE[label]
        rows.append((f"{words} {chr(0x4E00 + 37 * i)}{chr(0x5000 + 31 * i)}", label))
    return rows


def write_rows(path: Path, rows: Sequence[Row]) -> Path:
    """Write a CSV file with the columns `text` and `label`."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    return path


def write_card(
    folder: Path, base: Path, *, rows: Sequence[Row] | None = None, **fields: Any
) -> Path:
    """Write `rows.csv` and a card that builds in seconds; `fields` replace those of the card."""
    folder.mkdir(parents=True, exist_ok=True)
    write_rows(folder / "rows.csv", make_rows(60) if rows is None else rows)
    card = {
        "name": "shop",
        "data": {"source": {"path": "rows.csv"}},
        "inputs": [{"column": "text"}],
        "target": {"column": "label"},
        "base": str(base),
        "candidates": ["linear"],
        "split": {"kind": "stratified", "folds": 3},
        "interval": {"n": 100},
        "package": {"quantise": "never"},
    }
    path = folder / "card.yaml"
    path.write_text(json.dumps(card | fields), encoding="utf-8")  # JSON is YAML
    return path


def context_of(card_path: Path, **fields: Any) -> Context:
    """Return what the rungs of a card share, with every cache below the card's folder."""
    card, folder = read_card(card_path), card_path.parent
    values: dict[str, Any] = {
        "card": card,
        "card_folder": folder,
        "dataset": load(card, folder),
        "cache_folder": folder / "cache",
        "work_folder": folder / "work",
        "progress": Quiet(),
        "seed": card.seed,
    }
    return Context(**values | fields)
