"""What does a JSON Lines file hold? Every column as text, or the line that is not a flat object."""

import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from whet.core.errors import InputError
from whet.data.delimited import decoded


def read_jsonl(
    path: Path,
    *,
    encoding: str,
    lists: Mapping[str, str] = MappingProxyType({}),
    nested: Collection[str] = (),
) -> pl.DataFrame:
    """Return the objects of a JSON Lines file as texts, one row each; blank lines are passed over.

    `lists` names columns that may hold lists of texts, and what is written between these; `nested`
    those whose lists and objects stay JSON, with every number in it as a text.

    Numbers keep their digits as written, true and false are words, null and a missing name are
    empty texts.

    Raises:
        InputError: bytes that are not `encoding`, or a line that is no JSON object of plain values.
    """
    text = decoded(path, path.read_bytes(), encoding)
    rows = [
        _object(f"{path}, line {number}", line, lists, nested)
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]
    if not rows:
        raise InputError(f"{path} must hold one JSON object a line; it is empty.")
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row.get(name, "") for row in rows] for name in names}
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))


def _object(
    place: str, line: str, lists: Mapping[str, str], nested: Collection[str]
) -> dict[str, str]:
    """Return one line's names and values as texts."""
    try:
        value = json.loads(
            line,
            object_pairs_hook=_Pairs,
            parse_int=str,
            parse_float=str,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "") or str(error) or "it is nested too deep"
        raise InputError(f"{place}: must be a JSON object; it is not JSON: {reason}.") from error
    if not isinstance(value, _Pairs):
        found = "a list" if isinstance(value, list) else "a single value"
        raise InputError(f"{place}: must be a JSON object; found {found}. Write one object a line.")
    row = {
        name: joined_list(f"{place}: {name!r}", item, lists[name])
        if name in lists and isinstance(item, list)
        else json.dumps(_unpaired(item), ensure_ascii=False)
        if name in nested and isinstance(item, list)
        else _text(place, name, item)
        for name, item in value
    }
    if len(row) < len(value):
        names = [name for name, _ in value]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"{place}: every name may stand once; found {twice!r} twice.")
    if "\\u" in line:
        _check_characters(place, "".join([*row, *row.values()]))
    return row


class _Pairs(list[tuple[str, Any]]):
    """Names and values of a JSON object, in order, repeated names included."""


def _unpaired(value: object) -> object:
    """Return a value with every object in it as a mapping."""
    if isinstance(value, _Pairs):
        return {name: _unpaired(item) for name, item in value}
    return [_unpaired(item) for item in value] if isinstance(value, list) else value


def _no_number(name: str) -> str:
    """Raise ValueError for NaN and Infinity, which JSON does not have."""
    raise ValueError(f"{name} is no JSON value")


def joined_list(place: str, items: Iterable[object], separator: str) -> str:
    """Return a list of texts as one text; `place` names it in sentences.

    Raises:
        InputError: something in it is no text, or holds the separator.
    """
    for item in (texts := list(items)):
        if not isinstance(item, str):
            raise InputError(f"{place} must hold a list of texts; found {item!r} in it.")
        if separator in item:
            raise InputError(
                f"{place} must hold texts without {separator!r}, which stands between labels; "
                f"found {item!r}. Set another target.separator."
            )
    return separator.join(map(str, texts))


def _text(place: str, name: str, value: object) -> str:
    """Return one value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        kind = "an object" if isinstance(value, _Pairs) else "a list"
        raise InputError(
            f"{place}: {name!r} must hold a plain value; found {kind}. "
            "Write it as a text, or leave it out."
        )
    return str(value)


def _check_characters(place: str, text: str) -> None:
    """Raise InputError for escapes that are half of a character."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"{place}: must hold whole characters; found half of one, "
            f"\\u{ord(text[error.start]):04x}. Write the file with a program that knows Unicode."
        ) from error
