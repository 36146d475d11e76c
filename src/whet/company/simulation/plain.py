"""How do results become plain JSON? Numbers that JSON has, dates as text, estimates as pairs."""

import math
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

_DIGITS = 10
"""Significant digits that are kept: more would differ between machines."""


def plain(value: Any) -> Any:
    """Return a result as JSON can hold it; infinity and what is no number become null.

    >>> plain({"p50": float("inf"), "on": date(2028, 2, 29)})
    {'p50': None, 'on': '2028-02-29'}
    """
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value
