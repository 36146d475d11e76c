"""When was each row decided? ISO 8601 texts to moments that can be compared."""

from datetime import datetime

from whet.core.errors import InputError
from whet.data.frame import Frame


def moments(frame: Frame, column: str) -> list[datetime]:
    """Return the time in `column` of each row.

    Raises:
        InputError: a row has no time or one that is not ISO 8601, or only some rows have an offset
            from UTC, so that they cannot be put in order.
    """
    times = [_moment(frame, column, i) for i in range(len(frame))]
    first_with = next((i for i, time in enumerate(times) if time.tzinfo), None)
    first_without = next((i for i, time in enumerate(times) if not time.tzinfo), None)
    if first_with is not None and first_without is not None:
        raise InputError(
            f"{frame.source}: all times in {column!r} must have an offset from UTC, or none; "
            f"row {frame.rows[first_with]} has {frame.columns[column][first_with]!r} and "
            f"row {frame.rows[first_without]} has {frame.columns[column][first_without]!r}."
        )
    return times


def known_moments(frame: Frame, column: str, decided: list[datetime]) -> list[datetime]:
    """Return when each row's truth was known: the time in `column`, at once where it is empty."""
    given = [i for i, value in enumerate(frame.columns[column]) if value.strip()]
    known = dict(zip(given, moments(frame.take(given), column), strict=True))
    times = [known.get(i, time) for i, time in enumerate(decided)]
    if given and bool(times[given[0]].tzinfo) != bool(decided[0].tzinfo):
        raise InputError(
            f"{frame.source}: the times in {column!r} and those of the decisions must all have an "
            f"offset from UTC, or none; row {frame.rows[given[0]]} has "
            f"{frame.columns[column][given[0]]!r}."
        )
    return times


def _moment(frame: Frame, column: str, i: int) -> datetime:
    """Return the time of row `i`."""
    text = frame.columns[column][i].strip()
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            f"{frame.source}, row {frame.rows[i]}: {column!r} must be a time such as "
            f"2026-02-01T13:43:01+00:00 or 2026-02-01 (ISO 8601); found {text!r}."
        ) from error
