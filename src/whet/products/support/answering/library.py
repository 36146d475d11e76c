"""How does a desk answer from the articles of its workspace? Their index, searched and quoted."""

from collections.abc import Sequence
from dataclasses import dataclass

from whet.products.support.answering.knowledge import Knowledge, Passage, Quoted
from whet.products.support.articles.embedder import Embedder, find_embedder
from whet.products.support.articles.quotes import quote
from whet.products.support.articles.sync import open_index
from whet.retrieval.index import Hit, Index
from whet.store.store import Store


@dataclass(frozen=True)
class IndexQuotes:
    """Picks the sentences that answer from passages that an index found."""

    index: Index
    embedder: Embedder | None

    def __call__(
        self, question: str, passages: Sequence[Passage], *, language: str
    ) -> Quoted | None:
        """Return the sentences of some passages that answer a question; None where none does."""
        hits = [passage for passage in passages if isinstance(passage, Hit)]
        found = quote(question, hits, rarity=self.index.rarity, embed=self.embedder)
        if found is None:
            return None
        text = " ".join(source.quote for source in found.sources)
        return Quoted(text, found.sources, found.confidence)


def knowledge_of(store: Store, model: str | None = None) -> Knowledge | None:
    """Return the articles that a workspace has indexed; None where there are none.

    Args:
        store: of the workspace.
        model: the package that embeds; without one that embeds, words alone are searched.

    Raises:
        InputError: several champions can embed, and none is named.
        IntegrityError: the package is damaged.
    """
    embedder = find_embedder(store, model)
    index = open_index(store, embedder)
    if not index.documents():
        return None
    return Knowledge(index, IndexQuotes(index, embedder))
