"""Is this folder the package that was written? Every file's hash is checked before one is used.

`write_manifest` is the last step of writing a package, `open_package` the first of reading it.
"""

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from whet.core.errors import IntegrityError
from whet.core.files import sha256_file, write_atomic
from whet.serving.contents import CONTENTS_FILE, Contents, read_contents

MANIFEST_FILE = "manifest.json"
MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
LINEAR_FILE = "linear.safetensors"
VOCABULARY_FILE = "vocabulary.json"
CHAIN_FILE = "chain.safetensors"
WORDS_FILE = "words.safetensors"
FEATURES_FILE = "features.json"
SPREAD_FILE = "spread.safetensors"
PAIR_FILE = "pair.safetensors"
EVIDENCE_FILE = "evidence.safetensors"
EVIDENCE_TEXTS_FILE = "evidence.jsonl"

_EVIDENCE = (EVIDENCE_FILE, EVIDENCE_TEXTS_FILE)
_FORM_FILES: dict[str, tuple[str, ...]] = {
    "onnx": (MODEL_FILE, TOKENIZER_FILE, *_EVIDENCE),
    "linear": (LINEAR_FILE, VOCABULARY_FILE, *_EVIDENCE),
    "blend": (MODEL_FILE, TOKENIZER_FILE, LINEAR_FILE, VOCABULARY_FILE, *_EVIDENCE),
    "tagger": (MODEL_FILE, TOKENIZER_FILE, CHAIN_FILE),
    "words": (WORDS_FILE, FEATURES_FILE),
    "overlap": (PAIR_FILE, VOCABULARY_FILE, *_EVIDENCE),
    "bi_encoder": (MODEL_FILE, TOKENIZER_FILE, PAIR_FILE, *_EVIDENCE),
    "reader": (MODEL_FILE, TOKENIZER_FILE),
    "word_reader": (WORDS_FILE, FEATURES_FILE),
}
_ADVICE = "Copy the package again from where it was built, or build it again."


@dataclass(frozen=True)
class Package:
    """A package folder whose files are those that were written."""

    path: Path
    contents: Contents


class _File(BaseModel):
    """What the manifest says about one file."""

    sha256: str
    bytes: int


class _Manifest(BaseModel):
    """The whole manifest."""

    files: dict[str, _File] = Field(min_length=1)


def write_manifest(folder: Path) -> None:
    """Write `manifest.json` over every other file of `folder`, sub-folders included."""
    files = {
        name: _File(sha256=sha256_file(folder / name), bytes=(folder / name).stat().st_size)
        for name in _names(folder)
    }
    write_atomic(folder / MANIFEST_FILE, _Manifest(files=files).model_dump_json(indent=1))


def open_package(path: Path, *, manifest_sha256: str | None = None) -> Package:
    """Return the package in the folder `path` after checking every file of it.

    Args:
        path: the folder.
        manifest_sha256: SHA-256 of the manifest itself, where it was noted when the package was
            registered: whoever changes a file and the manifest is found out too.

    Raises:
        IntegrityError: a file is missing, is not in the manifest, or differs from what was
            written; the format is another one. The text names the file.
    """
    manifest = _read_manifest(path)
    if manifest_sha256 not in (None, sha256_file(path / MANIFEST_FILE)):
        raise IntegrityError(
            f"{path / MANIFEST_FILE} is not the manifest of the package that was registered. "
            f"{_ADVICE}"
        )
    _check_names(path, set(manifest.files))
    for name, expected in manifest.files.items():
        _check_file(path / name, expected)
    contents = read_contents(path)
    for name in _FORM_FILES[contents.form]:
        if name not in manifest.files:
            raise IntegrityError(
                f"{path} must hold {name}, as every package of form {contents.form!r} does; "
                "its manifest does not list it. Build the package again."
            )
    return Package(path, contents)


def _names(folder: Path) -> list[str]:
    """Return the names of all files but the manifest, relative to `folder`, sorted."""
    files = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(name for name in files if name != MANIFEST_FILE)


def _read_manifest(path: Path) -> _Manifest:
    """Return the manifest of the folder."""
    file = path / MANIFEST_FILE
    if not file.is_file():
        raise IntegrityError(
            f"{path} must be a package folder with {MANIFEST_FILE} in it; found none. "
            "Give the folder that `whet build` wrote."
        )
    try:
        return _Manifest.model_validate_json(file.read_bytes())
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]["msg"]
        raise IntegrityError(f"{file} cannot be read: {problem}. {_ADVICE}") from error


def _check_names(path: Path, listed: set[str]) -> None:
    """Check that the manifest lists exactly the files that are there.

    Only names found in the folder are opened, so a manifest cannot point outside it.
    """
    found = set(_names(path))
    if missing := sorted(listed - found):
        raise IntegrityError(f"{path / missing[0]} is missing from the package. {_ADVICE}")
    if extra := sorted(found - listed):
        raise IntegrityError(
            f"{path / extra[0]} is not part of the package: {MANIFEST_FILE} does not list it. "
            "Take it out of the folder."
        )
    if CONTENTS_FILE not in listed:
        raise IntegrityError(f"{path / CONTENTS_FILE} is missing from the package. {_ADVICE}")


def _check_file(file: Path, expected: _File) -> None:
    """Check one file against its line of the manifest."""
    size = file.stat().st_size
    if size != expected.bytes:
        raise IntegrityError(
            f"{file} must be {expected.bytes} bytes long as it was written; found {size}. {_ADVICE}"
        )
    if (found := sha256_file(file)) != expected.sha256:
        raise IntegrityError(
            f"{file} is not the file that was written: its SHA-256 must be "
            f"{expected.sha256[:12]}…, found {found[:12]}…. {_ADVICE}"
        )
