"""What does a reader see of an HTML page? Its text under its headings; scripts never.

Only text leaves this module: whatever a page holds between `<` and `>`, nothing of it can run in
the console or in the widget.
"""

import warnings
from collections.abc import Iterator
from datetime import datetime

from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PreformattedString

from whet.core.errors import InputError
from whet.products.support.articles.article import Raw, Section, as_moment, one_line

_NAMES_UNSEEN = (
    "script style noscript template svg math iframe object embed applet canvas audio video head "
    "button select textarea input nav footer dialog"
)
_UNSEEN = frozenset(_NAMES_UNSEEN.split())
_NAMES_BREAKING = (
    "address article aside blockquote body br caption dd details div dl dt fieldset figcaption "
    "figure form header hr html li main ol p pre section summary table tbody tfoot thead tr ul"
)
_BREAKING = frozenset(_NAMES_BREAKING.split())
_CELLS = frozenset(("td", "th"))
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MOST_TAGS = 200_000


def read_html(data: bytes | str) -> Raw:
    """Return what an HTML page says.

    Raises:
        InputError: it has more tags than a page of text can have.
    """
    if isinstance(data, bytes):
        data = data.removeprefix(b"\xef\xbb\xbf")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(data, "html.parser")
    tags = sum(1 for _ in soup.descendants)
    if tags > _MOST_TAGS:
        raise InputError(
            f"a page must have at most {_MOST_TAGS:,} parts; found {tags:,}. "
            "Save the article alone, without the rest of the site."
        )
    head = _head(soup)
    for tag in soup.find_all(_is_unseen):
        if tag.parent is not None:
            # A space in its place: what stood around it must not grow together to another tag.
            tag.replace_with(" ")
    body = soup.find("main") or soup.find("article") or soup.body or soup
    title, sections = sections_of(_pieces(body))
    return Raw(
        sections=sections,
        title=title or head["title"],
        language=head["language"],
        owner=head["author"],
        url=head["url"],
        reviewed=_moment(head["modified"]),
    )


def sections_of(pieces: Iterator[tuple[int, str]]) -> tuple[str, tuple[Section, ...]]:
    """Return title and sections of pieces: the level of a heading, or 0 for a paragraph, and text.

    The first heading is the title where it stands before any text.
    """
    title, headings, lines = "", dict[int, str](), list[str]()
    sections: list[Section] = []
    for level, text in pieces:
        if not level:
            lines.append(text)
            continue
        if lines:
            sections.append(_section(headings, lines))
            lines = []
        if not title and not headings and not sections:
            title = text
            continue
        headings = {own: head for own, head in headings.items() if own < level} | {level: text}
    if lines:
        sections.append(_section(headings, lines))
    return title, tuple(sections)


def _section(headings: dict[int, str], lines: list[str]) -> Section:
    """Return the section of some lines."""
    return Section(tuple(headings[level] for level in sorted(headings)), "\n".join(lines))


def _is_unseen(tag: Tag) -> bool:
    """Return whether a reader sees nothing of a tag."""
    if tag.name in _UNSEEN or tag.has_attr("hidden") or tag.get("aria-hidden") == "true":
        return True
    style = str(tag.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style


def _pieces(body: Tag) -> Iterator[tuple[int, str]]:
    """Yield headings with their level, and paragraphs with 0, in the order of the page.

    The walk has no recursion: a page may nest tags ten thousand deep.
    """
    words: list[str] = []
    level = 0

    def flushed() -> Iterator[tuple[int, str]]:
        text = one_line("".join(words))
        words.clear()
        if text and text != "•":
            yield level, text

    stack: list[tuple[Tag | NavigableString, bool]] = [(body, False)]
    while stack:
        node, is_end = stack.pop()
        if isinstance(node, NavigableString):
            if not isinstance(node, PreformattedString):  # comments and their kin
                words.append(str(node))
            continue
        if node.name in _CELLS:
            words.append(" ")
        elif node.name in _HEADINGS or node.name in _BREAKING:
            yield from flushed()
            level = 0 if is_end else _HEADINGS.get(node.name, level)
        if not is_end:
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(list(_children(node))))
    yield from flushed()


def _children(node: Tag) -> Iterator[Tag | NavigableString]:
    """Yield what stands directly in a tag."""
    for child in node.children:
        if isinstance(child, (Tag, NavigableString)):
            yield child


def _head(soup: BeautifulSoup) -> dict[str, str]:
    """Return title, canonical address, language, author and day of change, as the page says."""
    root = soup.find("html")
    link = soup.find("link", rel="canonical")
    title = soup.find("title")
    return {
        "title": one_line(title.get_text()) if title else _meta(soup, "og:title"),
        "url": str(link.get("href") or "") if link else "",
        "language": str(root.get("lang") or "") if root else "",
        "author": _meta(soup, "author"),
        "modified": _meta(soup, "article:modified_time") or _meta(soup, "last-modified"),
    }


def _meta(soup: BeautifulSoup, name: str) -> str:
    """Return the content of a `meta` tag; empty without one."""
    tag = soup.find("meta", attrs={"name": name}) or soup.find("meta", attrs={"property": name})
    return one_line(str(tag.get("content") or "")) if tag else ""


def _moment(text: str) -> datetime | None:
    """Return a moment that a page names; None where it names none that can be read."""
    try:
        return as_moment(datetime.fromisoformat(text.strip()))
    except ValueError:
        return None
