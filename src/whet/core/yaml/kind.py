"""What kind of file is read? Its schema, the words for it, and how much it may hold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    from whet.core.yaml.document import Document


@dataclass(frozen=True)
class FileKind:
    """A kind of YAML file that people write, such as a card."""

    model: type[BaseModel]
    """The whole of the file."""
    word: str
    """What such a file is called, in one word."""
    example: str
    """Name that such a file usually has."""
    fields: str
    """Fields that such a file has, as an example in a sentence."""
    when_missing: str
    """What to do where there is no such file; a sentence."""
    when_empty: str
    """What to do about an empty file; a sentence."""
    most_bytes: int = 1_000_000
    """Size above which a file is refused."""
    most_values: int = 10_000
    """Number of values above which a file is refused."""
    bad_scalar: str = "Put it in quotes."
    """What to do about a value that looks like a number or a date and is none; a sentence."""
    number_hint: Callable[["Document", str], str] | None = None
    """What to do about a text where a number is meant, as a sentence; empty when unknown."""
