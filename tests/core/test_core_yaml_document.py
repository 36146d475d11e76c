"""Tests for whet.core.yaml.document: values and lines, and every way in which YAML can be wrong."""

import datetime

import pytest

from whet.cards.read import CARD
from whet.core.yaml.document import Document, Problem, dotted
from whet.core.yaml.document import parse as parse_kind


def parse(text: str) -> Document:
    return parse_kind(text, CARD)


def test_values_are_plain_and_each_has_its_line() -> None:
    document = parse(
        "# a card\nname: demo\ninputs:\n  - kind: text\n    column: message\nseed: 3\n"
    )
    assert document.values == {
        "name": "demo",
        "inputs": [{"kind": "text", "column": "message"}],
        "seed": 3,
    }
    assert document.problems == []
    assert document.line_of(("name",)) == 2
    assert document.line_of(("inputs",)) == 3
    assert document.line_of(("inputs", 0)) == 4
    assert document.line_of(("inputs", 0, "column")) == 5
    assert document.line_of(("inputs", 0, "missing")) == 4  # the parent's line
    assert document.line_of(("missing",)) == 2  # the first line of the whole


def test_numbers_dates_and_truth_values_keep_their_text_beside_their_value() -> None:
    document = parse("a: no\nb: 2026-02-01\nc: 0.50\nd:\n")
    assert document.values == {"a": False, "b": datetime.date(2026, 2, 1), "c": 0.5, "d": None}
    assert document.raws == {("a",): "no", ("b",): "2026-02-01", ("c",): "0.50", ("d",): ""}


def test_what_has_another_type_is_passed_over() -> None:
    document = parse("a: [x, 1, y]\nb: text\n")
    assert list(document.texts("a")) == [(("a", 0), "x"), (("a", 2), "y")]
    assert list(document.texts("b")) == []
    assert list(document.entries("b")) == []
    assert document.text("a") is None
    assert document.get("a", 7) is None
    assert document.get("b", "c") is None


def test_a_place_is_written_with_dots_and_brackets() -> None:
    assert dotted(("inputs", 0, "column")) == "inputs[0].column"
    assert dotted(()) == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", Problem(None, "", "the card is empty. `whet new DIR` writes one to start from.")),
        (
            "# only a comment\n",
            Problem(None, "", "the card is empty. `whet new DIR` writes one to start from."),
        ),
        (
            "# one\n- name: demo\n",
            Problem(
                2,
                "",
                "a card must be a mapping of fields such as `name:` and `data:`; found a list",
            ),
        ),
        (
            "hello",
            Problem(
                1,
                "",
                "a card must be a mapping of fields such as `name:` and `data:`; "
                "found the text 'hello'",
            ),
        ),
        (
            "name: demo\nuse: route: quickly\n",
            Problem(
                2,
                "",
                "this cannot be read as YAML: mapping values are not allowed here. "
                "A value that holds `: ` needs quotes around it.",
            ),
        ),
        (
            "data:\n\tpath: x\n",
            Problem(
                2,
                "",
                "this cannot be read as YAML: while scanning for the next token, found character "
                "'\\t' that cannot start any token. Indent with spaces, not with tabs.",
            ),
        ),
        (
            'name: "demo\nuse: x\n',
            Problem(
                3,
                "",
                "this cannot be read as YAML: while scanning a quoted scalar (line 1), "
                "found unexpected end of stream.",
            ),
        ),
        (
            "a: 1\n---\nb: 2\n",
            Problem(
                2,
                "",
                "this cannot be read as YAML: expected a single document in the stream (line 1), "
                "but found another document.",
            ),
        ),
        (
            "name: de\x07mo\n",
            Problem(1, "", "the character U+0007 may not stand in a card. Delete it."),
        ),
        (
            "a: &x [1]\nb: *x\n",
            Problem(2, "", "*x is an alias. Write the value out, or put it in quotes."),
        ),
        (
            "a: &x [*x]\n",
            Problem(1, "", "*x is an alias. Write the value out, or put it in quotes."),
        ),
        (
            "a: 1\nb: 2\na: 3\n",
            Problem(3, "a", "is given twice, first in line 1. Keep one."),
        ),
        (
            "a: {b: 1,\n  b: 2}\n",
            Problem(2, "a.b", "is given twice, first in line 1. Keep one."),
        ),
        ("1: x\n", Problem(1, "", "a field's name must be a text; found 1. Put it in quotes.")),
        (
            "gate:\n  no: 1\n",
            Problem(2, "gate", "a field's name must be a text; found no. Put it in quotes."),
        ),
        (
            "? [a, b]\n: x\n",
            Problem(
                1,
                "",
                "a field's name must be a text; found a list or a mapping. Put it in quotes.",
            ),
        ),
        (
            "name: !!python/object/apply:os.system [ls]\n",
            Problem(
                1,
                "name",
                "must be written without the YAML tag !!python/object/apply:os.system: "
                "cards hold plain values only",
            ),
        ),
        (
            "!!python/object:os.x\nname: demo\n",
            Problem(
                1,
                "",
                "must be written without the YAML tag !!python/object:os.x: "
                "cards hold plain values only",
            ),
        ),
        ("a: .inf\n", Problem(1, "a", "must be a finite number; found .inf")),
        (
            "a: 2026-13-45\n",
            Problem(1, "a", "cannot be read as a value; found 2026-13-45. Put it in quotes."),
        ),
    ],
)
def test_what_is_not_a_plain_card_is_told_with_its_line(text: str, problem: Problem) -> None:
    assert parse(text).problems == [problem]


def test_what_is_broken_is_none_so_that_later_places_stay_right() -> None:
    document = parse("a:\n  - !!set {x}\n  - good\n")
    assert document.values == {"a": [None, "good"]}
    assert [problem.field for problem in document.problems] == ["a[0]"]


@pytest.mark.parametrize(
    "text", ["a: " + "[" * 60 + "]" * 60, "a: [" + "1, " * 10_001 + "]"], ids=["deep", "long"]
)
def test_a_card_that_would_fill_the_memory_is_refused(text: str) -> None:
    assert parse(text).problems == [
        Problem(1, "", "a card holds at most 10,000 values and 50 levels")
    ]


def test_nesting_deeper_than_the_stack_is_refused_like_any_other() -> None:
    assert parse("a: " + "[" * 100_000).problems == [
        Problem(1, "", "a card holds at most 10,000 values and 50 levels")
    ]


def test_a_long_file_is_read_like_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "name: 模型 \n# note\ninputs:\n  - {kind: text, 'column': \"a\\nb\"}\n  -\n  - 1_000\n"
    text += "day: 2028-02-29\nlong: |\n  two\n  lines\nno: 1\nagain: 1\nagain: 2\nbad: !!set {x}\n"
    short = parse(text)
    monkeypatch.setattr("whet.core.yaml.document._LONG", 0)
    assert parse(text) == short
    assert len(short.problems) == 3


@pytest.mark.parametrize("text", ["a: [", "a: b: c\n", "a:\n\t- x\n", "a: \x07", "a: &x [*x]\n"])
def test_a_long_file_that_cannot_be_read_is_told_in_the_same_words(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    short = parse(text)
    monkeypatch.setattr("whet.core.yaml.document._LONG", 0)
    assert parse(text).problems == short.problems != []
