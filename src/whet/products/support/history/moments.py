"""When was a message sent? ISO 8601, seconds since 1970, and how spreadsheets write a time."""

import re
from datetime import UTC, datetime
from typing import Any

_SECONDS = re.compile(r"\d{9,13}(?:\.\d+)?")
_MILLISECONDS_FROM = 100_000_000_000
"""Numbers from here on count milliseconds: as seconds they would lie beyond the year 5000."""
_FORMS = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y.%m.%d %H:%M:%S",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%a %b %d %H:%M:%S %z %Y",  # as Twitter and Java's Date write it
    "%a, %d %b %Y %H:%M:%S %z",  # RFC 5322, as mail has it
    "%Y-%m-%d %H:%M:%S UTC",  # Zendesk's older exports
)


def moment(value: Any) -> tuple[datetime, bool] | None:
    """Return a time in UTC and whether the value said its offset; None when it is no time.

    Numbers are seconds since 1970, or milliseconds. A time without an offset is taken as UTC.
    Days and months in figures with the year last (`03/04/2026`) are refused: nobody knows which is
    which.

    >>> moment("2026-02-01T08:00:55+08:00")
    (datetime.datetime(2026, 2, 1, 0, 0, 55, tzinfo=datetime.timezone.utc), True)
    >>> moment("03/04/2026") is None
    True
    """
    text = "" if isinstance(value, bool) else str(value).strip()
    if _SECONDS.fullmatch(text):
        seconds = float(text)
        return datetime.fromtimestamp(
            seconds / 1000 if seconds >= _MILLISECONDS_FROM else seconds, UTC
        ), True
    found = _parsed(text)
    if found is None:
        return None
    told = found.tzinfo is not None or text.endswith("UTC")
    try:
        return (found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)), told
    except OverflowError:  # year 1 or 9999, moved by its offset
        return None


def _parsed(text: str) -> datetime | None:
    """Return a time in one of the known forms."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in _FORMS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None
