"""Tests for whet.data.delimited: by hand, fast against careful, and every mistake with its row."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from whet.core.errors import InputError
from whet.data.delimited import _careful, _fast, read_delimited, sniff

Write = Callable[[str, str | bytes], Path]


def read(path: Path, encoding: str = "utf-8", delimiter: str | None = None) -> pl.DataFrame:
    return read_delimited(path, encoding=encoding, delimiter=delimiter)


def error_of(path: Path, encoding: str = "utf-8", delimiter: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read(path, encoding, delimiter)
    return str(caught.value)


TABLE = 'message,intent\n"Hi, I paid\ntwice ""again""",refund\n你好，在吗,greeting\n,none\n'
ROWS = [('Hi, I paid\ntwice "again"', "refund"), ("你好，在吗", "greeting"), ("", "none")]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_quotes_line_breaks_and_encodings(write: Write, encoding: str, ending: str) -> None:
    path = write("messages.csv", TABLE.replace("\n", ending).encode(encoding))
    table = read(path, "utf-8" if encoding.startswith("utf-8") else encoding)
    assert table.columns == ["message", "intent"]
    assert table.rows() == [(text.replace("\n", ending), label) for text, label in ROWS]


def test_a_byte_order_mark_is_no_part_of_the_first_name(write: Write) -> None:
    path = write("messages.csv", TABLE.encode("utf-8-sig"))
    assert read(path).columns == ["message", "intent"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(write: Write, delimiter: str) -> None:
    buffer = io.StringIO()
    rows = [["message", "intent"], ["Hi, I; paid | twice\tagain", "refund"], ["", "none"]]
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    table = read(write("messages.csv", buffer.getvalue()))
    assert [table.columns, *map(list, table.rows())] == rows


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b\nhello, you, there;x\nyes, please;y\n", ";"),
        # Both split the header; only one splits the rows as it splits the header.
        ("text, as sent;label\nhello;x\nbye;y\n", ";"),
        ("a,b;c\n1,2\n3,4\n", ","),
        # Nothing splits the header: one column, whatever the rows hold.
        ("message\nhello, you\n", "\x1f"),
        ('"a, b"\nhello\n', "\x1f"),
    ],
)
def test_only_what_splits_the_header_is_a_delimiter(text: str, delimiter: str) -> None:
    assert sniff(text) == delimiter


def test_a_long_file_is_judged_by_whole_rows_only() -> None:
    # The sample ends within the last row, before its semicolon: its comma must not count.
    assert sniff("a,x;b\nhello;y\nhi, " + "z" * 70_000 + ";y\n") == ";"


def test_a_tsv_file_has_tabs(write: Write) -> None:
    table = read(write("messages.tsv", "a,b\tc\n1,2\t3\n"))
    assert (table.columns, table.rows()) == (["a,b", "c"], [("1,2", "3")])


def test_one_column_keeps_its_commas(write: Write) -> None:
    table = read(write("oos.csv", 'message\nhello, you\n\n"quoted, too"\n'))
    assert table.rows() == [("hello, you",), ("quoted, too",)]


def test_blank_lines_are_no_rows_and_names_are_trimmed(write: Write) -> None:
    table = read(write("messages.csv", "\n message , intent\n\na,b\n\nc,d\n\n\n"))
    assert (table.columns, table.rows()) == (["message", "intent"], [("a", "b"), ("c", "d")])


def test_old_mac_line_ends_and_characters_that_only_look_like_line_ends(write: Write) -> None:
    assert read(write("a.csv", "a,b\r1,2\r3,4\r")).rows() == [("1", "2"), ("3", "4")]
    odd = "x\u2028y\x0bz\x85"
    assert read(write("b.csv", f"a,b\n{odd},2\n")).rows() == [(odd, "2")]


def test_long_texts_are_kept(write: Write) -> None:
    text = "很长 " * 25_000
    assert read(write("messages.csv", f"message,intent\n{text},x\n")).rows() == [(text, "x")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", " must hold a header and rows; it is empty."),
        ("\ufeff\r\n \n", " must hold a header and rows; it is empty."),
        ("message,intent\n\n", " must hold rows below its header; it holds none."),
        (
            "a,b\n1,2\n\n3\n",
            ", row 2 (line 4): must have 2 fields like the header; found 1. "
            "A line break in a text needs double quotes around the text.",
        ),
        (
            'a,b\n"1\n\n",2\nhi, you,x\n',
            ", row 2 (line 5): must have 2 fields like the header; found 3. "
            "A delimiter in a text needs double quotes around the text.",
        ),
        (
            'a,b\n1,2\n"3,4\n5,6\n',
            ", row 2 (line 3): a field opens with a double quote that is never closed. "
            "Close it, or double it.",
        ),
        (
            'a,b\n"' + "x,\n" * 60_000,
            ", row 1 (line 2): a field opens with a double quote that is never closed. "
            "Close it, or double it.",
        ),
        (
            'a,b\n1,2\n"hi" she said,4\n',
            ", row 2 (line 3): a double quote stands inside a quoted field. "
            "Double it, or remove the outer quotes.",
        ),
        (
            "a,b\n1,2\n3,x\0y\n",
            ", row 2 (line 3): must hold text; found a NUL byte. "
            "Remove it, or declare the file's encoding.",
        ),
        (
            "a,b\n1,2\n3,caf\xe9\n".encode("latin-1"),
            ", line 3: must be written in utf-8; found the byte 0xe9. "
            "Declare data.source.encoding, for example gb18030 or latin-1.",
        ),
        (
            "a,,c\n1,2,3\n",
            ": column 2 of the header must have a name; it is empty.",
        ),
        (
            "a,b, a\n1,2,3\n",
            ": every column must have a name of its own; 'a' is both column 1 and column 3.",
        ),
        (
            '"a,b\n1,2\n',
            ": the header must be CSV; a field opens with a double quote that is never closed. "
            "Close it, or double it.",
        ),
    ],
)
def test_a_mistake_is_told_with_its_row(write: Write, content: str | bytes, sentence: str) -> None:
    path = write("messages.csv", content)
    assert error_of(path, delimiter=",") == f"{path}{sentence}"


FIELDS = ["", "x", " ", '""', '"a""b"', '"a,b"', '"a\nb"', '"a\r\nb"', "你", '""","""']
BROKEN = ['5"', '"', ' "a"', '"a" ', '"\n"x', "a\rb", "a\0", '\\"']


@st.composite
def csv_texts(draw: st.DrawFn) -> str:
    """Texts that are CSV or nearly so: short and long rows, stray quotes, blank lines."""
    fields = st.sampled_from(FIELDS * 3 + BROKEN)
    widths = st.sampled_from([2, 2, 2, 2, 2, 2, 1, 3])
    rows = [
        ",".join(draw(st.lists(fields, min_size=width, max_size=width)))
        for width in draw(st.lists(widths, max_size=4))
    ]
    ends = [draw(st.sampled_from(["\n", "\n", "\r\n", "\n\n"])) for _ in rows]
    return "a,b\n" + "".join(row + end for row, end in zip(rows, ends, strict=True)).rstrip("\r\n")


@settings(max_examples=150, deadline=None)
@given(csv_texts())
@example('a,b\n"";"",')  # polars reads this odd quoting, and csv does not
@example('a,b\n,"""')
@example("a,b\n1,2\r\n3\r,4")  # a lone return ends a line for csv only
@example("a,b\n1,2\n\n3")
@example("a,b\n1,2,3")
def test_the_fast_reader_agrees_with_the_careful_one_or_leaves_the_file_to_it(text: str) -> None:
    fast = _fast(text, ["a", "b"], ",")
    if fast is not None:
        assert fast.equals(_careful(Path("x"), text, ["a", "b"], ","))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.text(st.sampled_from('ab",; \n|\\我é'), max_size=5)] * 2),
        min_size=1,
        max_size=5,
    )
)
def test_what_a_csv_writer_writes_is_read_fast(rows: list[tuple[str, str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([("a", "b"), *rows])
    table = _fast(buffer.getvalue().rstrip("\r\n"), ["a", "b"], ",")
    assert table is not None
    assert table.rows() == rows


def test_a_tsv_file_that_has_commas_is_read_all_the_same(write: Write) -> None:
    table = read(write("messages.tsv", "a,b\n1,2\n"))
    assert (table.columns, table.rows()) == (["a", "b"], [("1", "2")])


def test_a_text_of_any_length_is_read_beside_an_odd_quote(write: Write) -> None:
    long = "x" * 200_000
    table = read(write("messages.csv", f'a,b\n"{long}",1\nsay "hi",2\n'))
    assert table.rows() == [(long, "1"), ('say "hi"', "2")]


def test_nul_bytes_at_the_end_are_called_by_their_name(write: Write) -> None:
    path = write("messages.csv", "a,b\n1,2\n\0\0\0\n")
    with pytest.raises(InputError) as error:
        read(path)
    assert str(error.value) == (
        f"{path}, row 2 (line 3): must hold text; found a NUL byte. "
        "Remove it, or declare the file's encoding."
    )
