"""Tests for whet.feedback.comparison: what passes, and what a slice hides."""

import numpy as np
import pytest

from whet.cards.schema import Card
from whet.feedback.comparison import Answers, Rows, compare_on

CARD = Card.model_validate(
    {
        "name": "m",
        "data": {"source": {"path": "x.csv"}},
        "inputs": [{"column": "text"}],
        "target": {"kind": "classes", "column": "label"},
        "interval": {"n": 100},
        "metrics": {"primary": "accuracy", "also": []},
    }
)
N = 100


def _answers(best: list[int], abstained: list[bool] | None = None) -> Answers:
    probabilities = np.full((len(best), 2), 0.1)
    probabilities[np.arange(len(best)), best] = 0.9
    return Answers(("a", "b"), probabilities, np.array(abstained or [False] * len(best)))


def _rows(labels: list[str], channel: list[str] | None = None) -> Rows:
    n = len(labels)
    texts = [f"t{i}" for i in range(n)]
    return Rows(texts, labels, {"channel": channel or ["w"] * n}, texts)


def test_the_same_answers_pass() -> None:
    found = compare_on(_rows(["a"] * N), _answers([0] * N), _answers([0] * N), card=CARD, seed=0)
    assert found["passed"] and found["lost"] == found["gained"] == 0
    assert found["slices"] == [] and found["reasons"] == []


def test_a_loss_is_named_with_every_row() -> None:
    new = [1] * 10 + [0] * (N - 10)
    found = compare_on(_rows(["a"] * N), _answers([0] * N), _answers(new), card=CARD, seed=0)
    assert not found["passed"]
    assert [flip["text"] for flip in found["negative_flips"]] == [f"t{i}" for i in range(10)]
    assert found["negative_flips"][0] == {"text": "t0", "label": "a", "old": "a", "new": "b"}
    assert found["verdict"]["verdict"] == "worse"


def test_a_slice_that_pays_for_the_others_stops_it() -> None:
    old = [1] * 8 + [0] * (N - 8)
    new = [0] * 8 + [1] * 6 + [0] * (N - 14)
    channel = ["w"] * 8 + ["mail"] * 10 + ["w"] * (N - 18)
    rows = _rows(["a"] * N, channel)
    found = compare_on(rows, _answers(old), _answers(new), card=CARD, seed=0)
    assert found["gained"] == 8 and found["lost"] == 6
    assert found["worse_slices"] == ["channel mail"]
    mail = next(s for s in found["slices"] if s["value"] == "mail")
    assert mail["chance"] == pytest.approx(0.5**6)
    assert found["reasons"] == ["slice channel mail is worse"]


def test_four_rows_lost_are_no_evidence_against_a_slice() -> None:
    new = [1] * 4 + [0] * 196
    channel = ["mail"] * 10 + ["w"] * 190
    rows = _rows(["a"] * 200, channel)
    found = compare_on(rows, _answers([0] * 200), _answers(new), card=CARD, seed=0)
    assert found["worse_slices"] == []


def test_a_message_of_no_class_is_right_where_the_model_abstains() -> None:
    rows = _rows(["out_of_scope", "a"])
    old, new = _answers([0, 0], [True, False]), _answers([0, 0])
    found = compare_on(rows, old, new, card=CARD, seed=0)
    assert found["lost"] == 1 and found["accuracy"] == {"old": 1.0, "new": 0.5}
    assert found["given"] == [{"answers": 1, "wrong": 0}, {"answers": 2, "wrong": 1}]
