"""Tests for whet.core.rows: CSV and JSON alike, and every way in which a file can be wrong."""

from pathlib import Path

import pytest

from whet.core.errors import InputError
from whet.core.rows import Row, number, read_rows


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_csv_json_and_json_lines_give_the_same_values(tmp_path: Path) -> None:
    files = {
        "a.csv": "\ufeffpay, team\n4,研发\n\n,sales\n",
        "b.csv": "pay;team\r\n4;研发\r\n;sales\r\n",
        "c.json": '[{"pay": 4, "team": "研发"}, {"pay": null, "team": "sales"}]',
        "d.jsonl": '{"pay": 4, "team": "研发"}\n\n{"team": "sales"}\n',
    }
    for name, text in files.items():
        rows = read_rows(written(tmp_path, name, text))
        assert [dict(row.values) for row in rows] == [
            {"pay": "4", "team": "研发"},
            {"pay": "", "team": "sales"},
        ]


def test_rows_know_their_line(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, "a.csv", "pay\n\n1\n2\n"))
    assert [row.where for row in rows] == ["a.csv, line 3", "a.csv, line 4"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "a.csv",
            "pay,team\n1\n",
            "a.csv, line 2: must hold 2 fields as the header does; found 1.",
        ),
        (
            "a.csv",
            "pay,pay\n1,2\n",
            "a.csv, line 1: column names must differ and not be empty; found 'pay' twice.",
        ),
        (
            "a.csv",
            "pay,\n1,2\n",
            "a.csv, line 1: column names must differ and not be empty; found an empty one.",
        ),
        (
            "a.csv",
            'pay\n"1\n',
            "a.csv, line 2: must be CSV; unexpected end of data. Mend the quotes there.",
        ),
        ("a.csv", "pay\n", "{path} must hold rows; it holds none. Add one row per answer."),
        ("a.csv", "", "{path} must hold rows; it holds none. Add one row per answer."),
        (
            "a.csv",
            b"pay\n\xff\n",
            "{path} must be written in UTF-8; found the byte 0xff at position 4. "
            "Save it again as UTF-8.",
        ),
        (
            "a.json",
            '{"pay": 1}',
            "{path} must be a list of objects, one per answer; found an object.",
        ),
        (
            "a.json",
            '[{"pay": [1]}]',
            "a.json, row 1: 'pay' must be a number or a text; found a list.",
        ),
        (
            "a.json",
            "[",
            "{path} must be JSON; Expecting value: line 1 column 2 (char 1).",
        ),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, name: str, content: str | bytes, sentence: str
) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(InputError) as error:
        read_rows(path)
    assert str(error.value) == sentence.format(path=path)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_rows(tmp_path / "no.csv")
    assert str(error.value) == (
        f"{tmp_path / 'no.csv'} must be a file that can be read: No such file or directory."
    )


@pytest.mark.parametrize("text", ["four", "nan", "inf", "-inf"])
def test_a_number_must_be_one(text: str) -> None:
    with pytest.raises(InputError) as error:
        number(Row("a.csv, line 2", {"pay": text}), "pay")
    assert str(error.value) == (
        f"a.csv, line 2: 'pay' must hold a number; found {text!r}. "
        "Leave it empty where there is no answer."
    )


def test_an_empty_field_is_no_answer() -> None:
    assert number(Row("a.csv, line 2", {"pay": ""}), "pay") is None
