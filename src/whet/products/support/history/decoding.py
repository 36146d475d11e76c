"""In which encoding was a file written? Its text, and which lines are in another one."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from whet.core.errors import InputError

_MOST_BYTES = 2_000_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STRAY = re.compile("[\udc80-\udcff]")
_GUESSES = ("gb18030", "cp1252")


@dataclass(frozen=True)
class Decoded:
    """The text of a file. Bytes of another encoding are lone surrogates, which `odd` finds."""

    text: str
    encoding: str

    def odd(self, text: str) -> str:
        """Return what is wrong with the bytes of a part of the text; empty when nothing is.

        The sentence says which encoding they could be.
        """
        if text.isascii():
            return ""
        found = _STRAY.search(text)
        if found is None:
            return ""
        raw = text.encode(self.encoding, "surrogateescape")
        likely = next((name for name in _GUESSES if _reads(raw, name)), None)
        hint = f" It looks like {likely}." if likely else ""
        return (
            f"must be written in {self.encoding} like the rows around it; found the byte "
            f"0x{ord(found[0]) - 0xDC00:02x}.{hint} Save the file in one encoding."
        )


def read_text(path: Path, encoding: str | None) -> Decoded:
    """Return the text of a file.

    Args:
        path: the file.
        encoding: any of Python's; without it the byte-order mark decides, else UTF-8.

    Raises:
        InputError: the file cannot be read, is larger than 2 GB, or most of its lines are in
            another encoding.
    """
    data = _bytes_of(path)
    mark, marked = next(((m, name) for m, name in _MARKS if data.startswith(m)), (b"", None))
    name = _known(encoding) if encoding else marked or "utf-8"
    if name.startswith(("utf-16", "utf-32")):
        return Decoded(_whole(path, data, name), "utf-8")
    text = data.removeprefix(mark).decode(name, "surrogateescape")
    decoded = Decoded(text, name)
    _check_most(path, decoded)
    return decoded


def _bytes_of(path: Path) -> bytes:
    """Return what the file holds."""
    try:
        if (size := path.stat().st_size) > _MOST_BYTES:
            raise InputError(
                f"{path} must be at most 2 GB; it holds {size / 1e9:.1f} GB. Split it."
            )
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} must be a file that can be read: {error.strerror}.") from error


def _known(encoding: str) -> str:
    """Return the encoding if Python knows it, for texts."""
    try:
        "".encode(encoding)
    except (LookupError, ValueError) as error:
        raise InputError(
            f"--encoding must be one that Python knows, such as gb18030; found {encoding!r}."
        ) from error
    return encoding.lower()


def _whole(path: Path, data: bytes, name: str) -> str:
    """Return a text of two or four bytes a character, which cannot be mended line by line."""
    try:
        return data.decode(name).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} must be written in {name}; it breaks at byte {error.start:,}. "
            "Save it again, or declare another --encoding."
        ) from error


def _check_most(path: Path, decoded: Decoded) -> None:
    """Refuse a file of which most lines beyond ASCII are in another encoding."""
    lines = [line for line in decoded.text.split("\n") if not line.isascii()]
    wrong = [line for line in lines if decoded.odd(line)]
    if len(wrong) <= len(lines) / 2:
        return
    raw = "\n".join(wrong[:1000]).encode(decoded.encoding, "surrogateescape")
    likely = next((name for name in _GUESSES if _reads(raw, name)), None)
    advice = f"Give --encoding {likely}" if likely else "Give its --encoding, such as gb18030"
    number = decoded.text.split("\n").index(wrong[0]) + 1
    raise InputError(
        f"{path}, line {number}: must be written in {decoded.encoding}; found another encoding in "
        f"{len(wrong):,} of {len(lines):,} lines that hold more than ASCII. {advice}."
    )


def _reads(raw: bytes, encoding: str) -> bool:
    """Return whether bytes can be read in an encoding, as letters and not as control signs."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return all(c.isprintable() or c.isspace() for c in text)
