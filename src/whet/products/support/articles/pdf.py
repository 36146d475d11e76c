"""What does a PDF say? The text of its pages; one without text is a scan, and is refused."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from whet.core.errors import InputError
from whet.products.support.articles.article import Raw, Section, as_moment, one_line

MOST_PAGES = 500
"""Pages of a PDF; a longer one is a book and belongs in parts."""


def read_pdf(data: bytes) -> Raw:
    """Return what a PDF says, a section a page; the heading of each is its page, `p. 3`.

    Raises:
        InputError: it is damaged, encrypted, too long, or holds pictures of text only.
    """
    with _explained():
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError("a PDF must open without a password; this one is encrypted. "
                             "Save it again without protection.")  # fmt: skip
        count = len(reader.pages)
        if count > MOST_PAGES:
            raise InputError(
                f"a PDF must have at most {MOST_PAGES} pages; this one has {count:,}. "
                "Save the chapters that customers ask about as files of their own."
            )
        pages = [_paragraphs(page.extract_text()) for page in reader.pages]
        title, author = _about(reader)
    if not any(pages):
        raise InputError(
            f"a PDF must hold text; none of the {count} pages of this one does, so it is a scan. "
            "Run text recognition (OCR) over it first, or save it from where it was written."
        )
    sections = [Section((f"p. {n}",), text) for n, text in enumerate(pages, 1) if text]
    first = sections[0].text.split("\n")[0]
    return Raw(tuple(sections), title=title or first[:120], owner=author, reviewed=_changed(reader))


def _paragraphs(text: str) -> str:
    """Return the text of a page with lines joined to paragraphs; an empty line ends one."""
    blocks = text.replace("\r", "").split("\n\n")
    lines = [_joined(block) for block in blocks]
    return "\n".join(line for line in lines if line)


def _joined(block: str) -> str:
    """Return the lines of a paragraph as one: a word cut by a hyphen is put together."""
    joined = ""
    for line in block.split("\n"):
        line = one_line(line)
        if joined.endswith("-") and joined[-2:-1].isalpha() and line[:1].islower():
            joined = joined[:-1] + line
        elif joined and joined[-1].isascii():
            joined = f"{joined} {line}"
        else:
            joined += line
    return joined.strip()


def _about(reader: PdfReader) -> tuple[str, str]:
    """Return title and author; empty where the file names none."""
    about = reader.metadata
    if about is None:
        return "", ""
    return one_line(str(about.title or "")), one_line(str(about.author or ""))


def _changed(reader: PdfReader) -> datetime | None:
    """Return when the file was last changed, as it says."""
    try:
        changed = reader.metadata.modification_date if reader.metadata else None
    except (PyPdfError, ValueError):
        return None
    return None if changed is None else as_moment(changed)


@contextmanager
def _explained() -> Iterator[None]:
    """Say in a sentence that a PDF is damaged; pypdf raises errors of many kinds for that."""
    logger = logging.getLogger("pypdf")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"a PDF must be whole; this one cannot be read ({one_line(str(error)) or error!r}). "
            "Save it again from where it was written."
        ) from error
    finally:
        logger.disabled = before
