"""How long does anybody wait, how much may be sent, and which queue takes a conversation?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from whet.core.errors import InputError
from whet.products.support.conversation.hours import Hours

DEFAULT_QUEUE = "support"
"""Queue of a desk that names none, and of what fits no queue."""


@dataclass(frozen=True)
class Queue:
    """Where conversations wait for a person."""

    name: str
    intents: tuple[str, ...] = ()
    """Intents that it takes; every one without any."""
    languages: tuple[str, ...] = ()
    """Languages that it takes; every one without any."""

    def takes(self, intent: str | None, language: str) -> bool:
        """Return whether a conversation belongs here."""
        takes_intent = not self.intents or intent in self.intents
        return takes_intent and (not self.languages or language in self.languages)


@dataclass(frozen=True)
class Rules:
    """What a desk decides about its conversations. All times are in seconds."""

    hours: Hours = field(default_factory=Hours)
    """When people answer."""
    queues: tuple[Queue, ...] = ()
    """The first that fits takes a conversation, else `support`."""
    waiting_s: float = 15 * 60
    """After so long in a queue, within the hours, a customer is told that it takes longer."""
    agent_silent_s: float = 30 * 60
    """After so long without an answer of its agent, a conversation goes back to its queue."""
    bot_silent_s: float = 5 * 60
    """After so long without an answer of the bot, a person is asked."""
    idle_s: float = 24 * 3600
    """After so long without a word, with nothing left to answer, a conversation is closed."""
    return_s: float = 24 * 3600
    """Who writes so soon after a person left comes back to that person, if online; 0 never."""
    offer_s: float = 2 * 60
    """A waiting conversation is offered to one agent for so long, then to another."""
    presence_s: float = 60
    """An agent is online for so long after the last sign of life."""
    lease_s: float = 60
    """A worker has so long for one answer before another worker may compute it too."""
    per_minute: int = 30
    """Messages of a customer in a minute and conversation; the next ones are refused."""
    longest_text: int = 8000
    """Characters of a message."""
    history: int = 20
    """Earlier messages that the bot and an answer see."""
    sentences: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What the desk says in its own words, by key and language; see `sentences.SENTENCES`."""

    def __post_init__(self) -> None:
        """Refuse times and counts that mean nothing.

        Raises:
            InputError: one of them is negative, or zero where that would mean at once.
        """
        for name in (f.name for f in fields(self)):
            value = getattr(self, name)
            if isinstance(value, int | float) and not (
                value > 0 or (name == "return_s" and value == 0)
            ):
                raise InputError(f"The rule {name} must be positive; found {value}.")

    def queue_for(self, intent: str | None, language: str) -> str:
        """Return the name of the queue that a conversation waits in."""
        fitting = (queue.name for queue in self.queues if queue.takes(intent, language))
        return next(fitting, DEFAULT_QUEUE)
