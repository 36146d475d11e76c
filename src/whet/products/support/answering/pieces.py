"""What do the tiers hand on to each other? A piece of a reply, and the message it is for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from whet.products.support.answering.intents import IntentModel
from whet.products.support.answering.knowledge import Knowledge
from whet.products.support.answering.lookups import Lookups
from whet.products.support.answering.memory import Memory, Task
from whet.products.support.desk.read import DeskFiles
from whet.products.support.desk.schema import Desk
from whet.products.support.desk.templates import Template
from whet.products.support.turns import Action, Guess, Source, Tier


@dataclass(frozen=True)
class Tools:
    """What a desk answers with."""

    files: DeskFiles
    model: IntentModel | None
    knowledge: Knowledge | None
    lookups: Lookups

    @property
    def desk(self) -> Desk:
        """The desk's file."""
        return self.files.desk

    @property
    def templates(self) -> Mapping[str, Template]:
        """The answers to intents."""
        return self.files.templates


@dataclass(frozen=True)
class Asked:
    """A customer's message as the tiers see it."""

    text: str
    """Plain and bounded; not empty."""
    language: str
    at: datetime
    has_answered: bool
    """Whether the desk has said something in this conversation."""


@dataclass(frozen=True)
class Piece:
    """What one tier says to one question."""

    tier: Tier
    text: str
    why: str
    """Part of a sentence for a person who reads the conversation."""
    action: Action = "answer"
    confidence: float = 0.0
    sources: tuple[Source, ...] = ()
    task: Task | None = None
    """The intent that is answered, where one is."""
    missing: str = ""
    """The slot that is asked for."""
    cost: float = 0.0
    is_unanswered: bool = False
    """Whether the question has no template and no article answers it."""


@dataclass(frozen=True)
class Outcome:
    """What is said to a message, and what is remembered."""

    pieces: tuple[Piece, ...]
    memory: Memory
    guesses: tuple[Guess, ...] = ()
    choices: tuple[str, ...] = ()

    def remembering(self, memory: Memory) -> "Outcome":
        """Return the same with another memory."""
        return replace(self, memory=memory)
