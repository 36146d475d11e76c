"""A small workspace for the tests of answers: notes of a shop in two languages, and asked."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Row = tuple[str, str, str, int]
"""Question, passage, answer (empty for none) and its first character (-1 for none)."""

WORDS = "who has the card where is app when help bill by mail please refund money password on "
WORDS += "anna ben carl dora rome oslo lima bonn may june july invoice from reset must pay in ?"
"""What a tiny base knows of the notes below."""

NAMES = ("Anna", "Ben", "Carl", "Dora", "Emil", "Fay")
TOWNS = ("Rome", "Oslo", "Lima", "Bonn", "Kiel")
MONTHS = ("May", "June", "July", "March")
CHINESE_NAMES = ("小明", "王芳", "李雷", "韩梅")
CHINESE_TOWNS = ("上海", "南京", "成都")


def _english(i: int) -> tuple[str, dict[str, str]]:
    name, town, month = NAMES[i % 6], TOWNS[i // 2 % 5], MONTHS[i // 3 % 4]
    mark = chr(0x5000 + 31 * i)
    asked = {"who has the card?": name, "where is the app help?": town, "when is the bill?": month}
    sentences = (
        f"Please reset the password {mark}.",
        f"The card {mark} is with {name}.",
        f"App help is in {town}.",
        f"The bill must be paid in {month}.",
    )
    turn = i % 4
    return " ".join((*sentences[turn:], *sentences[:turn])), asked


def _chinese(i: int) -> tuple[str, dict[str, str]]:
    name, town = CHINESE_NAMES[i % 4], CHINESE_TOWNS[i // 2 % 3]
    mark = chr(0x5000 + 31 * i)
    asked = {"谁拿着卡？": name, "公司在哪里？": town}
    sentences = (f"请重置密码{mark}。", f"卡在{name}手里。", f"公司在{town}。")
    turn = i % 3
    return "".join((*sentences[turn:], *sentences[:turn])), asked


def make_questions(
    passages: int, *, start: int = 0, chinese: bool = True, unanswerable: bool = True
) -> list[Row]:
    """Return the questions over some passages, no two of which are alike."""
    rows: list[Row] = []
    for i in range(start, start + passages):
        text, asked = _chinese(i) if chinese and i % 3 == 2 else _english(i)
        rows += [(question, text, answer, text.index(answer)) for question, answer in asked.items()]
        if unanswerable and i % 2:
            rows.append(("谁付钱？" if i % 3 == 2 else "who is in the mail?", text, "", -1))
    return rows


def write_questions(path: Path, rows: Sequence[Row]) -> Path:
    """Write a CSV file with the columns `question`, `context`, `answer` and `answer_start`."""
    names = ("question", "context", "answer", "answer_start")
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([names, *rows])
    return path


def write_squad(path: Path, rows: Sequence[Row]) -> Path:
    """Write rows as SQuAD's second version does."""
    passages: dict[str, list[dict[str, Any]]] = {}
    for number, (question, passage, answer, place) in enumerate(rows):
        answers = [{"text": answer, "answer_start": place}] if answer else []
        asked = {"id": f"q{number}", "question": question, "answers": answers}
        passages.setdefault(passage, []).append({**asked, "is_impossible": not answer})
    paragraphs = [{"context": passage, "qas": qas} for passage, qas in passages.items()]
    document = {"version": "v2.0", "data": [{"title": "notes", "paragraphs": paragraphs}]}
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def write_passage_card(
    folder: Path, base: Path | str, *, rows: Sequence[Row] | None = None, **fields: Any
) -> Path:
    """Write `rows.csv` and a card that builds in seconds; `fields` replace those of the card."""
    folder.mkdir(parents=True, exist_ok=True)
    if "data" not in fields:
        write_questions(folder / "rows.csv", make_questions(30) if rows is None else rows)
    card = {
        "name": "notes",
        "data": {"source": {"path": "rows.csv"}},
        "inputs": [{"column": "question"}, {"column": "context"}],
        "target": {"kind": "span", "column": "answer"},
        "base": str(base),
        "candidates": ["words"],
        "split": {"kind": "stratified", "folds": 3},
        "interval": {"n": 100},
        "package": {"quantise": "never"},
    }
    path = folder / "card.yaml"
    path.write_text(json.dumps(card | fields), encoding="utf-8")  # JSON is YAML
    return path
