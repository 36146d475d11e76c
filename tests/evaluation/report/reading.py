"""How does a test read a report? As a tree, strictly: what is opened must be closed."""

from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

_VOID = frozenset({"meta", "link", "br", "wbr", "img", "input", "hr"})
_UNSEEN = frozenset({"script", "style", "title"})
_APART = frozenset({"td", "th", "li", "dd", "dt", "p", "div", "br", "text", "summary"})


class _Tree(HTMLParser):
    """Builds a tree out of HTML and refuses an end tag that closes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.builder = TreeBuilder()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        self.open.append(tag)
        if tag in _VOID:
            self.handle_endtag(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        if self.open:
            self.builder.data(data)


def read(page: str) -> Element:
    """Return the tree of a page."""
    parser = _Tree()
    parser.feed(page)
    parser.close()
    assert not parser.open, f"never closed: {parser.open}"
    return parser.builder.close()


def shown(element: Element | None) -> str:
    """Return what an element shows, with white space folded."""
    assert element is not None
    pieces: list[str] = []

    def visit(e: Element) -> None:
        if e.tag not in _UNSEEN:
            pieces.append(e.text or "")
            for child in e:
                visit(child)
                pieces.append(child.tail or "")
        if e.tag in _APART:
            pieces.append(" ")

    visit(element)
    return " ".join("".join(pieces).split())


def section_of(tree: Element, name: str) -> Element:
    """Return the section with an id."""
    (found,) = [e for e in tree.iter("section") if e.get("id") == name]
    return found


def rows_of(element: Element, index: int = 0) -> list[list[str]]:
    """Return the texts of a table's body, row by row."""
    body = list(element.iter("tbody"))[index]
    return [[shown(cell) for cell in row] for row in body]


def pairs_of(element: Element) -> dict[str, str]:
    """Return the description lists under an element as a dict."""
    names = [shown(e) for e in element.iter("dt")]
    return dict(zip(names, [shown(e) for e in element.iter("dd")], strict=True))


def figure_of(element: Element) -> Element:
    """Return the first figure under an element; its text alternative is `aria-label`."""
    found = element.find(".//figure/svg")
    assert found is not None
    return found


def texts_in(element: Element) -> list[str]:
    """Return the texts written inside a figure."""
    return [e.text or "" for e in element.iter("text")]
