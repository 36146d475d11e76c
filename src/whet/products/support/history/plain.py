"""What does an HTML body say as plain text? Paragraphs as lines, without scripts and quotes."""

import re

from bs4 import BeautifulSoup
from bs4.element import Tag

_HTML = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|ul|ol|li|h[1-6]|table|tr|td|blockquote|strong|em|img|html|body)"
    r"\b[^<>]*>",
    re.IGNORECASE,
)
_BLOCKS = ["p", "div", "li", "ul", "ol", "tr", "table", "blockquote"]
_BLOCKS += [f"h{i}" for i in range(1, 7)]
_DROPPED = ("script", "style", "head", "title", "template", "noscript", "blockquote")
"""Elements of which nothing is read; mail programs quote the message before in a blockquote."""


def plain_text(body: str) -> str:
    """Return a body as plain text; one without HTML elements stays as it is, but for its margins.

    >>> plain_text("<p>Hello Ann,</p><p>reset it <b>here</b>.<br>Bye</p>")
    'Hello Ann,\\nreset it here.\\nBye'
    >>> plain_text("a < b and b > c")
    'a < b and b > c'
    """
    if not _HTML.search(body):
        return _lines(body)
    soup = BeautifulSoup(body, "html.parser")
    for element in soup.find_all(_DROPPED):
        element.decompose()
    for element in soup.find_all("br"):
        element.replace_with("\n")
    for element in soup.find_all(_BLOCKS):
        if isinstance(element, Tag):
            element.insert_before("\n")
            element.insert_after("\n")
    return _lines(soup.get_text())


def _lines(text: str) -> str:
    """Return a text without white space at the ends of lines and without empty lines."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)
