"""What is an article, whatever file it came from? Sections of plain text under headings."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from whet.core.text import is_chinese


@dataclass(frozen=True)
class Section:
    """The text below one heading, up to the next."""

    headings: tuple[str, ...]
    """Headings above it, outermost first, without the title of the article."""
    text: str
    """Paragraphs, one a line."""


@dataclass(frozen=True)
class Article:
    """An article as it was read."""

    id: str
    title: str
    sections: tuple[Section, ...]
    language: str
    """`en`, `zh` or another ISO 639-1 code."""
    owner: str = ""
    url: str = ""
    reviewed: datetime | None = None
    """When somebody last held it against the truth."""
    source: str = ""
    """File, relative to the folder of the articles."""


@dataclass(frozen=True)
class Raw:
    """What a file says, before what is missing is filled in."""

    sections: tuple[Section, ...]
    title: str = ""
    id: str = ""
    language: str = ""
    owner: str = ""
    url: str = ""
    reviewed: datetime | None = None


def language_of(declared: str, text: str) -> str:
    """Return the language of a text: the one that is declared, else by its characters.

    >>> language_of("zh-CN", ""), language_of("", "怎么退款?"), language_of("", "Refunds")
    ('zh', 'zh', 'en')
    """
    code = declared.strip().lower().replace("_", "-").partition("-")[0]
    return code or ("zh" if is_chinese(text) else "en")


def as_moment(day: date | datetime) -> datetime:
    """Return a day as its first moment in UTC, and a moment in UTC; one without a zone is UTC."""
    if not isinstance(day, datetime):
        return datetime.combine(day, time(), UTC)
    return day.replace(tzinfo=UTC) if day.tzinfo is None else day.astimezone(UTC)


def one_line(text: str) -> str:
    """Return a text with its white space folded to single spaces."""
    return " ".join(text.split())
