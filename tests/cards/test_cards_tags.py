"""Tests for cards of spans: what they may name, and what belongs to other kinds of target."""

import json
from pathlib import Path
from typing import Any

import pytest

from whet.cards.read import check_card, read_card


def write(folder: Path, **fields: Any) -> Path:
    (folder / "rows.jsonl").write_text("{}")
    card = {
        "name": "names",
        "data": {"source": {"path": "rows.jsonl"}},
        "inputs": [{"column": "text"}],
        "target": {"kind": "tags"},
    }
    (folder / "card.yaml").write_text(json.dumps(card | fields, indent=1))
    return folder / "card.yaml"


def test_a_silent_card_has_the_rungs_and_metrics_of_spans(tmp_path: Path) -> None:
    card = read_card(write(tmp_path))
    assert card.rungs == ("lookup", "words", "tagger")
    assert (card.metrics.primary, card.metrics.also) == ("f1", ["macro_f1", "precision", "recall"])
    named = read_card(write(tmp_path, metrics={"primary": "macro_f1"}, candidates=["tagger"]))
    assert (named.metrics.primary, named.rungs) == ("macro_f1", ("tagger",))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"candidates": ["linear"]}, "must be a rung of the ladder; found 'linear'."),
        ({"candidates": ["full"]}, "must be a rung of the ladder; found 'full'."),
        ({"metrics": {"primary": "accuracy"}}, "must be a metric; found 'accuracy'."),
        ({"gate": {"ece": 0.1}}, "must be a metric; found 'ece'."),
        (
            {"data": {"source": {"path": "rows.jsonl", "format": "csv"}}},
            "must be jsonl or conll where target.kind is 'tags'; found 'csv'",
        ),
        (
            {"split": {"kind": "stratified", "out_of_scope": "oos.jsonl"}},
            "is of no use where target.kind is 'tags'. Delete it.",
        ),
        (
            {"data": {"source": {"path": "hf:some/names"}}},
            "must be a file where target.kind is 'tags'",
        ),
        ({"target": {"kind": "tags", "labels": {}}}, "is no field where target.kind is 'tags'."),
        (
            {"target": {"kind": "tagz"}},
            "must be one of 'classes', 'tags', 'real', 'labels', 'pair', 'span'; found 'tagz'. "
            "Did you mean 'tags'",
        ),
    ],
)
def test_what_does_not_belong_is_named(
    tmp_path: Path, fields: dict[str, Any], problem: str
) -> None:
    found = [p.sentence for p in check_card(write(tmp_path, **fields))]
    assert any(problem in sentence for sentence in found), found


def test_columns_belong_to_spans(tmp_path: Path) -> None:
    data = {"source": {"path": "rows.jsonl", "format": "conll"}}
    found = check_card(write(tmp_path, data=data, target={"column": "label"}))
    assert [p.sentence for p in found] == [
        "must be csv or jsonl or parquet where target.kind is 'classes'; found 'conll'"
    ]
