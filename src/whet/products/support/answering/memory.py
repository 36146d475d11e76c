"""What does the desk remember from one message to the next? JSON that goes out and comes back.

What comes back may be of an older version or broken: then the desk remembers nothing.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MOST_SEEN = 5
"""Earlier values that are remembered of a slot."""


MOST_KEPT = 500
"""Characters of a message that are remembered."""


class _Kept(BaseModel):
    """What all parts of the memory share."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class Task(_Kept):
    """An intent that is to be answered."""

    intent: str
    """Its name."""
    part: str = ""
    """The part of the message that says so."""
    confidence: float = 0.0
    """How sure the model was; 1 where the customer chose it."""

    def kept(self) -> "Task":
        """Return the task as it is remembered: with a bounded part."""
        return self.model_copy(update={"part": self.part[:MOST_KEPT]})


class Open(_Kept):
    """A question that the desk has asked."""

    kind: Literal["slot", "choice"]
    """Whether a value is missing, or several intents are close."""
    slot: str = ""
    """The slot whose value is missing."""
    tasks: list[Task] = Field(default_factory=list)
    """Intents that wait for the answer, or that may be chosen."""
    text: str = ""
    """The message that led to the question."""
    tries: int = 0
    """How often the answer was none."""


class Last(_Kept):
    """What was answered last."""

    tasks: list[Task] = Field(default_factory=list)
    """Intents that were answered; none after an answer from an article."""
    alternatives: list[str] = Field(default_factory=list)
    """Intents that the message may have meant as well, likeliest first."""


class Memory(_Kept):
    """What is known about a conversation."""

    slots: dict[str, str] = Field(default_factory=dict)
    """Values that the customer, or the channel, has given."""
    seen: dict[str, list[str]] = Field(default_factory=dict)
    """Other values of a slot that were mentioned, newest last."""
    open: Open | None = None
    """The question that waits for an answer."""
    last: Last | None = None
    """What was answered last."""
    misses: int = 0
    """Messages in a row that were not understood."""
    complaints: int = 0
    """Complaints since a person last took over."""
    language: str | None = None
    """Language of the conversation."""

    def changed(self, **fields: Any) -> "Memory":
        """Return the memory with other values of some fields."""
        return self.model_copy(update=fields)

    def with_slot(self, name: str, value: str) -> "Memory":
        """Return the memory with a value of a slot; another value that it had is kept as seen."""
        old = self.slots.get(name)
        seen = [v for v in self.seen.get(name, []) if v != value]
        if old is not None and old != value:
            seen = [*(v for v in seen if v != old), old]
        return self.changed(
            slots={**self.slots, name: value}, seen={**self.seen, name: seen[-MOST_SEEN:]}
        )

    def without_slot(self, name: str) -> "Memory":
        """Return the memory without the value of a slot, which is kept as seen."""
        if name not in self.slots:
            return self
        seen = [*(v for v in self.seen.get(name, []) if v != self.slots[name]), self.slots[name]]
        slots = {key: value for key, value in self.slots.items() if key != name}
        return self.changed(slots=slots, seen={**self.seen, name: seen[-MOST_SEEN:]})


def read_memory(value: Mapping[str, Any]) -> Memory:
    """Return the memory that a reply asked to be kept; an empty one where it cannot be read."""
    try:
        return Memory.model_validate(dict(value))
    except (ValidationError, TypeError, ValueError):
        return Memory()
