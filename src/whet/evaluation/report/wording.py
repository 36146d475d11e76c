"""How is a number put in words? One place for the report, the model card and the terminal.

A missing number (None or not finite) is never shown as a blank, a dash or ``nan``: it is said.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from whet.cards.schema import LOWER_IS_BETTER
from whet.core.page import format_bytes

MISSING = "not measured"

_NAMES = {
    "accuracy": "accuracy",
    "macro_f1": "macro F1",
    "micro_f1": "micro F1",
    "f1": "F1",
    "roc_auc": "area under the ROC curve",
    "ece": "calibration error (ECE)",
    "log_loss": "log loss",
    "mae": "mean absolute error",
    "rmse": "root mean squared error",
    "r2": "R²",
    "spearman": "rank correlation (Spearman)",
}
_IN_UNITS = frozenset({"mae", "rmse"})
_NOT_A_SHARE = frozenset({"log_loss", "auroc", "r2", "spearman"}) | _IN_UNITS
_DIGITS = 4
_MINUS = "\N{MINUS SIGN}"


def is_number(value: object) -> bool:
    """Return True for a finite number; False for None, NaN, infinity, and for what is no number."""
    return isinstance(value, int | float) and math.isfinite(value)


def is_share(metric: str) -> bool:
    """Return True when a metric is said in per cent."""
    return metric not in _NOT_A_SHARE


def least_room(metric: str, value: float) -> float:
    """Return the least room that an axis leaves around values as large as `value`."""
    return 0.005 * (abs(value) if metric in _IN_UNITS else 1.0)


def metric_name(metric: str) -> str:
    """Return a metric's name as people say it.

    >>> metric_name("macro_f1"), metric_name("hit_rate")
    ('macro F1', 'hit rate')
    """
    return _NAMES.get(metric, metric.replace("_", " "))


def share(value: float | None, digits: int = 1) -> str:
    """Return a fraction as per cent.

    >>> share(0.93149), share(-0.0004, 2), share(None)
    ('93.1 %', '−0.04 %', 'not measured')
    """
    if value is None or not is_number(value):
        return MISSING
    return f"{100 * value:.{digits}f} %".replace("-", _MINUS)


def amount(metric: str, value: float | None) -> str:
    """Return a value of a metric: per cent for shares, four digits for errors in the target's
    unit, three decimals for the rest.

    >>> amount("accuracy", 0.5), amount("log_loss", 0.25)
    ('50.0 %', '0.250')
    """
    if is_share(metric):
        return share(value)
    return quantity(value) if metric in _IN_UNITS else decimal(value)


def tick(metric: str, value: float) -> str:
    """Return a value of a metric as an axis shows it: no useless zeros.

    >>> tick("accuracy", 0.925), tick("accuracy", 0.07), tick("log_loss", 0.3)
    ('92.5 %', '7 %', '0.3')
    """
    return f"{round(100 * value, 4):g} %" if is_share(metric) else f"{value:g}"


def measured(metric: str, result: Mapping[str, float] | None) -> str:
    """Return a value with its interval.

    >>> measured("macro_f1", {"value": 0.931, "low": 0.922, "high": 0.94})
    '93.1 % [92.2, 94.0]'
    """
    if result is None or not is_number(result["value"]):
        return MISSING
    if not (is_number(result["low"]) and is_number(result["high"])):
        return f"{amount(metric, result['value'])} (no interval)"
    low, high = (amount(metric, result[end]).removesuffix(" %") for end in ("low", "high"))
    return f"{amount(metric, result['value'])} [{low}, {high}]"


def difference(metric: str, result: Mapping[str, float] | None) -> str:
    """Return a difference with its interval, in percentage points for shares.

    >>> difference("accuracy", {"value": 0.019, "low": -0.008, "high": 0.03})
    '+1.9 points [−0.8, +3.0]'
    """
    if result is None or not is_number(result["value"]):
        return "not compared"
    scale, digits, unit = (100, 1, " points") if is_share(metric) else (1, 3, "")
    if metric in _IN_UNITS:
        digits = _decimals(max(abs(float(end)) for end in result.values() if is_number(end)))
    value = _signed(scale * result["value"], digits)
    if not (is_number(result["low"]) and is_number(result["high"])):
        return f"{value}{unit} (no interval)"
    low, high = (_signed(scale * result[end], digits) for end in ("low", "high"))
    return f"{value}{unit} [{low}, {high}]"


def _signed(value: float, digits: int) -> str:
    """Return a number with its sign and a true minus; zero, also rounded, has none."""
    text = f"{value:+.{digits}f}".replace("-", _MINUS)
    return text[1:] if float(text[1:]) == 0 else text


def requirement(metric: str, required: float) -> str:
    """Return what a gate asks for.

    >>> requirement("macro_f1", 0.85), requirement("ece", 0.05)
    ('at least 85.0 %', 'at most 5.0 %')
    """
    bound = "at most" if metric in LOWER_IS_BETTER else "at least"
    return f"{bound} {amount(metric, required)}"


def count(number: float | None) -> str:
    """Return a whole number with thousands apart.

    >>> count(10003)
    '10,003'
    """
    return f"{number:,.0f}" if number is not None and is_number(number) else MISSING


def duration(seconds: float | None) -> str:
    """Return a time span in the largest units that matter.

    >>> duration(0.0042), duration(41.26), duration(200), duration(3900)
    ('4 ms', '41 s', '3 min 20 s', '1 h 5 min')
    """
    if seconds is None or not is_number(seconds):
        return MISSING
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if minutes < 1:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def decimal(value: float | None) -> str:
    """Return a plain number to three decimals.

    >>> decimal(-0.4117)
    '−0.412'
    """
    return (
        f"{value:.3f}".replace("-", _MINUS) if value is not None and is_number(value) else MISSING
    )


def quantity(value: float | None) -> str:
    """Return a number of any size to four digits, without an exponent.

    >>> quantity(12345.678), quantity(-0.0012345), quantity(0.0)
    ('12,346', '−0.001234', '0')
    """
    if value is None or not is_number(value):
        return MISSING
    return f"{value:,.{_decimals(value)}f}".replace("-", _MINUS)


def _decimals(value: float) -> int:
    """Return how many decimals show four digits of a number."""
    return max(0, _DIGITS - 1 - math.floor(math.log10(abs(value)))) if value else 0


def milliseconds(number: float | None) -> str:
    """Return a latency given in milliseconds.

    >>> milliseconds(4.237)
    '4.2 ms'
    """
    return f"{number:.1f} ms" if number is not None and is_number(number) else MISSING


def brief(value: Any) -> str:
    """Return a number to three digits, and anything else as it is.

    >>> brief(0.000012345), brief("power law"), brief(None)
    ('1.23e-05', 'power law', 'not measured')
    """
    if value is None:
        return MISSING
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def size(number: float | None) -> str:
    """Return a number of bytes in words.

    >>> size(None), size(91_226_112)
    ('not measured', '91.2 MB')
    """
    return format_bytes(number) if number is not None and is_number(number) else MISSING


def moment(stamp: str) -> str:
    """Return an ISO 8601 time as people write it, in UTC.

    >>> moment("2026-07-03T10:24:09+02:00")
    '3 July 2026, 08:24 UTC'
    """
    time = datetime.fromisoformat(stamp)
    time = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    return f"{time.day} {time:%B %Y, %H:%M} UTC"


def sentence(text: str) -> str:
    """Return a text that starts with a capital letter and ends with a full stop.

    >>> sentence("the gate holds"), sentence("Done.")
    ('The gate holds.', 'Done.')
    """
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "。")) else ".")
