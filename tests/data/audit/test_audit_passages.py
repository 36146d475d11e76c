"""Tests of the guards of answers: shared passages, known and contradicting answers, their place."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from tests.data.audit.builders import make_card, make_dataset, make_frame

from whet.cards.schema import Card
from whet.core.pairs import join_exact
from whet.data.audit.passages import (
    answer_position,
    conflicting_answers,
    long_questions,
    passage_overlap,
)
from whet.data.audit.run import audit
from whet.data.fix import apply_fixes
from whet.data.frame import Dataset, Frame
from whet.data.passages.answers import Marked, written

Row = tuple[str, str, str]


def passage_card(**changes: Any) -> Card:
    values = {"inputs": [{"column": "q"}, {"column": "p"}], "target": {"kind": "span"}}
    return make_card(**(values | changes))


def passage_frame(rows: Sequence[Row], source: str = "train.csv") -> Frame:
    marked = [[Marked(p.index(a), a)] if a else [] for _, p, a in rows]
    texts = [join_exact(q, p) for q, p, _ in rows]
    return make_frame(list(zip(texts, map(written, marked), strict=True)), source)


def data(train: Sequence[Row], *test: Row) -> Dataset:
    held = passage_frame(test or [("zq?", "Nothing here.", "here")], "test.csv")
    return make_dataset(passage_frame(train), held, validation=None)


TRAIN = [
    (f"who is {i}?", f"It rains. Nothing else. Number {i} is Ana {i}.", f"Ana {i}")
    for i in range(40)
]


def test_a_passage_on_both_sides_stops() -> None:
    same = TRAIN[3][1].upper().replace(" ", "  ")
    rows = [("new?", same, "ANA"), ("newer?", TRAIN[4][1], ""), ("x?", "a new one", "")]
    (found,) = passage_overlap(passage_card(), data(TRAIN, *rows))
    assert (found.guard, found.severity, found.count) == ("text_overlap", "stop", 2)
    assert [(e.row, e.detail) for e in found.examples] == [(1, "ANA"), (2, "no answer")]
    assert passage_overlap(passage_card(), data(TRAIN)) == []
    card = passage_card(waive={"text_overlap": "the manual is known"})
    (waived,) = [f for f in audit(card, data(TRAIN, *rows)) if f.guard == "text_overlap"]
    assert waived.severity == "waived"


def test_questions_whose_answer_can_be_known_by_heart_are_told() -> None:
    rows = [(f"Who is {i}?", f"ana {i} came with number {i}.", f"ana {i}") for i in range(4)]
    (found,) = passage_overlap(passage_card(), data(TRAIN, *rows))
    assert (found.severity, found.count) == ("warn", 4)
    assert "whose question is learnt from with the same answer" in found.sentence
    other = [(q, p, "number") for q, p, _ in rows]
    assert passage_overlap(passage_card(), data(TRAIN, *other)) == []


def test_contradicting_answers_are_told_and_equal_ones_are_not() -> None:
    question, passage, answer = TRAIN[5]
    assert conflicting_answers(passage_card(), data([*TRAIN, TRAIN[5]])) == []
    for other in ("Number 5", ""):
        dataset = data([*TRAIN, (question, passage, other)])
        (found,) = conflicting_answers(passage_card(), dataset)
        assert (found.severity, found.count) == ("warn", 1)
        assert "Questions over one passage with more than one answer: 1." in found.sentence
        assert f"{answer.lower()} (row 6 of train.csv)" in found.examples[0].detail


def test_answers_that_always_stand_first_are_told() -> None:
    first = [(q, f"Here is {a}. It rains. Nothing else.", a) for q, _, a in TRAIN]
    (found,) = answer_position(passage_card(), data(first))
    assert (found.severity, found.count) == ("stop", 40)
    (found,) = answer_position(passage_card(), data([*first[:35], *TRAIN[35:]]))
    assert (found.severity, found.count) == ("warn", 35)
    assert answer_position(passage_card(), data(TRAIN)) == []
    chinese = [(q, f"这是{a}。下雨了。没有别的！", a) for q, _, a in TRAIN]
    assert answer_position(passage_card(), data(chinese))[0].count == 40
    short = [(q, f"Here is {a}. It rains.", a) for q, _, a in TRAIN]
    assert answer_position(passage_card(), data(short)) == []


def test_only_questions_are_too_long() -> None:
    rows = [("why " * 60, "short", ""), ("why?", "long " * 900, "long")]

    def count(texts: Sequence[str]) -> np.ndarray[Any, Any]:
        return np.array([len(text.split()) for text in texts])

    dataset = data([*TRAIN, *rows])
    (found,) = long_questions(passage_card(), dataset, max_tokens=count, token_limit=100)
    assert found.count == 1 and "more than 50 tokens" in found.sentence
    assert long_questions(passage_card(), dataset, max_tokens=count, token_limit=120) == []


def test_repeated_rows_are_dropped_on_request() -> None:
    dataset, told = apply_fixes(passage_card(), data([*TRAIN, TRAIN[2]], ("x?", "Ana.", "Ana")))
    assert len(dataset.train) == len(TRAIN)
    assert told == ["Drop training rows that repeat an earlier training row: 1 (row 41)."]
