"""Tests for whet.data.read: one table from any format, and files that cannot be one."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from whet.core.errors import InputError
from whet.core.settings import settings
from whet.data.read import as_texts, read_table

Write = Callable[[str, str | bytes], Path]


def error_of(path: Path, format: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read_table(path, format=format)
    return str(caught.value)


def test_every_format_gives_the_same_table(write: Write, tmp_path: Path) -> None:
    table = pl.DataFrame({"message": ["hello, you", "你好"], "intent": ["a", ""]})
    table.write_parquet(tmp_path / "a.parquet")
    write("a.csv", 'message,intent\n"hello, you",a\n你好,\n')
    write("a.tsv", "message\tintent\nhello, you\ta\n你好\t\n")
    write(
        "a.jsonl",
        '{"message": "hello, you", "intent": "a"}\n{"message": "你好", "intent": null}\n',
    )
    write("a.txt", "message;intent\nhello, you;a\n你好;\n")
    for name in ("a.csv", "a.tsv", "a.jsonl", "a.parquet"):
        assert read_table(tmp_path / name).equals(table), name
    assert read_table(tmp_path / "a.txt", format="csv").equals(table)


def test_parquet_columns_of_any_plain_type_become_texts() -> None:
    moment = dt.datetime(2026, 2, 1, 8, 0, 55)
    table = pl.DataFrame(
        {
            "whole": [1, None],
            "real": [1.5, float("nan")],
            "truth": [True, None],
            "day": [dt.date(2026, 2, 1), None],
            "moment": [moment, None],
            "utc": pl.Series([moment, None]).dt.replace_time_zone("UTC"),
            "choice": pl.Series(["x", None], dtype=pl.Categorical),
            "nothing": [None, None],
        }
    )
    assert as_texts(table).rows() == [
        (
            "1",
            "1.5",
            "true",
            "2026-02-01",
            "2026-02-01T08:00:55.000000",
            "2026-02-01T08:00:55.000000+00:00",
            "x",
            "",
        ),
        ("",) * 8,
    ]


def test_what_is_no_file_of_rows_is_told(write: Write, tmp_path: Path) -> None:
    path = tmp_path / "no.csv"
    assert error_of(path) == f"{path} must be a file; there is none. Check the path."
    assert error_of(tmp_path, "csv") == (
        f"{tmp_path} must be a file; it is a folder. Name the file in it."
    )
    path = write("a.csv", "")
    assert error_of(path) == f"{path} must hold rows; it is empty."
    path = write("a.xls", "a,b\n")
    assert error_of(path) == (
        f"{path} must end in .csv, .tsv, .jsonl, .parquet, or its format must be declared; "
        "found the ending '.xls'."
    )
    path = write("b.csv", "%PDF-1.7")
    assert error_of(path) == (
        f"{path} must be a CSV file, but it is a PDF document. Export its table as CSV."
    )


def test_parquet_that_cannot_be_rows_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"a": ["x"] * 100}).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])
    assert error_of(path) == (
        f"{path} must be a whole Parquet file; it is cut off or damaged. Fetch it again."
    )
    pl.DataFrame({"a": [["x"]]}).write_parquet(path)
    assert error_of(path) == (
        f"{path}: column 'a' must hold plain values; found List(String). "
        "Write it as a text, or leave it out."
    )
    pl.DataFrame({"a": []}, schema={"a": pl.String}).write_parquet(path)
    assert error_of(path) == f"{path} must hold rows; it holds none."


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("banking77/train.csv", 10003, ["text", "category"]),
        ("chnsenticorp_hotel/hotel_reviews.csv", 7766, ["label", "review"]),
        ("online_shopping_10cats/reviews_10k.csv", 10006, ["cat", "label", "review"]),
        ("tnews_zh/test.jsonl", 869, ["label", "label_desc", "sentence", "keywords"]),
    ],
)
def test_public_data_are_read_whole(name: str, rows: int, columns: list[str]) -> None:
    folder = settings().data
    if folder is None:
        pytest.skip("needs public data: set WHET_DATA to their folder")
    table = read_table(folder / name)
    assert (len(table), table.columns) == (rows, columns)
    assert all(dtype == pl.String for dtype in table.dtypes)
    assert not any(table.null_count().row(0))
