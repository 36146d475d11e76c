"""What does a Word file say? Its paragraphs and tables under its headings.

A DOCX is a ZIP file, and a few kilobytes of one can unpack to gigabytes. So what it would unpack to
is added up from its table of contents before a byte of it is unpacked.
"""

import io
import re
import zipfile
from collections.abc import Iterator

from docx import Document as open_docx
from docx.document import Document as WordDocument
from docx.table import Table
from docx.text.paragraph import Paragraph

from whet.core.errors import InputError
from whet.core.page import format_bytes
from whet.products.support.articles.article import Raw, as_moment, one_line
from whet.products.support.articles.html import sections_of

MOST_UNPACKED_BYTES = 100_000_000
"""Sum of all parts of a file."""
MOST_TEXT_BYTES = 30_000_000
"""The part that holds the text; in memory it takes about ten times as much."""
MOST_RATIO = 100
"""How many times larger than packed; text written by people packs 5 to 20 times smaller."""
MOST_PARTS = 5_000
_HEADING = re.compile(r"(?:Heading|heading|标题)\s*([1-6])$")


def read_docx(data: bytes) -> Raw:
    """Return what a Word file says.

    Raises:
        InputError: it is no DOCX, is damaged, or would unpack to too much.
    """
    _check_size(data)
    try:
        document = open_docx(io.BytesIO(data))
        title, sections = sections_of(_pieces(document))
    except Exception as error:  # python-docx and lxml raise errors of many kinds
        raise InputError(
            f"a DOCX must be whole; this one cannot be read ({one_line(str(error)) or error!r}). "
            "Save it again in Word."
        ) from error
    about = document.core_properties
    return Raw(
        sections=sections,
        title=one_line(about.title or "") or title,
        language=about.language or "",
        owner=one_line(about.author or ""),
        reviewed=None if about.modified is None else as_moment(about.modified),
    )


def _check_size(data: bytes) -> None:
    """Refuse a file that would unpack to more than a text can need."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise InputError(
            "a DOCX must be a file that Word writes today; this one is not. An old .doc, or one "
            "with a password, must be saved again as .docx."
        ) from error
    total = sum(part.file_size for part in parts)
    text = max((p.file_size for p in parts if p.filename.endswith(".xml")), default=0)
    worst = max((p.file_size / max(p.compress_size, 1) for p in parts if p.file_size > 1_000_000),
                default=0.0)  # fmt: skip
    if total > MOST_UNPACKED_BYTES or text > MOST_TEXT_BYTES or len(parts) > MOST_PARTS:
        raise InputError(
            f"a DOCX must unpack to at most {format_bytes(MOST_UNPACKED_BYTES)} in "
            f"{MOST_PARTS:,} parts, {format_bytes(MOST_TEXT_BYTES)} in one part of text; this one "
            f"would unpack to {format_bytes(total)} in {len(parts):,}, and was not unpacked. "
            "Take large pictures out, or split it."
        )
    if worst > MOST_RATIO:
        raise InputError(
            f"a part of a DOCX must unpack to at most {MOST_RATIO} times its size; a part of this "
            f"one would to {worst:,.0f} times, as a ZIP bomb does, and was not unpacked. "
            "Save it again in Word."
        )


def _pieces(document: WordDocument) -> Iterator[tuple[int, str]]:
    """Yield headings with their level, and paragraphs and rows of tables with 0."""
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from ((0, row) for row in _rows(block) if row)
        elif text := one_line(block.text):
            yield _level(block), text


def _level(paragraph: Paragraph) -> int:
    """Return the level of a heading; 0 for any other paragraph. A title is above all others."""
    style = paragraph.style
    name = (style.name or "") if style is not None else ""
    if name in ("Title", "标题"):
        return 1
    found = _HEADING.match(name)
    return int(found.group(1)) if found else 0


def _rows(table: Table) -> Iterator[str]:
    """Yield the cells of each row in one line; a merged cell counts once."""
    for row in table.rows:
        cells = {id(cell._tc): one_line(cell.text) for cell in row.cells}
        yield " ".join(text for text in cells.values() if text)
