"""What does the head of a Markdown file say? YAML between two lines of three dashes."""

from datetime import date, datetime
from typing import Any

import yaml

from whet.core.errors import InputError, did_you_mean
from whet.products.support.articles.article import as_moment

FIELDS = ("id", "language", "owner", "reviewed", "title", "updated", "url")
"""What it may say. Further fields, such as tags of another program, are let through."""
_LONGEST_LINES = 200


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Return the fields of the front matter, and the text behind it.

    Raises:
        InputError: it has no end, is no YAML of names and values, or a field has a wrong value.
    """
    lines = text.split("\n")
    if lines[0].strip() != "---":
        return {}, text
    ends = [i for i, line in enumerate(lines[1:_LONGEST_LINES], 1) if line.strip() == "---"]
    if not ends:
        raise InputError(
            "front matter must end with a line of three dashes within the first "
            f"{_LONGEST_LINES} lines; found none. Add the line ---."
        )
    fields = _fields("\n".join(lines[1 : ends[0]]))
    return fields, "\n".join(lines[ends[0] + 1 :])


def _fields(text: str) -> dict[str, Any]:
    """Return the fields of a front matter, checked."""
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 2}: " if mark else ""
        raise InputError(
            f"{line}front matter must be YAML such as `owner: Ana`; {_reason(error)}. "
            "Put quotes around the value."
        ) from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise InputError("front matter must be names with values, such as `owner: Ana`.")
    for name in values:
        _check_name(str(name))
    return {str(name): _value(str(name), value) for name, value in values.items() if name in FIELDS}


def _check_name(name: str) -> None:
    """Refuse a name that is nearly one of ours: a mistyped owner would be nobody."""
    if name in FIELDS:
        return
    hint = did_you_mean(name, FIELDS)
    if hint.startswith("Did you mean"):
        raise InputError(f"front matter must use the names it knows; found {name!r}. {hint}")


def _value(name: str, value: Any) -> Any:
    """Return the value of a field: a moment for a date, text for the rest."""
    if name not in ("reviewed", "updated"):
        if isinstance(value, (dict, list)):
            raise InputError(f"{name} must be one text; found {type(value).__name__}.")
        return "" if value is None else str(value).strip()
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            value = value.strip()
    if value is None or value == "":
        return None
    if not isinstance(value, (date, datetime)):
        raise InputError(f"{name} must be a day such as 2026-03-31; found {str(value)!r}.")
    return as_moment(value)


def _reason(error: yaml.YAMLError) -> str:
    """Return the reason that YAML gives, in one line."""
    return str(getattr(error, "problem", None) or "it cannot be read")
