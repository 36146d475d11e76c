"""Does the index hold what the folder of articles says? Added, changed, removed, unchanged.

One article that changed is indexed again, and no other. A file that can no longer be read leaves
its article as it was indexed: a slip of the pen must not take an answer away from customers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from whet.products.support.articles.chunks import as_document
from whet.products.support.articles.embedder import Embedder
from whet.products.support.articles.read import FileProblem, read_articles
from whet.retrieval.index import Index
from whet.store.passages import content_hash, storable
from whet.store.store import Store

INDEX = "articles"
"""Name of the index of a desk's articles."""


@dataclass(frozen=True)
class Synced:
    """What a sync did."""

    added: tuple[str, ...]
    """Ids."""
    changed: tuple[str, ...]
    """Ids; those too that were embedded again because the model is another one."""
    removed: tuple[str, ...]
    """Ids."""
    unchanged: int
    problems: tuple[FileProblem, ...]
    """Files that could not be read; what was indexed of them before stays."""


def open_index(store: Store, embedder: Embedder | None) -> Index:
    """Return the index of a desk's articles, searched by meaning too where something embeds."""
    if embedder is None:
        return Index(store, INDEX)
    return Index(
        store,
        INDEX,
        embed=embedder,
        embedder=embedder.identity,
        embeds_chinese=embedder.reads_chinese,
    )


def sync_articles(
    folder: Path, index: Index, *, advance: Callable[[int], None] = lambda _: None
) -> Synced:
    """Make an index hold the articles of a folder; `advance` is told how many are done.

    Raises:
        InputError: there is no such folder.
    """
    read = read_articles(folder)
    fresh = {article.id: as_document(article) for article in read.articles}
    before = {kept.document.id: kept for kept in index.documents()}
    broken = {problem.file for problem in read.problems}
    removed = [
        ident
        for ident, kept in before.items()
        if ident not in fresh and kept.document.source not in broken
    ]
    index.remove_all(removed)
    wanted = [
        document
        for ident, document in fresh.items()
        if ident not in before
        or before[ident].content_sha256 != content_hash(storable(document))
        or (index.has_embeddings and before[ident].embedder != index.embedder)
    ]
    index.put_all(wanted, advance)
    return Synced(
        added=tuple(d.id for d in wanted if d.id not in before),
        changed=tuple(d.id for d in wanted if d.id in before),
        removed=tuple(removed),
        unchanged=len(fresh) - len(wanted),
        problems=read.problems,
    )
