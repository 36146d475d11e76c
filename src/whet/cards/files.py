"""Do the files that a card names exist, and can they be read as they are declared?"""

import os
from collections.abc import Iterator
from pathlib import Path

from whet.core.errors import did_you_mean
from whet.core.yaml.document import Document, Problem, Where, dotted

FORMATS: dict[str, str] = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".parquet": "parquet"}
"""File endings that Whet knows and the format that each stands for."""

HUB = "hf:"
"""What a source starts with when its rows come from the data sets of the hub."""

_MOST_NAMES = 12  # more names than that help nobody who misspelt one


def is_hub_split(source: str, name: str) -> bool:
    """Return True when `name` is a split of the hub data set `source` and not a file of its own.

    >>> is_hub_split("hf:owner/name", "test"), is_hub_split("hf:owner/name", "test.csv")
    (True, False)
    """
    return source.startswith(HUB) and Path(name).suffix.lower() not in FORMATS


def check_files(document: Document, folder: Path) -> Iterator[Problem]:
    """Yield what is wrong with the files that a card in `folder` names, and with their reading."""
    source = document.text("data", "source", "path")
    yield from _check_encoding(document)
    yield from _check_delimiter(document)
    if source is not None:
        yield from _check_source(document, folder, source)
        yield from _check_split_files(document, folder, source)


def _check_source(document: Document, folder: Path, source: str) -> Iterator[Problem]:
    """The source is a hub data set, or a file that is there and has a known format."""
    where: Where = ("data", "source", "path")
    if source.startswith(HUB):
        if source == HUB:
            yield document.problem(
                where, "must name a data set, such as hf:owner/name; found 'hf:'"
            )
        if document.get("data", "source", "sha256") is not None:
            sentence = "is for files; a data set of the hub has none. Delete the line."
            yield document.problem(("data", "source", "sha256"), sentence)
        return
    yield from _check_file(document, folder, where, source)
    is_known = Path(source).suffix.lower() in FORMATS or os.path.isdir(folder / source)
    if document.get("data", "source", "format") is None and not is_known:
        endings = ", ".join(FORMATS)
        sentence = (
            f"must end in one of {endings}, or data.source.format must be given; found {source!r}"
        )
        yield document.problem(where, sentence)


def _check_split_files(document: Document, folder: Path, source: str) -> Iterator[Problem]:
    """Files of the split and of unlabelled messages exist, and none of them is another's."""
    used = {source: "data.source.path"}
    split: list[Where] = [("split", part) for part in ("test", "validation", "out_of_scope")]
    for where in [*split, ("data", "unlabelled", "path")]:
        name = document.text(*where)
        if name is None:
            continue
        if name in used:
            sentence = f"must be another file than {used[name]}; both are {name!r}"
            yield document.problem(where, sentence)
        elif not is_hub_split(source, name):
            yield from _check_file(document, folder, where, name)
        used[name] = dotted(where)


def _check_file(document: Document, folder: Path, where: Where, name: str) -> Iterator[Problem]:
    """A file that a card names is there."""
    path = folder / name
    if os.path.isdir(path):  # unlike Path.is_dir, says no to a name that is too long
        yield document.problem(where, f"must be a file; {name!r} is a folder")
    elif not os.path.isfile(path):
        sentence = f"there is no file {name!r} beside the card.{_near_files(path)}"
        yield document.problem(where, sentence)


def _near_files(path: Path) -> str:
    """Return a hint with the data files beside the one that is missing; empty without any."""
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.suffix.lower() in FORMATS]
    except OSError:
        return ""
    return f" {did_you_mean(path.name, names)}" if 0 < len(names) <= _MOST_NAMES else ""


def _check_encoding(document: Document) -> Iterator[Problem]:
    """The encoding is one that Python knows, for texts."""
    encoding = document.text("data", "source", "encoding")
    try:
        "".encode(encoding or "utf-8")
    except (LookupError, ValueError):
        sentence = (
            f"must be a character encoding such as utf-8, gb18030 or latin-1; found {encoding!r}"
        )
        yield document.problem(("data", "source", "encoding"), sentence)


def _check_delimiter(document: Document) -> Iterator[Problem]:
    """The delimiter can stand between fields."""
    delimiter = document.text("data", "source", "delimiter")
    if delimiter is not None and delimiter in '"\r\n':
        sentence = f"must be neither a quote nor a line break; found {delimiter!r}"
        yield document.problem(("data", "source", "delimiter"), sentence)
