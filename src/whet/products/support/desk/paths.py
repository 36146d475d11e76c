"""Which value of a JSON answer is meant? A path such as `$.items[0].name`.

Names and list indices only: no wildcards, filters or expressions, so that a path can name one value
at most and cannot run for long. Source: the singular queries of RFC 9535, section 2.3.5.1, with
plain names.
"""

import re
from typing import Any

_STEP = re.compile(r"\.?([A-Za-z_][A-Za-z0-9_-]*)|\[([0-9]{1,6})\]")


def is_path(text: str) -> bool:
    """Return whether a text is a path.

    >>> is_path("$.items[0].name"), is_path("state"), is_path("$..name")
    (True, True, False)
    """
    return _steps(text) is not None


def value_at(value: Any, path: str) -> Any:
    """Return the value at a path; None where there is none.

    >>> value_at({"items": [{"name": "lamp"}]}, "$.items[0].name")
    'lamp'
    """
    for step in _steps(path) or ():
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and step < len(value) else None
    return value


def _steps(text: str) -> list[str | int] | None:
    """Return the steps of a path; None where it is none."""
    rest = text.strip().removeprefix("$")
    steps: list[str | int] = []
    position = 0
    while position < len(rest):
        found = _STEP.match(rest, position)
        if not found:
            return None
        steps.append(found[1] if found[1] is not None else int(found[2]))
        position = found.end()
    return steps or None
