"""Tests for whet.cards.files: files that are not there, and how files are said to be written."""

from collections.abc import Callable
from pathlib import Path

import pytest

from whet.cards.read import check_card

Complaints = Callable[[str], list[str]]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (
            "path: mesages.csv",
            "path: there is no file 'mesages.csv' beside the card. Did you mean 'messages.csv'?",
        ),
        (
            "path: data/messages.csv",
            "path: there is no file 'data/messages.csv' beside the card.",
        ),
        ("path: .", "path: must be a file; '.' is a folder"),
        (f"path: {'x' * 300}.csv", f"path: there is no file '{'x' * 300}.csv' beside the card."),
        (
            "path: notes.txt",
            "path: must end in one of .csv, .tsv, .jsonl, .parquet, or data.source.format must be "
            "given; found 'notes.txt'",
        ),
        ("path: 'hf:'", "path: must name a data set, such as hf:owner/name; found 'hf:'"),
        (
            f"{{path: 'hf:owner/name', sha256: {'0a' * 32}}}",
            "sha256: is for files; a data set of the hub has none. Delete the line.",
        ),
        (
            "{path: messages.csv, encoding: utf-88}",
            "encoding: must be a character encoding such as utf-8, gb18030 or latin-1; "
            "found 'utf-88'",
        ),
        (
            "{path: messages.csv, encoding: base64}",
            "encoding: must be a character encoding such as utf-8, gb18030 or latin-1; "
            "found 'base64'",
        ),
        (
            '{path: messages.csv, delimiter: "\\""}',
            "delimiter: must be neither a quote nor a line break; found '\"'",
        ),
    ],
)
def test_a_source_that_cannot_be_read(
    folder: Path, minimal: str, complaints: Complaints, source: str, complaint: str
) -> None:
    (folder / "notes.txt").write_text("message,intent\n")
    text = minimal.replace("path: messages.csv", source)
    if source.startswith("{"):
        text = minimal.replace("source:\n    path: messages.csv", f"source:\n    {source}")
    if len(source) > 100 and not source.startswith("{"):
        complaint += " Valid names: messages.csv, test.csv."
    assert complaints(text) == [f"4: data.source.{complaint}"]


@pytest.mark.parametrize(
    ("split", "complaint"),
    [
        (
            "{kind: official, test: tset.csv}",
            "test: there is no file 'tset.csv' beside the card. Did you mean 'test.csv'?",
        ),
        (
            "{kind: official, test: messages.csv}",
            "test: must be another file than data.source.path; both are 'messages.csv'",
        ),
        (
            "{kind: official, test: test.csv, validation: test.csv}",
            "validation: must be another file than split.test; both are 'test.csv'",
        ),
        (
            "{kind: stratified, out_of_scope: unrelated.jsonl}",
            "out_of_scope: there is no file 'unrelated.jsonl' beside the card. "
            "Valid names: messages.csv, test.csv.",
        ),
    ],
)
def test_a_split_file_that_is_not_there(
    minimal: str, complaints: Complaints, split: str, complaint: str
) -> None:
    assert complaints(f"{minimal}split: {split}\n") == [f"9: split.{complaint}"]


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("tset.csv", "there is no file 'tset.csv' beside the card. Did you mean 'test.csv'?"),
        (
            "messages.csv",
            "must be another file than data.source.path; both are 'messages.csv'",
        ),
    ],
)
def test_a_file_of_unlabelled_messages_that_will_not_do(
    minimal: str, complaints: Complaints, name: str, complaint: str
) -> None:
    text = minimal.replace("data:\n", f"data:\n  unlabelled: {{path: {name}}}\n")
    assert complaints(text) == [f"3: data.unlabelled.path: {complaint}"]


def test_files_of_the_hub_are_not_looked_for(folder: Path, minimal: str) -> None:
    card = folder / "card.yaml"
    card.write_text(
        minimal.replace("path: messages.csv", "path: hf:owner/name")
        + "split: {kind: official, test: test, validation: dev, out_of_scope: test.csv}\n"
    )
    assert check_card(card) == []


def test_a_declared_format_allows_any_ending_and_endings_may_be_in_capitals(
    folder: Path, minimal: str
) -> None:
    (folder / "notes.txt").write_text("message,intent\n")
    (folder / "MESSAGES.CSV").write_text("message,intent\n")
    card = folder / "card.yaml"
    for path in ("notes.txt\n    format: csv", "MESSAGES.CSV"):
        card.write_text(minimal.replace("messages.csv", path))
        assert check_card(card) == []
