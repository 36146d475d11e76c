"""Tests for whet.data.magic: files that are not what their names say."""

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from whet.data.magic import foreign

Write = Callable[[str, str | bytes], Path]


def zipped(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "x")
    return buffer.getvalue()


def parquet() -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame({"a": ["x"]}).write_parquet(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (parquet(), "a Parquet file. Set `format: parquet`, or rename it to end in .parquet."),
        (
            gzip.compress(b"a,b\n", mtime=0),
            "compressed by gzip. Decompress it first, for example with gunzip.",
        ),
        (zipped("messages.csv"), "a zip archive. Unpack it first."),
        (
            zipped("[Content_Types].xml"),
            "an Excel workbook or another Office document. Save it as CSV UTF-8 there.",
        ),
        (b"%PDF-1.7\n", "a PDF document. Export its table as CSV."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1",
            "an old Excel or Word file. Save it as CSV UTF-8 there.",
        ),
        (b"\n <!DOCTYPE html>\n", "a web page. Download the data themselves."),
        (
            b"version https://git-lfs.github.com/spec/v1\n",
            "a Git LFS pointer, not the data. Fetch it with git lfs pull.",
        ),
        (b"SQLite format 3\0", "a SQLite database. Export the table as CSV."),
    ],
)
def test_a_file_of_another_kind_is_told(write: Write, content: bytes, sentence: str) -> None:
    path = write("messages.csv", content)
    assert foreign(path, "csv", "utf-8") == f"{path} must be a CSV file, but it is {sentence}"
    assert foreign(path, "jsonl", "utf-8") == (
        f"{path} must be a JSON Lines file, but it is {sentence}"
    )


def test_text_is_no_parquet_file(write: Write) -> None:
    path = write("messages.parquet", "a,b\n1,2\n")
    assert foreign(path, "parquet", "utf-8") == (
        f"{path} must be a Parquet file, but it does not start as one. "
        "If it is a text file, set `format: csv` or `format: jsonl`, or rename it."
    )
    path = write("messages.parquet", gzip.compress(b"a"))
    assert foreign(path, "parquet", "utf-8") == (
        f"{path} must be a Parquet file, but it is compressed by gzip. "
        "Decompress it first, for example with gunzip."
    )


def test_utf_16_must_be_declared(write: Write) -> None:
    path = write("messages.csv", "a,b\n".encode("utf-16"))
    assert foreign(path, "csv", "utf-8") == (
        f"{path} is written in UTF-16. Set `encoding: utf-16` beside its path."
    )
    assert foreign(path, "csv", "UTF_16") is None


@pytest.mark.parametrize("text", ["", "a,b\n", "{a},b\n", "PK,label\n", "<b>,label\n", "Bz\n"])
def test_text_is_text(write: Write, text: str) -> None:
    assert foreign(write("messages.csv", text), "csv", "utf-8") is None


def test_parquet_is_parquet(write: Write) -> None:
    assert foreign(write("a.parquet", parquet()), "parquet", "utf-8") is None


@pytest.mark.parametrize("text", ['{"a": 1}\n', '\ufeff[{"a": 1}]', '[\n  {"a": 1}\n]'])
def test_json_is_no_csv_file(write: Write, text: str) -> None:
    path = write("messages.csv", text)
    assert foreign(path, "csv", "utf-8") == (
        f"{path} must be a CSV file, but it begins as JSON. If each line is an object, set "
        "`format: jsonl` or rename it to end in .jsonl; a list of objects must be written so."
    )
    assert foreign(path, "jsonl", "utf-8") is None


def test_an_image_is_no_csv_file(write: Write) -> None:
    path = write("messages.csv", b"\x89PNG\r\n\x1a\n")
    assert foreign(path, "csv", "utf-8") == (
        f"{path} must be a CSV file, but it is a PNG image. Name the file of the rows."
    )
