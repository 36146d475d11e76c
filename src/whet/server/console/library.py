"""How is an article of the desk read, changed and deleted from the console? One file, one article.

A file is whole or not there; the index follows at once, for that article alone. What an editor has
read is named by its hash, so that two editors do not write over each other.
"""

import hashlib
import re
import tempfile
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import nh3
from markdown_it import MarkdownIt

from whet.core.errors import InputError
from whet.core.files import write_atomic
from whet.products.support.articles.article import Article
from whet.products.support.articles.chunks import as_document
from whet.products.support.articles.embedder import desk_embedder
from whet.products.support.articles.front_matter import split_front_matter
from whet.products.support.articles.markdown import decoded
from whet.products.support.articles.read import READERS, read_article
from whet.products.support.articles.sync import INDEX, Synced, open_index, sync_articles
from whet.retrieval.index import Index
from whet.server.console.ask import ConsoleDesk
from whet.store.passages import Kept

_NAME = re.compile(r"[\w][\w-]{0,79}")
_TAGS = frozenset(
    re.findall(
        r"\w+",
        "p h1 h2 h3 h4 h5 h6 ul ol li strong em b i u s code pre blockquote a br hr table thead "
        "tbody tr th td dl dt dd sub sup kbd q",
    )
)
"""What an article may be made of; no picture, no form, no script."""
_EDITED = (".md", ".markdown")


@dataclass(frozen=True)
class Written:
    """An article's file as it is on the disk."""

    path: Path
    text: str
    digest: str
    """Of the file, to see whether somebody has changed it since."""


def known_articles(desk: ConsoleDesk) -> dict[str, Kept]:
    """Return the articles of the index by id."""
    return {kept.document.id: kept for kept in desk.store.passages.changes(INDEX, {}).changed}


def found_article(desk: ConsoleDesk, ident: str) -> Kept:
    """Return an article of the index.

    Raises:
        InputError: there is none of this id.
    """
    known = known_articles(desk)
    if ident not in known:
        raise InputError(f"There is no article {ident[:80]!r}; it may have been deleted.")
    return known[ident]


def is_edited_here(kept: Kept) -> bool:
    """Return whether an article is Markdown, which the console can change."""
    return Path(kept.document.source).suffix.lower() in _EDITED


def read_source(desk: ConsoleDesk, kept: Kept) -> Written:
    """Return the Markdown of an article.

    Raises:
        InputError: its file is gone, outside of the folder, or no text.
    """
    path = _inside(desk, kept.document.source)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror}.") from None
    return Written(path, decoded(data), hashlib.sha256(data).hexdigest())


def rendered(text: str) -> str:
    """Return Markdown as HTML that is safe in a page: known tags, no scripts, no pictures."""
    try:
        _, body = split_front_matter(text)
    except InputError:
        body = text  # a wrong head is shown as it stands; saving says what is wrong with it
    html = MarkdownIt("commonmark").enable("table").render(body)
    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags={"script", "style", "template", "iframe", "object", "svg", "math"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


def save_text(desk: ConsoleDesk, kept: Kept, text: str, *, digest: str) -> Article:
    """Write an article anew, and index it.

    Raises:
        InputError: it is no article any more, or somebody has changed the file since.
    """
    with _changing(desk):
        now = read_source(desk, kept)
        if now.digest != digest:
            raise InputError(
                f"{now.path.name} must be as you read it; somebody has changed it since. Open it "
                "anew in another tab, and put your change in there."
            )
        return _write(desk, now.path, text.replace("\r\n", "\n").encode(), was=kept.document.id)


def add_file(desk: ConsoleDesk, name: str, data: bytes) -> Article:
    """Write a new article, and index it.

    Args:
        desk: where.
        name: of the file; without an ending it is Markdown.
        data: what it holds.

    Raises:
        InputError: the name cannot be one or is taken, or this is no article.
    """
    stem, suffix = Path(name).stem, Path(name).suffix.lower() or ".md"
    if not _NAME.fullmatch(stem) or suffix not in READERS or Path(name).name != name:
        raise InputError(
            "The name of an article must be letters, digits, - and _, with one of the endings "
            f"{', '.join(READERS)}; found {name[:80]!r}."
        )
    path = _inside(desk, stem + suffix)
    with _changing(desk):
        if path.exists():
            raise InputError(f"There is an article {path.name} already. Choose another name.")
        return _write(desk, path, data, was="")


def delete(desk: ConsoleDesk, kept: Kept) -> None:
    """Delete an article: its file, its passages, their embeddings, and the count of its uses."""
    with _changing(desk):
        _inside(desk, kept.document.source).unlink(missing_ok=True)
        _index(desk).remove(kept.document.id)


def sync(desk: ConsoleDesk) -> Synced:
    """Make the index hold what the folder says."""
    with _changing(desk):
        return sync_articles(desk.articles, _index(desk))


def _write(desk: ConsoleDesk, path: Path, data: bytes, *, was: str) -> Article:
    """Check, write and index one file; `was` is the id that it had."""
    article = _checked(path, data, path.relative_to(desk.articles.resolve()).as_posix())
    taken = known_articles(desk).get(article.id)
    if article.id != was and taken is not None:
        raise InputError(
            f"Each article must have an id of its own; {article.id!r} is that of "
            f"{taken.document.source}."
        )
    index = _index(desk)
    write_atomic(path, data)
    if was and was != article.id:
        index.remove(was)
    index.put(as_document(article))
    return article


def _checked(path: Path, data: bytes, name: str) -> Article:
    """Return the article that a file will be; nothing is written where it is none."""
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / path.name
        trial.write_bytes(data)
        return read_article(trial, name)


def _index(desk: ConsoleDesk) -> Index:
    """Return the index to write to, with the embedding of the desk's model where it has one."""
    if desk.index is not None:
        return desk.index
    model = desk.files.model if desk.files else None
    return open_index(desk.store, desk_embedder(desk.store, model))


def _changing(desk: ConsoleDesk) -> AbstractContextManager[None]:
    """Hold the articles: one change at a time, also from other processes."""
    return desk.store.lock("articles")


def _inside(desk: ConsoleDesk, source: str) -> Path:
    """Return the path of a file of the articles' folder.

    Raises:
        InputError: it leads outside.
    """
    root = desk.articles.resolve()
    path = (root / source).resolve()
    if not path.is_relative_to(root) or path == root:
        raise InputError("An article must lie in the folder of the articles.")
    return path
