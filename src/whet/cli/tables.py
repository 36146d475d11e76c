"""How do lists look on a terminal, and as JSON? Runs, data versions, keys and use as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from whet.store.keys import Key
    from whet.store.predictions import Prediction
    from whet.store.runs import Run
    from whet.store.usage import DailyUse
    from whet.store.versions import DataVersion

SHORT_HASH = 12
"""Digits of a hash that tables show; enough to tell versions apart."""

_TEXT_SHOWN = 60
"""Characters of a message in a table."""


def new_table(*columns: str, right: Sequence[str] = ()) -> Table:
    """Return an empty table; the columns named in `right` hold numbers.

    The first column is never broken: people copy ids and names from it.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(
            column,
            justify="right" if column in right else "left",
            overflow="fold",
            no_wrap=column == columns[0],
        )
    return table


def as_plain(value: "DataclassInstance") -> dict[str, Any]:
    """Return a dataclass as JSON can hold it: times become ISO 8601 text."""
    plain: dict[str, Any] = _plain(asdict(value))
    return plain


def runs_table(runs: Sequence["Run"]) -> Table:
    """Return runs as a table."""
    table = new_table("run", "name", "status", "started", "seconds", "data", right=["seconds"])
    for run in runs:
        seconds = "" if run.seconds is None else f"{run.seconds:.1f}"
        data = run.data_version[:SHORT_HASH]
        table.add_row(run.id, run.name, run.status, _local(run.started), seconds, data)
    return table


def version_lines(versions: Sequence["DataVersion"]) -> list[str]:
    """Return data versions as lines; no table, for the whole hash must stay in one piece."""
    lines = []
    for version in versions:
        rows = ", ".join(f"{part} {count:,}" for part, count in version.rows.items())
        lines.append(version.hash)
        lines.append(f"  {_local(version.created)}  {version.source}: {rows}")
        if version.parent:
            lines.append(f"  from {version.parent[:SHORT_HASH]}:")
            lines.extend(f"    {sentence}" for sentence in version.changes["done"])
    return lines


def keys_table(keys: Sequence["Key"]) -> Table:
    """Return API keys as a table; of the key itself only how it begins."""
    table = new_table("id", "name", "may", "begins", "made", "last used", "revoked")
    for key in keys:
        used, revoked = _local(key.last_used), _local(key.revoked)
        may, begins = ", ".join(key.scopes), f"{key.hint}…"
        table.add_row(key.id, key.name, may, begins, _local(key.created), used, revoked)
    return table


def answers_table(answers: Sequence["Prediction"]) -> Table:
    """Return answers of the server as a table."""
    table = new_table(
        "answer",
        "model",
        "version",
        "at",
        "label",
        "probability",
        "abstained",
        "text",
        right=["probability"],
    )
    for answer in answers:
        probability = "" if answer.probability is None else f"{answer.probability:.2f}"
        table.add_row(
            answer.id,
            answer.name,
            answer.version,
            _local(answer.at),
            answer.label or "",
            probability,
            "yes" if answer.abstained else "",
            "(not kept)" if answer.text is None else _shortened(answer.text),
        )
    return table


def _shortened(text: str) -> str:
    """Return how a message begins, in one line, without what would steer a terminal.

    >>> _shortened("where is\\n my \\x1b[31mparcel?")
    'where is my [31mparcel?'
    """
    line = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    return line if len(line) <= _TEXT_SHOWN else f"{line[: _TEXT_SHOWN - 1]}…"


def usage_table(used: Sequence["DailyUse"], names: Mapping[str, str]) -> Table:
    """Return what keys used as a table; `names` tells the name of a key by its id."""
    counts = ("requests", "texts", "tokens", "model seconds")
    table = new_table("day", "key", "model", *counts, right=counts)
    for use in used:
        key = names.get(use.key, use.key) or "-"
        numbers = (f"{count:,}" for count in (use.requests, use.texts, use.tokens))
        table.add_row(str(use.day), key, use.model, *numbers, f"{use.milliseconds / 1000:,.1f}")
    return table


def _local(moment: datetime | None) -> str:
    """Return a time as the clock on the wall shows it."""
    return "" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M")


def _plain(value: Any) -> Any:
    """Return a value with its times as text, all the way down."""
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value
