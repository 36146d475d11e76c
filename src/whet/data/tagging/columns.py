"""What do CoNLL columns say? A word and its tags a line, a blank line between texts.

The first column is the word and the last one the tag, with any number of others between. The
scheme of the tags is found by itself. Words are joined by spaces to a text, and those of files that
mark single Chinese characters by nothing, so that everything later works on characters of a text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from whet.core.errors import InputError
from whet.core.spans import Span, Tag, breaks, find_scheme, parse_tag, runs
from whet.core.text import is_chinese
from whet.data.delimited import decoded
from whet.data.tagging.frame import TaggedFrame

_DOCUMENT = "-DOCSTART-"
_SHOWN = 5
"""Wrong rows that an error names."""
_SINGLE = 0.9
"""Share of words of one character from which a file with Chinese in it marks characters."""


@dataclass(frozen=True)
class _Block:
    """The lines of one text."""

    lines: tuple[int, ...]
    words: tuple[str, ...]
    names: tuple[str, ...]
    """Tags as they are written."""
    tags: tuple[Tag | None, ...]


def read_columns(path: Path, *, encoding: str = "utf-8", repair: bool = False) -> TaggedFrame:
    """Return the texts of a file of CoNLL columns with their spans.

    Args:
        path: the file; columns are parted by tabs where a line has one, else by white space.
        encoding: character encoding of the file.
        repair: read a tag that breaks its scheme as CoNLL's scorer does, instead of refusing it.

    Raises:
        InputError: a line with another number of columns, something that is no tag, or tags that
            break their scheme; the text gives the first rows and how many there are.
    """
    text = decoded(path, path.read_bytes(), encoding)
    blocks = list(_blocks(path, text))
    if not blocks:
        raise InputError(f"{path} must hold a word and its tag a line; it holds none.")
    scheme = find_scheme([block.tags for block in blocks])
    broken = [(block, i) for block in blocks for i in breaks(scheme, block.tags)]
    if broken and not repair:
        raise InputError(_broken(path, scheme, broken))
    joint = "" if _marks_characters(blocks) else " "
    texts = [_text(block, joint) for block in blocks]
    return TaggedFrame(
        source=path.name,
        rows=tuple(block.lines[0] for block in blocks),
        texts=tuple(text for text, _ in texts),
        spans=tuple(spans for _, spans in texts),
        tokens=sum(len(block.words) for block in blocks),
        repaired=len(broken),
    )


def _blocks(path: Path, text: str) -> Iterator[_Block]:
    """Yield the lines of each text, without lines that begin a document."""
    rows: list[tuple[int, list[str]]] = []
    columns = 0
    # Only a line feed ends a line: a marked character may be one that ends lines elsewhere.
    for number, ended in enumerate(text.split("\n"), start=1):
        line = ended.removesuffix("\r")
        fields = line.split("\t") if "\t" in line else line.split()
        if fields and fields[0] != _DOCUMENT:
            columns = columns or len(fields)
            _check_fields(path, number, fields, columns)
            rows.append((number, fields))
        elif rows:
            yield _block(path, rows)
            rows = []
    if rows:
        yield _block(path, rows)


def _check_fields(path: Path, number: int, fields: Sequence[str], columns: int) -> None:
    """Refuse a line without a tag, with another number of columns, or without a word."""
    if len(fields) < 2:
        raise InputError(
            f"{path}, row {number}: must hold a word and its tag; found {fields[0]!r} alone. "
            "Leave a line empty between two texts."
        )
    if len(fields) != columns:
        raise InputError(
            f"{path}, row {number}: must have {columns} columns like the rows before; "
            f"found {len(fields)}. Part columns by a tab where a word holds a space."
        )
    if not fields[0]:
        raise InputError(f"{path}, row {number}: must begin with a word; found an empty column.")


def _block(path: Path, rows: Sequence[tuple[int, list[str]]]) -> _Block:
    """Return the lines of one text with their tags parsed."""
    tags = []
    for number, fields in rows:
        try:
            tags.append(parse_tag(fields[-1].strip()))
        except ValueError as error:
            raise InputError(
                f"{path}, row {number}: must end in a tag: O, or B-, I-, E-, S-, L- or U- and a "
                f"label; found {fields[-1]!r}. The tag stands in the last column."
            ) from error
    return _Block(
        lines=tuple(number for number, _ in rows),
        words=tuple(fields[0] for _, fields in rows),
        names=tuple(fields[-1].strip() for _, fields in rows),
        tags=tuple(tags),
    )


def _broken(path: Path, scheme: str, broken: Sequence[tuple[_Block, int]]) -> str:
    """Return which rows break the scheme of a file, and what to do."""
    told = [
        f"row {block.lines[i]} ({block.names[i]} {_neighbours(block, i)})"
        for block, i in broken[:_SHOWN]
    ]
    more = len(broken) - len(told)
    return (
        f"{path}: tags must keep to one scheme; as {scheme}, "
        f"{len(broken)} row{'s' if len(broken) > 1 else ''} break{'' if len(broken) > 1 else 's'} "
        f"it: {', '.join(told)}{f' and {more} more' if more else ''}. Correct them, or ask for "
        "repair: a tag that cannot go on with the span before it then begins a new one."
    )


def _neighbours(block: _Block, i: int) -> str:
    """Return what stands around the tag at position `i`."""
    before = f"after {block.names[i - 1]}" if i else "at the beginning"
    return before if i + 1 < len(block.names) else f"{before}, at the end"


def _marks_characters(blocks: Sequence[_Block]) -> bool:
    """Return whether a file marks characters, as Chinese ones do, and not words."""
    words = [word for block in blocks for word in block.words]
    single = sum(len(word) == 1 for word in words) / len(words)
    return single >= _SINGLE and is_chinese("".join(words))


def _text(block: _Block, joint: str) -> tuple[str, tuple[Span, ...]]:
    """Return the text of a block, and its spans by character."""
    starts, length = [], 0
    for word in block.words:
        starts.append(length)
        length += len(word) + len(joint)
    spans = tuple(
        Span(starts[first], starts[behind - 1] + len(block.words[behind - 1]), label)
        for first, behind, label in runs(block.tags)
    )
    return joint.join(block.words), spans
