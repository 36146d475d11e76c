"""What is a section of the report made of? Sentences, numbers, tables and pictures.

Sections are built as these blocks, so that one template shows them all and every picture can be
written as a file of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from xml.etree.ElementTree import Element

from markupsafe import Markup

from whet.company.pictures.wording import Language
from whet.core.svg import markup

_OPEN_ROWS = 12  # longer tables are folded


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    name: str
    """Its head."""
    is_number: bool = False
    """Whether it is set to the right."""


@dataclass(frozen=True)
class Table:
    """A table; its first column names the row."""

    caption: str
    """What it shows."""
    columns: tuple[Column, ...]
    """At least one."""
    rows: tuple[tuple[str, ...], ...]
    """As many texts a row as there are columns."""
    says_the_same: bool = False
    """Whether a picture shows the same, so that there is no need to see it at once."""

    @property
    def is_folded(self) -> bool:
        """Whether it is shown only when somebody opens it."""
        return self.says_the_same or len(self.rows) > _OPEN_ROWS


@dataclass(frozen=True)
class Picture:
    """A figure and the numbers that it was drawn from."""

    name: str
    """The name of its file, without folder and ending."""
    element: Element
    """The drawing."""
    caption: str
    """What to see in it."""
    table: Table | None = None
    """The same numbers."""

    @property
    def is_broad(self) -> bool:
        """Whether it takes the whole width."""
        return "broad" in (self.element.get("class") or "")

    @property
    def drawing(self) -> Markup:
        """The drawing as markup; its texts are escaped by the drawing functions."""
        return Markup(markup(self.element))


@dataclass(frozen=True)
class Lines:
    """Sentences."""

    sentences: tuple[str, ...]
    """Each begins with a capital letter and ends with a full stop."""
    kind: Literal["plain", "list", "note"] = "plain"
    """How they look."""
    language: Language | None = None
    """Their language, where it is not the one of the page."""


@dataclass(frozen=True)
class Cards:
    """A few numbers to see first."""

    cards: tuple[tuple[str, str, str], ...]
    """What it is, the number, and what to know about it."""


@dataclass(frozen=True)
class Gallery:
    """Pictures of one kind, side by side where the page is wide enough."""

    shown: tuple[Picture, ...]
    """At least one."""


Block = Table | Picture | Gallery | Lines | Cards


@dataclass(frozen=True)
class Section:
    """A part of the report."""

    id: str
    """Its name in addresses."""
    title: str
    """Its heading."""
    blocks: tuple[Block, ...]
    """What it shows; never empty."""


def pictures(sections: Sequence[Section]) -> Iterator[Picture]:
    """Yield every picture of the sections, in their order."""
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Picture):
                yield block
            if isinstance(block, Gallery):
                yield from block.shown


def table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Return a table; a column whose name begins with ``#`` holds numbers.

    >>> table("t", ["name", "#days"], [["a", "3"]]).columns[1]
    Column(name='days', is_number=True)
    """
    heads = tuple(Column(name.removeprefix("#"), name.startswith("#")) for name in columns)
    return Table(caption, heads, tuple(tuple(row) for row in rows))


def folded_table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Return the table of a picture that shows the same; it is opened by whoever wants it."""
    return replace(table(caption, columns, rows), says_the_same=True)
