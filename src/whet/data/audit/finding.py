"""What did the audit find? One finding per guard and place, in words that a support lead reads."""

from dataclasses import asdict, dataclass
from typing import Literal

from whet.data.audit.pii import mask_pii
from whet.data.frame import Frame

Severity = Literal["stop", "warn", "waived", "info"]

SEVERITIES: tuple[Severity, ...] = ("stop", "warn", "waived", "info")
"""Severities in the order of reports: what stops the build first, what is good to know last."""

MAX_EXAMPLES = 10
MAX_CHARACTERS = 160

FIX = "`whet audit CARD --fix`"
"""How a sentence names the remedy of a fixable finding."""


@dataclass(frozen=True)
class Example:
    """A row that shows a finding; `row` is None where the example is no row, such as a class."""

    row: int | None
    source: str
    text: str
    detail: str = ""


@dataclass(frozen=True)
class Finding:
    """What one guard found: how bad, how many, what to do, and up to ten examples."""

    guard: str
    severity: Severity
    count: int
    sentence: str
    examples: tuple[Example, ...] = ()
    fixable: bool = False
    waived: str | None = None

    def to_json(self) -> dict[str, object]:
        """Return the finding as the facts of a build hold it."""
        return {**asdict(self), "examples": [asdict(example) for example in self.examples]}


def example(frame: Frame, position: int, detail: str) -> Example:
    """Return the row at `position` as an example.

    The text is cut and its personal data masked, so that a report can be passed on.
    """
    return Example(frame.rows[position], frame.source, shown(frame.texts[position]), detail)


def shown(text: str) -> str:
    """Return a text as reports show it: on one line, personal data masked, 160 characters at most.

    >>> shown("call \\n 312-555-0147")
    'call [phone]'
    """
    masked = mask_pii(" ".join(text.split()))
    return masked if len(masked) <= MAX_CHARACTERS else masked[: MAX_CHARACTERS - 1] + "…"


def share(count: int, total: int) -> str:
    """Return a count of a total in words.

    >>> share(7, 3080)
    '7 of 3,080 (0.2 %)'
    """
    return f"{count:,} of {total:,} ({100 * count / total:.1f} %)"


def listed(names: list[str], most: int = 8) -> str:
    """Return names as a list that does not run on.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
