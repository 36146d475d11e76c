"""What goes into an answer, and what comes out? The types that every part of the desk shares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Author = Literal["customer", "bot", "person", "system"]
Tier = Literal["template", "article", "composed", "question", "small_talk", "hand_over"]
"""How an answer was found; `question` is a clarifying one."""
Action = Literal["answer", "ask", "hand_over"]


@dataclass(frozen=True)
class Said:
    """One message of a conversation as it was sent."""

    author: Author
    text: str
    at: datetime


@dataclass(frozen=True)
class Turn:
    """A customer's message with what is known when it is answered."""

    text: str
    at: datetime
    history: tuple[Said, ...] = ()
    """Earlier messages, oldest first, without this one."""
    memory: Mapping[str, Any] = field(default_factory=dict)
    """What the last reply asked to be remembered, as JSON: slots, an open question, failures."""
    channel: str = ""
    language: str | None = None
    """`en` or `zh` where the channel says so; else it is found from the text."""


@dataclass(frozen=True)
class Guess:
    """One intent that a message may hold."""

    intent: str
    probability: float
    """Calibrated, in [0, 1]."""
    part: str
    """The part of the message that says so; the whole message where it holds one intent."""


@dataclass(frozen=True)
class Source:
    """Where a sentence of an answer stands."""

    document: str
    """Id of the article."""
    title: str
    heading: str
    """Headings above the passage, joined by ` › `; empty at the top."""
    quote: str
    """The sentences that answer, word for word."""
    url: str = ""


@dataclass(frozen=True)
class Reason:
    """Why the desk answered as it did."""

    tier: Tier
    why: str
    """One sentence for a person who reads the conversation."""
    intents: tuple[Guess, ...] = ()
    """Likeliest first."""
    confidence: float = 0.0
    """What the risk dial is compared with, in [0, 1]."""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What the desk says, and why."""

    action: Action
    text: str
    language: str
    reason: Reason
    memory: Mapping[str, Any]
    """To be handed to the next turn. JSON values."""
    cost: float = 0.0
    """Money that answering cost beyond the machine, in the desk's currency."""
    seconds: float = 0.0
    choices: tuple[str, ...] = ()
    """Answers that a customer may pick with one press."""
    is_unanswered: bool = False
    """Whether the message asks something that no template and no article answers."""
