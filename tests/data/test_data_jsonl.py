"""Tests for whet.data.jsonl: values as texts, and every mistake with its line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from whet.core.errors import InputError
from whet.data.jsonl import read_jsonl

Write = Callable[[str, str | bytes], Path]


def test_values_become_texts_as_they_are_written(write: Write) -> None:
    path = write(
        "a.jsonl",
        '{"text": "你好\\n\\ud83d\\ude00", "label": 1.50, "n": 12345678901234567890}\r\n\n'
        '{"label": true, "more": null, "text": "x\\u0000y"}',
    )
    table = read_jsonl(path, encoding="utf-8")
    assert table.columns == ["text", "label", "n", "more"]
    assert table.rows() == [
        ("你好\n😀", "1.50", "12345678901234567890", ""),
        ("x\0y", "true", "", ""),
    ]


def test_an_encoding_may_be_declared(write: Write) -> None:
    path = write("a.jsonl", '{"text": "你好"}\n'.encode("gb18030"))
    assert read_jsonl(path, encoding="gb18030").rows() == [("你好",)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\n\n", " must hold one JSON object a line; it is empty."),
        (
            b'{"a": 1}\n\n{"a": }\n',
            ", line 3: must be a JSON object; it is not JSON: Expecting value.",
        ),
        (
            b'{"a": NaN}\n',
            ", line 1: must be a JSON object; it is not JSON: NaN is no JSON value.",
        ),
        (
            b'[{"a": 1}]\n',
            ", line 1: must be a JSON object; found a list. Write one object a line.",
        ),
        (
            b'{"a": 1}\n"hello"\n',
            ", line 2: must be a JSON object; found a single value. Write one object a line.",
        ),
        (
            b'{"a": ["x"]}\n',
            ", line 1: 'a' must hold a plain value; found a list. "
            "Write it as a text, or leave it out.",
        ),
        (
            b'{"a": {"b": 1}}\n',
            ", line 1: 'a' must hold a plain value; found an object. "
            "Write it as a text, or leave it out.",
        ),
        (b'{"a": 1, "b": 2, "a": 3}\n', ", line 1: every name may stand once; found 'a' twice."),
        (
            b'{"a": "x\\ud83d"}\n',
            ", line 1: must hold whole characters; found half of one, \\ud83d. "
            "Write the file with a program that knows Unicode.",
        ),
        (
            b'{"a": "x"}\n{"a": "caf\xe9"}\n',
            ", line 2: must be written in utf-8; found the byte 0xe9. "
            "Declare data.source.encoding, for example gb18030 or latin-1.",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(write: Write, content: bytes, sentence: str) -> None:
    path = write("a.jsonl", content)
    with pytest.raises(InputError) as caught:
        read_jsonl(path, encoding="utf-8")
    assert str(caught.value) == f"{path}{sentence}"


def test_nesting_deeper_than_the_stack_is_a_mistake_like_any_other(write: Write) -> None:
    path = write("a.jsonl", '{"a": ' + "[" * 100_000 + "\n")
    with pytest.raises(InputError, match="line 1: must be a JSON object; it is not JSON: "):
        read_jsonl(path, encoding="utf-8")
