"""What does a Markdown file say? It is rendered, and read as a reader would see it."""

from markdown_it import MarkdownIt

from whet.core.errors import InputError
from whet.products.support.articles.article import Raw
from whet.products.support.articles.front_matter import split_front_matter
from whet.products.support.articles.html import read_html


def read_markdown(data: bytes) -> Raw:
    """Return what a Markdown file says.

    HTML in it is read as in a page: scripts and hidden parts are left out.

    Raises:
        InputError: it is not UTF-8, or its front matter is wrong.
    """
    fields, text = split_front_matter(decoded(data))
    body = read_html(MarkdownIt("commonmark").enable("table").render(text))
    reviewed = fields.get("reviewed") or fields.get("updated")
    return Raw(
        sections=body.sections,
        title=fields.get("title") or body.title,
        id=fields.get("id", ""),
        language=fields.get("language", ""),
        owner=fields.get("owner", ""),
        url=fields.get("url", ""),
        reviewed=reviewed,
    )


def decoded(data: bytes) -> str:
    """Return bytes as text: UTF-8, or UTF-16 where they begin with its mark.

    Raises:
        InputError: they are neither; the sentence says where and how to mend it.
    """
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            f"text must be UTF-8; line {line} holds a byte that is not "
            f"(0x{data[error.start]:02x}). Save the file again as UTF-8."
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
