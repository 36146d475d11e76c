"""Which pages of a saved site are articles? Those that its sitemap.xml names, with their addresses.

A sitemap folder holds `sitemap.xml` and the pages as a browser, wget or a crawler saved them: under
the path of their address, with or without the host, with `.html` or `/index.html` added.
Source: the protocol of sitemaps.org, version 0.9.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from whet.core.errors import InputError
from whet.products.support.articles.article import as_moment
from whet.products.support.articles.markdown import decoded

FILE = "sitemap.xml"
_MOST_PAGES = 50_000  # as the protocol says


@dataclass(frozen=True)
class Page:
    """One entry of a sitemap."""

    url: str
    changed: datetime | None
    """`lastmod`, where it can be read."""
    file: Path | None
    """Saved page; None where it was not saved."""


def read_sitemap(folder: Path) -> list[Page]:
    """Return the pages that the sitemap of a folder names, each once, in its order.

    Raises:
        InputError: it names none, or only other sitemaps.
    """
    entries = _Entries()
    entries.feed(decoded((folder / FILE).read_bytes()))
    entries.close()
    if entries.is_index:
        raise InputError(
            "a sitemap must name pages; this one names other sitemaps. Save each of them with its "
            "pages as a folder of its own."
        )
    found = {loc: lastmod for loc, lastmod in entries.found if loc}
    if not found or len(found) > _MOST_PAGES:
        raise InputError(
            f"a sitemap must name 1 to {_MOST_PAGES:,} pages in <url><loc>; found {len(found):,}."
        )
    return [Page(loc, _moment(day), _file_of(folder, loc)) for loc, day in found.items()]


class _Entries(HTMLParser):
    """Reads `loc` and `lastmod` of each entry. It expands no entities but those of characters."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self.is_index = False
        self._texts: dict[str, str] = {}
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Begin an entry, or one of its parts."""
        self.is_index |= tag == "sitemapindex"
        self._inside = tag if tag in ("loc", "lastmod") else ""
        if tag == "url":
            self._texts = {}

    def handle_data(self, data: str) -> None:
        """Keep the text of a part."""
        if self._inside:
            self._texts[self._inside] = self._texts.get(self._inside, "") + data

    def handle_endtag(self, tag: str) -> None:
        """End a part, or an entry."""
        self._inside = ""
        if tag == "url":
            self.found.append(
                (self._texts.get("loc", "").strip(), self._texts.get("lastmod", "").strip())
            )


def _file_of(folder: Path, url: str) -> Path | None:
    """Return where the page of an address was saved; never a file outside the folder."""
    root = folder.resolve()
    for name in _names(url):
        file = (root / name).resolve()
        if file.is_file() and file.is_relative_to(root) and file.name != FILE:
            return file
    return None


def _names(url: str) -> Iterator[str]:
    """Yield the names under which a page may be saved, likeliest first."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    path = unquote(parts.path).strip("/")
    if "\x00" in path:
        return
    for start in ("", f"{parts.netloc}/"):
        if path:
            yield f"{start}{path}"
            yield from (f"{start}{path}{ending}" for ending in (".html", ".htm", ".md"))
        yield f"{start}{path}/index.html".lstrip("/")


def _moment(text: str) -> datetime | None:
    """Return a day of a sitemap; None where there is none that can be read."""
    try:
        return as_moment(datetime.fromisoformat(text))
    except ValueError:
        return None
