"""Tests for whet.data.passages.rows: SQuAD, JSON Lines and CSV say the same, or are refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.data.audit.builders import make_card
from tests.ladder.passage_workshop import make_questions, write_questions, write_squad

from whet.cards.schema import Card
from whet.core.errors import InputError
from whet.core.pairs import split_pair
from whet.data.passages.answers import Marked, answers_of
from whet.data.passages.rows import passage_keys, read_questions, strata

ROWS = make_questions(6)
INPUTS = [{"column": "question"}, {"column": "context"}]


def card(**changes: Any) -> Card:
    target = {"kind": "span", "column": "answer"} | changes.pop("target", {})
    return make_card(**({"inputs": INPUTS, "target": target} | changes))


def texts_and_answers(table: Any, column: str) -> list[tuple[str, str, str]]:
    found = []
    for text, label in zip(table["question"], table[column], strict=True):
        answers = answers_of(label)
        found.append((*split_pair(text), answers[0].text if answers else ""))
    return found


def test_every_format_says_the_same(tmp_path: Path) -> None:
    wanted = [row[:3] for row in ROWS]
    write_questions(tmp_path / "a.csv", ROWS)
    table, numbers = read_questions(card(), tmp_path / "a.csv", None)
    assert texts_and_answers(table, "answer") == wanted
    assert numbers == tuple(range(1, len(ROWS) + 1))
    passages = {p for _, p, _ in wanted}
    write_squad(tmp_path / "a.json", ROWS)
    table, _ = read_questions(
        card(data={"groups": ["title"], **SOURCE}), tmp_path / "a.json", "squad"
    )
    assert sorted(texts_and_answers(table, "answer")) == sorted(wanted)
    assert set(table["title"]) == {"notes"} and table["id"][0] == "q0"
    lines = []
    for i, (question, passage, answer, start) in enumerate(ROWS):
        listed = [{"text": answer, "answer_start": start}] if answer else []
        columns = {"text": [answer] * bool(answer), "answer_start": [start] * bool(answer)}
        answers = columns if i % 2 else listed  # as in SQuAD, and as on the hub
        lines.append({"question": question, "context": passage, "answers": answers})
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines))
    table, _ = read_questions(card(target={"column": "answers"}), file, None)
    assert texts_and_answers(table, "answers") == wanted
    assert len(passages) == 6


SOURCE = {"source": {"path": "a.json", "format": "squad"}}


def test_the_passage_is_kept_as_it_is(tmp_path: Path) -> None:
    passage = "  Two  spaces,\n\na line;\tRome 東京 😀 "
    line = {
        "question": "where?",
        "context": passage,
        "answer": "東京",
        "answer_start": passage.index("東"),
    }
    (tmp_path / "a.jsonl").write_text(json.dumps(line))
    table, _ = read_questions(card(), tmp_path / "a.jsonl", None)
    assert split_pair(table["question"][0]) == ("where?", passage)
    (answer,) = answers_of(table["answer"][0])
    assert passage[answer.start : answer.end] == "東京"


def test_several_ways_to_mark_an_answer_are_kept_each_once(tmp_path: Path) -> None:
    answers = [
        {"text": "Rome", "answer_start": 3},
        {"text": "in Rome", "answer_start": 0},
        {"text": "Rome", "answer_start": 3},
    ]
    line = {"question": "where?", "context": "in Rome", "answers": answers}
    (tmp_path / "a.jsonl").write_text(json.dumps(line))
    table, _ = read_questions(card(target={"column": "answers"}), tmp_path / "a.jsonl", None)
    assert answers_of(table["answers"][0]) == (Marked(3, "Rome"), Marked(0, "in Rome"))


def refused(path: Path, **changes: Any) -> str:
    with pytest.raises(InputError) as caught:
        read_questions(card(**changes), path, "squad" if path.suffix == ".json" else None)
    return str(caught.value)


def test_wrong_rows_are_named_with_their_columns(tmp_path: Path) -> None:
    rows = [
        ("where?", "in Rome", "Rome", 3),
        ("where?", "in Rome", "Rome", 2),
        ("where?", "in Rome", "Oslo", 3),
        ("where?", " ", "Rome", 3),
        ("", "in Rome", "Rome", 3),
    ]
    path = write_questions(tmp_path / "a.csv", rows)
    assert refused(path) == (
        f"{path}: each row must hold a question and a passage, and each answer must stand where it "
        "is said to; 4 do not: row 2, column 'answer_start': 'Rome' must begin at character 2, "
        "where ' Rom' begins; it begins at 3; row 3, column 'answer_start': 'Oslo' must begin at "
        "character 3, where 'Rome' begins; it stands nowhere in the passage; row 4, column "
        "'context': must hold a text; found nothing; row 5, column 'question': must hold a text; "
        "found nothing. Places count characters, not bytes, from 0. Correct them, or set "
        "target.repair to take the nearest place at which an answer stands."
    )
    table, _ = read_questions(
        card(target={"repair": True}), write_questions(tmp_path / "b.csv", rows[:2]), None
    )
    assert table["answer"].to_list() == ['[[3, "Rome"]]'] * 2


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("[]", "list indices must be integers or slices, not str"),
        ('{"data": [{"paragraphs": [{"qas": []}]}]}', "it holds none"),
        ('{"data": [{"paragraphs": [{"qas": [{"question": "?"}]}]}]}', "'context' is missing"),
        (
            '{"data": [{"paragraphs": [{"context": "in Rome", "qas": [{"question": "?", "answers": '
            '[{"text": "Rome", "answer_start": 3}], "is_impossible": true}]}]}]}',
            "a question that is_impossible must have no answers",
        ),
        ("{", "Expecting property name"),
    ],
)
def test_what_is_not_squad_is_told(tmp_path: Path, document: str, told: str) -> None:
    (tmp_path / "a.json").write_text(document)
    assert told in refused(tmp_path / "a.json")


def test_a_cell_that_is_no_list_of_answers_is_told(tmp_path: Path) -> None:
    line = {"question": "?", "context": "in Rome", "answers": "Rome"}
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(line))
    assert refused(path, target={"column": "answers"}) == (
        f"{path}, row 1, column 'answers': must hold a list "
        '[{"text": …, "answer_start": …}], or a text with its first character in a column '
        "'answer_start' (target.start); found 'Rome'."
    )
    assert refused(path, target={"column": "answer"}) == (
        "a.jsonl: there is no column 'answer' (target.column). Did you mean 'answers'?"
    )


def test_passages_are_one_whatever_their_spaces_and_case() -> None:
    keys = passage_keys(['["a", "In  Rome"]', '["b", "in rome"]', '["a", "Oslo"]'])
    assert keys[0] == keys[1] != keys[2]
    assert strata(["[]", '[[0, "a"]]']) == ["(none)", "with an answer"]
