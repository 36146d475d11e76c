"""Tests for cards of pairs: two inputs with names, the rungs and metrics, what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from whet.cards.read import check_card, read_card

INPUTS = [{"column": "a"}, {"column": "b"}]


def write(folder: Path, **fields: Any) -> Path:
    (folder / "rows.csv").write_text("a,b,same\n")
    card = {
        "name": "same",
        "data": {"source": {"path": "rows.csv"}},
        "inputs": INPUTS,
        "target": {"kind": "pair", "column": "same"},
    }
    (folder / "card.yaml").write_text(json.dumps(card | fields, indent=1))
    return folder / "card.yaml"


def test_a_silent_card_has_the_names_rungs_and_metrics_of_pairs(tmp_path: Path) -> None:
    card = read_card(write(tmp_path))
    assert [part.name for part in card.inputs] == ["first", "second"]
    assert card.rungs == ("overlap", "bi_encoder", "full")
    assert card.metrics.primary == "f1"
    assert card.metrics.also == ["accuracy", "average_precision", "roc_auc"]
    named = [{"column": "a", "name": "question"}, {"column": "b", "name": "other"}]
    card = read_card(write(tmp_path, inputs=named, candidates=["full", "lora", "overlap"]))
    assert [part.name for part in card.inputs] == ["question", "other"]
    assert card.rungs == ("overlap", "lora", "full")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"inputs": INPUTS[:1]}, "must hold two inputs where target.kind is 'pair'; found 1"),
        (
            {"target": {"column": "same"}},
            "must hold exactly one input where target.kind is 'classes'; found 2",
        ),
        ({"inputs": [INPUTS[0]] * 2}, "must differ from that of another input; both are 'a'"),
        (
            {"target": {"kind": "pair", "column": "b"}},
            "must differ from the text column; both are 'b'",
        ),
        ({"candidates": ["freeze:1"]}, "must be a rung of the ladder; found 'freeze:1'."),
        ({"candidates": ["probe"]}, "must be a rung of the ladder; found 'probe'."),
        ({"metrics": {"primary": "macro_f1"}}, "must be a metric; found 'macro_f1'."),
        (
            {"data": {"source": {"path": "hf:some/pairs"}}},
            "must be a file where target.kind is 'pair'",
        ),
    ],
)
def test_what_does_not_belong_is_named(
    tmp_path: Path, fields: dict[str, Any], problem: str
) -> None:
    found = [p.sentence for p in check_card(write(tmp_path, **fields))]
    assert any(problem in sentence for sentence in found), found
