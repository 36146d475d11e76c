"""Tests for what a card may say of numbers: metrics without a bound, and fields of no use."""

import json
from pathlib import Path
from typing import Any

import pytest

from whet.cards.read import check_card, read_card


def write(folder: Path, **fields: Any) -> Path:
    """Write a card of numbers beside its file."""
    (folder / "rows.csv").write_text("text,price\na,1\n", encoding="utf-8")
    card = {
        "name": "prices",
        "data": {"source": {"path": "rows.csv"}},
        "inputs": [{"column": "text"}],
        "target": {"kind": "real", "column": "price"},
    }
    path = folder / "card.yaml"
    path.write_text(json.dumps(card | fields), encoding="utf-8")
    return path


def test_the_defaults_are_those_of_numbers(tmp_path: Path) -> None:
    card = read_card(write(tmp_path, gate={"mae": 120, "r2": 0.5}))
    assert (card.metrics.primary, card.metrics.also) == ("mae", ["rmse", "r2", "spearman"])
    assert card.rungs == ("linear", "probe", "full")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"gate": {"r2": 2}}, "must be a number from 0 to 1; found 2"),
        ({"gate": {"mae": -1}}, "must be a number of at least 0 (lower is better); found -1"),
        ({"candidates": ["blend:full"]}, "must be a rung of the ladder; found 'blend:full'"),
        ({"candidates": ["blend"]}, "must be a rung of the ladder; found 'blend'"),
        ({"metrics": {"primary": "accuracy"}}, "must be a metric; found 'accuracy'"),
        ({"decision": {"wrong_answers": 0.1}}, "is of no use where target.kind is 'real'"),
        ({"target": {"kind": "real", "column": "price", "coverage": 1.2}}, "1.2"),
    ],
)
def test_what_makes_no_sense_is_said(tmp_path: Path, fields: dict[str, Any], said: str) -> None:
    (problem,) = check_card(write(tmp_path, **fields))
    assert said in problem.sentence
