"""Which sentences of the articles answer? What the desk needs from its knowledge base."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from whet.products.support.turns import Source

PASSAGES = 5
"""Passages that are looked at for a question."""


class Passage(Protocol):
    """A piece of an article that a search found."""

    @property
    def document(self) -> str:
        """Id of the article."""
        ...

    @property
    def title(self) -> str:
        """Title of the article."""
        ...

    @property
    def heading(self) -> str:
        """Headings above it, joined by ` › `."""
        ...

    @property
    def text(self) -> str:
        """The passage, as plain text."""
        ...

    @property
    def url(self) -> str:
        """Where a customer can read it; empty where nowhere."""
        ...


class Searcher(Protocol):
    """Finds passages."""

    def search(self, query: str, *, k: int) -> Sequence[Passage]:
        """Return at most `k` passages that fit a query, the best first."""
        ...


@dataclass(frozen=True)
class Quoted:
    """Sentences of articles that answer a question."""

    text: str
    """What the customer reads: the sentences, word for word."""
    sources: tuple[Source, ...]
    """Where each of them stands."""
    confidence: float
    """How sure it is that they answer, in [0, 1]; what the articles' threshold is compared with."""


class Quoter(Protocol):
    """Picks the sentences that answer."""

    def __call__(
        self, question: str, passages: Sequence[Passage], *, language: str
    ) -> Quoted | None:
        """Return the sentences of some passages that answer a question; None where none does."""
        ...


@dataclass(frozen=True)
class Knowledge:
    """A desk's articles: how they are searched, and how they are quoted."""

    searcher: Searcher
    quote: Quoter

    def passages(self, question: str) -> Sequence[Passage]:
        """Return the passages that fit a question, the best first."""
        return self.searcher.search(question, k=PASSAGES)

    def answer(self, question: str, *, language: str) -> Quoted | None:
        """Return the sentences that answer a question; None where there are none."""
        passages = self.passages(question)
        return self.quote(question, passages, language=language) if passages else None
