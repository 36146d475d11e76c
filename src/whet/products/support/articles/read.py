"""Which articles does a folder hold? Every file is read; one that cannot be stops no other.

found = read_articles(Path("articles"))
found.articles    # what can be indexed
found.problems    # a sentence for each file that cannot
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from whet.core.errors import InputError
from whet.core.page import format_bytes
from whet.products.support.articles import sitemap
from whet.products.support.articles.article import Article, Raw, language_of
from whet.products.support.articles.docx import read_docx
from whet.products.support.articles.html import read_html
from whet.products.support.articles.markdown import read_markdown
from whet.products.support.articles.pdf import read_pdf

READERS: dict[str, Callable[[bytes], Raw]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
}
"""Who reads a file, by its ending."""
MOST_BYTES = {".pdf": 50_000_000, ".docx": 30_000_000}
_MOST_TEXT_BYTES = 5_000_000
MOST_CHARACTERS = 1_000_000
"""Characters of one article: some 200 pages."""


@dataclass(frozen=True)
class FileProblem:
    """Why a file is not an article."""

    file: str
    """Relative to the folder of the articles."""
    sentence: str


@dataclass(frozen=True)
class Read:
    """What a folder holds."""

    articles: tuple[Article, ...]
    problems: tuple[FileProblem, ...]


@dataclass(frozen=True)
class _Found:
    """A file with what is known of it before it is read."""

    path: Path
    page: sitemap.Page | None = None


def read_articles(folder: Path) -> Read:
    """Return the articles of a folder and of those in it, in the order of their names.

    A folder with `sitemap.xml` is read by that. Names that begin with a dot or `_` are left out.

    Raises:
        InputError: there is no such folder.
    """
    if not folder.is_dir():
        raise InputError(
            f"{folder} must be a folder of articles ({', '.join(READERS)}); there is none. "
            "Make it, or name another desk with --workspace."
        )
    articles: dict[str, Article] = {}
    problems: list[FileProblem] = []
    for found in _files(folder, problems):
        name = found.path.relative_to(folder.resolve()).as_posix()
        try:
            article = read_article(found.path, name, page=found.page)
            if other := articles.get(article.id):
                raise InputError(
                    f"each article must have an id of its own; {article.id!r} is that of "
                    f"{other.source}. Write another one after `id:` in its front matter."
                )
            articles[article.id] = article
        except InputError as error:
            problems.append(FileProblem(name, str(error)))
    return Read(tuple(articles.values()), tuple(sorted(problems, key=lambda p: p.file)))


def read_article(path: Path, name: str, *, page: sitemap.Page | None = None) -> Article:
    """Return the article in a file.

    Args:
        path: the file.
        name: relative to the folder of the articles; without its ending it is the id of an article
            that names none.
        page: what a sitemap says of it.

    Raises:
        InputError: the file is no article; the sentence says why, and what to do.
    """
    # A page is saved as it is called: often without an ending, or as .php.
    raw = READERS[_ending(path) or ".html"](_bytes(path))
    sections = tuple(section for section in raw.sections if section.text.strip())
    size = sum(len(section.text) for section in sections)
    if not size or size > MOST_CHARACTERS:
        raise InputError(
            f"an article must hold 1 to {MOST_CHARACTERS:,} characters of text; "
            f"this one holds {size:,}."
        )
    if page is not None:
        raw = replace(raw, url=page.url, reviewed=raw.reviewed or page.changed)
    stem = name.removesuffix(Path(name).suffix)
    text = "\n".join(section.text for section in sections)
    return Article(
        id=raw.id or stem,
        title=raw.title or Path(stem).name.replace("-", " ").replace("_", " "),
        sections=sections,
        language=language_of(raw.language, text),
        owner=raw.owner,
        url=raw.url,
        reviewed=raw.reviewed,
        source=name,
    )


def _files(folder: Path, problems: list[FileProblem]) -> Iterator[_Found]:
    """Yield the files to read, and note pages and files that are none."""
    root = folder.resolve()
    if (root / sitemap.FILE).is_file():
        yield from _pages(root, problems)
        return
    for path in sorted(root.iterdir()):
        if path.name.startswith((".", "_")):
            continue
        if path.is_dir() and not path.is_symlink():
            inner: list[FileProblem] = []
            yield from _files(path, inner)
            problems.extend(FileProblem(f"{path.name}/{p.file}", p.sentence) for p in inner)
        elif _ending(path):
            yield _Found(path)
        else:
            known = ", ".join(READERS)
            problems.append(FileProblem(path.name, f"must end in {known}; it was not read."))


def _pages(root: Path, problems: list[FileProblem]) -> Iterator[_Found]:
    """Yield the saved pages of a sitemap; each file once, under the address that comes first."""
    try:
        pages = sitemap.read_sitemap(root)
    except InputError as error:
        problems.append(FileProblem(sitemap.FILE, str(error)))
        return
    seen: set[Path] = set()
    for page in pages:
        if page.file is None:
            problems.append(FileProblem(sitemap.FILE, f"{page.url} was not saved in this folder."))
        elif page.file not in seen:
            seen.add(page.file)
            yield _Found(page.file, page)


def _ending(path: Path) -> str:
    """Return the ending that says how a file is read; empty for any that says nothing."""
    ending = path.suffix.lower()
    return ending if ending in READERS else ""


def _bytes(path: Path) -> bytes:
    """Return the content of a file that is not too large.

    Raises:
        InputError: it is, or it cannot be read.
    """
    most = MOST_BYTES.get(_ending(path), _MOST_TEXT_BYTES)
    try:
        size = path.stat().st_size
        if size > most:
            raise InputError(
                f"a {_ending(path) or 'saved'} file must have at most {format_bytes(most)}; "
                f"this one has {format_bytes(size)}. Split it."
            )
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"it cannot be read: {error.strerror or error}.") from error
