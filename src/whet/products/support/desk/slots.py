"""What must be known before an answer can be given? Values that customers say."""

import re
from typing import Literal

from pydantic import Field

from whet.core.yaml.part import Part
from whet.products.support.desk.texts import Texts

SlotKind = Literal["text", "number", "date", "email", "phone", "pattern", "choice"]


class Choice(Part):
    """One value that a customer may choose."""

    value: str
    """The value that templates and lookups are given."""
    label: Texts | None = None
    """What the customer reads; the value where it is left out."""
    words: list[str] = Field(default_factory=list)
    """Other words that mean it."""


class Slot(Part):
    """One value that is filled from the message, from what was said before, or by asking."""

    kind: SlotKind = "text"
    """What counts as a value. A `text` is taken only as the answer to its question."""
    ask: Texts | None = None
    """Question that asks for it; one with the slot's name where it is left out."""
    invalid: Texts | None = None
    """What is said where an answer is no such value; the question again where it is left out."""
    unknown: Texts | None = None
    """What stands in a template where the value is unknown; without it, the desk asks."""
    pattern: str | None = None
    """Regular expression of the whole value, for kind `pattern`; small letters match capitals."""
    choices: list[Choice] = Field(default_factory=list)
    """Values, for kind `choice`."""
    least: float | None = None
    """Smallest number that is accepted, for kind `number`."""
    most: float | None = None
    """Largest number that is accepted, for kind `number`."""
    longest: int = Field(default=200, ge=1, le=2000)
    """Characters above which a value is refused."""


def pattern_rules(pattern: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return how a slot's pattern is found in a message, and how a whole value must look.

    Raises:
        re.error: the pattern is no regular expression.
    """
    inner = pattern.removeprefix("^")
    if inner.endswith("$") and not inner.endswith("\\$"):
        inner = inner[:-1]
    within = re.compile(rf"(?<![A-Za-z0-9])(?:{inner})(?![A-Za-z0-9])", re.IGNORECASE)
    return within, re.compile(inner)
