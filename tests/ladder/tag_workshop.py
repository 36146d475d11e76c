"""A small workspace for the tests of spans: texts in which the word behind `my` is an item."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from whet.core.spans import Span

VERBS = ("refund", "reset", "return", "help", "bill")
NOUNS = ("card", "app", "invoice", "password", "money")
Row = tuple[str, tuple[Span, ...]]


def make_tagged(count: int, *, start: int = 0) -> list[Row]:
    """Return texts, no two of them alike; a look-up cannot tell `my card` from `the card`."""
    rows: list[Row] = []
    for i in range(start, start + count):
        verb, noun = VERBS[i % 5], NOUNS[i // 5 % 5]
        article = ("my", "the")[i % 2]
        text = f"please {verb} {article} {noun} {chr(0x4E00 + 37 * i)}{chr(0x5000 + 31 * i)}"
        first = len(f"please {verb} {article} ")
        label = "DEVICE" if noun in ("card", "app") else "PAPER"
        span = Span(first, first + len(noun), label)
        rows.append((text, (span,) if article == "my" else ()))
    return rows


def write_jsonl(path: Path, rows: Sequence[Row]) -> Path:
    """Write texts with their spans as JSON Lines."""
    lines = [
        json.dumps(
            {
                "text": text,
                "spans": [{"start": s.start, "end": s.end, "label": s.label} for s in spans],
                "channel": ("mail", "chat")[i % 2],
            },
            ensure_ascii=False,
        )
        for i, (text, spans) in enumerate(rows)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_conll(path: Path, rows: Sequence[Row]) -> Path:
    """Write texts with their spans as columns, in IOB2."""
    blocks = []
    for text, spans in rows:
        lines, place = [], 0
        for word in text.split(" "):
            label = next((s.label for s in spans if s.start == place), "")
            lines.append(f"{word} {f'B-{label}' if label else 'O'}")
            place += len(word) + 1
        blocks.append("\n".join(lines))
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
    return path


def write_tag_card(folder: Path, base: Path, **fields: Any) -> Path:
    """Write `rows.jsonl` and a card of spans; `fields` replace those of the card."""
    folder.mkdir(parents=True, exist_ok=True)
    if "data" not in fields:
        write_jsonl(folder / "rows.jsonl", make_tagged(100))
    card = {
        "name": "items",
        "data": {"source": {"path": "rows.jsonl"}},
        "inputs": [{"column": "text"}],
        "target": {"kind": "tags"},
        "base": str(base),
        "candidates": ["words"],
        "split": {"kind": "stratified", "folds": 3},
        "interval": {"n": 100},
        "package": {"quantise": "never"},
    }
    path = folder / "card.yaml"
    path.write_text(json.dumps(card | fields), encoding="utf-8")  # JSON is YAML
    return path
