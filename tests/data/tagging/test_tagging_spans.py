"""Tests for whet.data.tagging.spans: JSON Lines with spans by character, and their refusals."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from whet.core.errors import InputError
from whet.core.spans import Span
from whet.data.tagging.spans import read_spans

Write = Callable[[str, str | bytes], Path]


def line(text: str, *spans: tuple[int, int, str], **more: Any) -> str:
    marked = [{"start": start, "end": end, "label": label} for start, end, label in spans]
    return json.dumps({"text": text, "spans": marked, **more}, ensure_ascii=False) + "\n"


def test_lines_become_texts_with_spans_in_order(write: Write) -> None:
    content = line("Ana in Rome", (7, 11, "LOC"), (0, 3, "PER"), id=7) + "\n" + line("我在北京")
    frame = read_spans(write("a.jsonl", content))
    assert frame.texts == ("Ana in Rome", "我在北京")
    assert frame.spans == ((Span(0, 3, "PER"), Span(7, 11, "LOC")), ())
    assert frame.rows == (1, 3)
    assert frame.tokens == 7


def test_a_line_separator_inside_a_text_ends_no_line(write: Write) -> None:
    frame = read_spans(write("a.jsonl", line("Ana\u2028Rome", (4, 8, "LOC"))))
    assert frame.spans == ((Span(4, 8, "LOC"),),)


def test_wrong_spans_are_refused_with_their_rows(write: Write) -> None:
    path = write(
        "a.jsonl",
        line("Ana", (0, 3, "PER"))
        + line("Rome", (0, 5, "LOC"))
        + line("New York", (0, 8, "LOC"), (4, 8, "ORG")),
    )
    with pytest.raises(InputError) as caught:
        read_spans(path)
    assert str(caught.value) == (
        f"{path}: spans must lie within their text and must not overlap; 2 rows do not keep to it: "
        "row 2: the span 0 to 5 (LOC) reaches beyond the text of 4 characters; row 3: the spans "
        "0 to 8 (LOC) and 4 to 8 (ORG) overlap. Offsets count characters, not bytes, from 0; "
        "`end` is behind the last one."
    )


def test_many_wrong_rows_are_counted(write: Write) -> None:
    path = write("a.jsonl", line("Rome", (2, 2, "LOC")) * 8)
    with pytest.raises(InputError, match=r"8 rows do not .* and 3 more\."):
        read_spans(path)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("[1]", "Input should be an object."),
        ("{", "Invalid JSON: EOF while parsing an object at line 1 column 1."),
        ('{"text": "a"}', "spans: Field required."),
        (line("a", (0, "1", "LOC")), "spans.0.end: Input should be a valid integer."),  # type: ignore[arg-type]
        (line("a", (0, 1, "")), "spans.0.label: String should have at least 1 character."),
    ],
)
def test_lines_of_another_form_are_refused(write: Write, content: str, found: str) -> None:
    path = write("a.jsonl", content)
    with pytest.raises(InputError) as caught:
        read_spans(path)
    form = '{"text": ..., "spans": [{"start", "end", "label"}]}'
    assert str(caught.value) == f"{path}, row 1: must be {form}; {found}"


@pytest.mark.parametrize("text", ["", " \n", "a\0"])
def test_texts_without_anything_are_refused(write: Write, text: str) -> None:
    with pytest.raises(InputError, match="row 1: the text must not be empty or hold a NUL"):
        read_spans(write("a.jsonl", line(text)))


def test_an_empty_file_is_refused(write: Write) -> None:
    path = write("a.jsonl", "\n")
    with pytest.raises(InputError, match="must hold one JSON object a line; it is empty"):
        read_spans(path)
