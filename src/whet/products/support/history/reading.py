"""What does a file of history hold? Its form is found from what is in it, and it is read."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from whet.core.errors import InputError, did_you_mean
from whet.products.support.history import chatwoot, intercom, zendesk
from whet.products.support.history.authors import Known
from whet.products.support.history.decoding import Decoded, read_text
from whet.products.support.history.rows import Asked, read_rows
from whet.products.support.history.tables import Row, columns_of, csv_rows, json_rows
from whet.products.support.history.transcript import Transcript

Reader = Callable[[Transcript, Mapping[str, Any], int, Known], int]

_EXPORTS: Mapping[str, tuple[Callable[[Mapping[str, Any]], bool], Reader]] = {
    "zendesk": (zendesk.is_zendesk, zendesk.read_tickets),
    "intercom": (intercom.is_intercom, intercom.read_conversations),
    "chatwoot": (chatwoot.is_chatwoot, chatwoot.read_messages),
}
FORMS = ("csv", "jsonl", *_EXPORTS)
"""Forms that a file may have."""
_LOOKED_AT = 20
"""Objects from which the form of a JSON file is found."""


def read_file(path: Path, asked: Asked) -> Transcript:
    """Return what a file says: its messages in its order, and every row that is broken.

    Raises:
        InputError: the file cannot be read, is no transcript, or holds no message.
    """
    if asked.form is not None and asked.form not in FORMS:
        raise InputError(
            f"--format must be one of {', '.join(FORMS)}; found {asked.form!r}. "
            f"{did_you_mean(asked.form, FORMS)}"
        )
    if path.is_dir():
        raise InputError(f"{path} is a folder. Name the files in it.")
    decoded = read_text(path, asked.encoding)
    transcript = Transcript(path)
    if _is_json(path, decoded, asked.form):
        _read_json(transcript, decoded, asked)
    else:
        transcript.form = "csv"
        if not decoded.text.strip():
            raise InputError(f"{path} must hold messages; it is empty.")
        read_rows(transcript, csv_rows(decoded), columns_of(decoded), asked)
    if not transcript.messages and not transcript.flaws:
        raise InputError(f"{path} must hold messages; it holds none.")
    return transcript


def _is_json(path: Path, decoded: Decoded, form: str | None) -> bool:
    """Return whether a file is JSON: by the form asked for, by its name, or by how it begins."""
    if form is not None:
        return form != "csv"
    if path.suffix.lower() in (".json", ".jsonl", ".ndjson"):
        return True
    return path.suffix.lower() not in (".csv", ".tsv") and decoded.text.lstrip()[:1] in ("{", "[")


def _read_json(transcript: Transcript, decoded: Decoded, asked: Asked) -> None:
    """Read one JSON document, or JSON Lines, of an export or of flat rows."""
    rows = _rows(transcript, decoded)
    sound = [row.values for row in rows[:_LOOKED_AT] if not row.wrong]
    form = asked.form or _form_of(sound)
    transcript.form = form
    if form == "jsonl":
        names = list(dict.fromkeys(name for row in rows for name in row.values))
        read_rows(transcript, rows, names, asked)
        return
    read, number = _EXPORTS[form][1], 1
    for row in rows:
        if row.wrong:
            transcript.flaw(number, row.wrong)
            number += 1
        else:
            number += read(transcript, row.values, number, asked.known)


def _rows(transcript: Transcript, decoded: Decoded) -> list[Row]:
    """Return the objects of a JSON text: one a line, or all in one document."""
    text = decoded.text.strip()
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        first = text.split("\n", 1)[0].strip()
        if not (first.startswith("{") and first.endswith("}")):
            reason = getattr(error, "msg", "") or "it is nested too deep"
            line = getattr(error, "lineno", 1)
            raise InputError(
                f"{transcript.file}, line {line}: must be JSON, or one JSON object a line; "
                f"{reason}."
            ) from error
        return list(json_rows(decoded))
    items = document if isinstance(document, list) else [document]
    rows = []
    for number, item in enumerate(items, start=1):
        wrong = "" if isinstance(item, dict) else "must be a JSON object; found another value."
        wrong = wrong or decoded.odd(json.dumps(item, ensure_ascii=False))
        rows.append(Row(number, {} if wrong else item, wrong))
    return rows


def _form_of(values: list[Mapping[str, Any]]) -> str:
    """Return which product wrote some JSON objects; `jsonl` for flat rows of a transcript."""
    for form, (is_such, _) in _EXPORTS.items():
        if any(is_such(value) for value in values):
            return form
    return "jsonl"
