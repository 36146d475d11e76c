"""How does a desk answer from the articles of its workspace? Their index, searched and quoted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from whet.core.recent import Recent
from whet.products.support.answering.knowledge import Knowledge, Passage, Quoted
from whet.products.support.articles.embedder import Embedder
from whet.products.support.articles.quotes import quote
from whet.products.support.articles.sync import open_index
from whet.retrieval.index import Hit, Index
from whet.store.store import Store

MOST_SENTENCES = 4_096
"""Sentences whose embeddings are kept: the articles that answer most are quoted again and again."""


@dataclass(frozen=True)
class IndexQuotes:
    """Picks the sentences that answer from passages that an index found."""

    index: Index
    embedder: Embedder | None
    _sentences: Recent[NDArray[np.float32]] = field(
        default_factory=lambda: Recent(MOST_SENTENCES), init=False, repr=False
    )

    def __call__(
        self, question: str, passages: Sequence[Passage], *, language: str
    ) -> Quoted | None:
        """Return the sentences of some passages that answer a question; None where none does."""
        hits = [passage for passage in passages if isinstance(passage, Hit)]
        embed = self._embeddings if self.embedder is not None else None
        found = quote(question, hits, rarity=self.index.rarity, embed=embed)
        if found is None:
            return None
        text = " ".join(source.quote for source in found.sources)
        return Quoted(text, found.sources, found.confidence)

    def _embeddings(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the embeddings (n, d) of a question and of sentences of the articles."""
        assert self.embedder is not None
        embed, version = self.embedder, self.index.version
        return np.stack(self._sentences.values(texts, lambda new: list(embed(new)), of=version))


def knowledge_of(store: Store, embedder: Embedder | None) -> Knowledge | None:
    """Return the articles that a workspace has indexed; None where there are none.

    Args:
        store: of the workspace.
        embedder: what embeds; without it words alone are searched.
    """
    index = open_index(store, embedder)
    if not index.documents():
        return None
    return Knowledge(index, IndexQuotes(index, embedder))
