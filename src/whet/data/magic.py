"""Is a file what its name says? Its first bytes tell: an Excel file named `.csv` is still Excel."""

from pathlib import Path

_HEAD_BYTES = 4096

# First bytes, what the file is, and what to do about it.
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"PAR1", "a Parquet file", "Set `format: parquet`, or rename it to end in .parquet"),
    (b"\x1f\x8b", "compressed by gzip", "Decompress it first, for example with gunzip"),
    (b"BZh", "compressed by bzip2", "Decompress it first, for example with bunzip2"),
    (b"\xfd7zXZ\x00", "compressed by xz", "Decompress it first, for example with unxz"),
    (
        b"\x28\xb5\x2f\xfd",
        "compressed by Zstandard",
        "Decompress it first, for example with unzstd",
    ),
    (b"\x89PNG", "a PNG image", "Name the file of the rows"),
    (b"\xff\xd8\xff", "a JPEG image", "Name the file of the rows"),
    (b"GIF8", "a GIF image", "Name the file of the rows"),
    (b"ID3", "an MP3 recording", "Name the file of the rows"),
    (b"\xff\xfb", "an MP3 recording", "Name the file of the rows"),
    (b"%PDF", "a PDF document", "Export its table as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", "Save it as CSV UTF-8 there"),
    (b"ARROW1", "an Arrow or Feather file", "Convert it to Parquet"),
    (b"SQLite format 3", "a SQLite database", "Export the table as CSV"),
    (b"version https://git-lfs", "a Git LFS pointer, not the data", "Fetch it with git lfs pull"),
    (b"<!doctype html", "a web page", "Download the data themselves"),
    (b"<html", "a web page", "Download the data themselves"),
)
_ZIP = b"PK\x03\x04"
_JSON = (b'{"', b'[{"', b"[\n", b"[\r\n", b"[ ")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def foreign(path: Path, format: str, encoding: str) -> str | None:
    """Return one sentence when the first bytes of `path` are not those of `format`, else None."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if format == "parquet" and head.startswith(b"PAR1"):
        return None
    if what := _kind(head):
        return f"{path} must be {_NAMES[format]}, but it is {what[0]}. {what[1]}."
    if format == "parquet":
        return (
            f"{path} must be a Parquet file, but it does not start as one. "
            "If it is a text file, set `format: csv` or `format: jsonl`, or rename it."
        )
    if format == "csv" and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_JSON):
        return (
            f"{path} must be a CSV file, but it begins as JSON. If each line is an object, set "
            "`format: jsonl` or rename it to end in .jsonl; a list of objects must be written so."
        )
    if head.startswith(_UTF16) and not encoding.lower().replace("_", "-").startswith("utf-16"):
        return f"{path} is written in UTF-16. Set `encoding: utf-16` beside its path."
    return None


_NAMES = {
    "csv": "a CSV file",
    "jsonl": "a JSON Lines file",
    "parquet": "a Parquet file",
    "conll": "a file of CoNLL columns",
    "squad": "a JSON file as SQuAD has it",
}


def _kind(head: bytes) -> tuple[str, str] | None:
    """Return what a file with these first bytes is, and what to do; None for text and Parquet."""
    if head.startswith(_ZIP):
        if b"[Content_Types].xml" in head or b"xl/" in head:
            return "an Excel workbook or another Office document", "Save it as CSV UTF-8 there"
        return "a zip archive", "Unpack it first"
    start = head.lstrip().lower()
    for magic, what, remedy in _MAGIC:
        if head.startswith(magic) or (magic.startswith(b"<") and start.startswith(magic)):
            return what, remedy
    return None
