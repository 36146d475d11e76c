"""Tests for cards of answers: names, rungs and metrics, what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from whet.cards.read import check_card, read_card

INPUTS = [{"column": "q"}, {"column": "p"}]


def write(folder: Path, **fields: Any) -> Path:
    for name in ("rows.csv", "train.json", "rows.parquet"):
        (folder / name).write_text("")
    card = {
        "name": "notes",
        "data": {"source": {"path": "rows.csv"}},
        "inputs": INPUTS,
        "target": {"kind": "span"},
    }
    (folder / "card.yaml").write_text(json.dumps(card | fields, indent=1))
    return folder / "card.yaml"


def test_a_silent_card_has_the_names_rungs_and_metrics_of_answers(tmp_path: Path) -> None:
    card = read_card(write(tmp_path))
    assert [part.name for part in card.inputs] == ["question", "passage"]
    assert card.rungs == ("words", "reader")
    assert (card.metrics.primary, card.label_column) == ("f1", "answers")
    assert card.metrics.also == ["exact_match", "answerable_accuracy"]
    squad = {"source": {"path": "train.json", "format": "squad"}}
    assert check_card(write(tmp_path, data=squad)) == []


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"inputs": INPUTS[:1]}, "must hold two inputs where target.kind is 'span'; found 1"),
        ({"candidates": ["full"]}, "must be a rung of the ladder; found 'full'."),
        ({"metrics": {"primary": "accuracy"}}, "must be a metric; found 'accuracy'."),
        ({"target": {"kind": "span", "column": "p"}}, "must differ from the text column"),
        ({"target": {"kind": "span", "labels": {}}}, "is no field where target.kind is 'span'."),
        (
            {"data": {"source": {"path": "rows.parquet"}}},
            "must be csv or jsonl or squad where target.kind is 'span'; found 'parquet'",
        ),
        ({"data": {"source": {"path": "train.json"}}}, "or data.source.format must be given"),
    ],
)
def test_what_does_not_belong_is_named(
    tmp_path: Path, fields: dict[str, Any], problem: str
) -> None:
    found = [p.sentence for p in check_card(write(tmp_path, **fields))]
    assert any(problem in sentence for sentence in found), found
