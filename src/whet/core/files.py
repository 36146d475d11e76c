"""How is a file written so that it is whole or not there? Temporary name, flush, rename."""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from whet.core.errors import WhetError

_CHUNK_BYTES = 1 << 20
_FULL_BYTES = 1 << 16  # less room than this is none: no library writes smaller pieces
_FULL = (errno.ENOSPC, errno.EDQUOT)


def sha256_file(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write `content` to `path` so that a reader sees the old file or the new one, never a part."""
    data = content.encode() if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise _disk_error(path, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)  # mkstemp makes it 0600; a served file must be readable by others
        os.replace(name, path)
    except OSError as error:
        with suppress(OSError):
            os.unlink(name)
        raise _disk_error(path, error) from error


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Yield a temporary folder that becomes `path` when the block ends without an error.

    `path` must not exist at the end; when it does (somebody else was first), the temporary folder
    is dropped and `FileExistsError` is raised. After an error nothing is left behind.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    except OSError as error:
        raise _disk_error(path, error) from error
    try:
        yield temporary
        if path.exists():
            raise FileExistsError(path)
        os.chmod(temporary, 0o755)  # mkdtemp makes it 0700
        os.rename(temporary, path)
    except FileExistsError:
        raise
    except OSError as error:
        raise _disk_error(path, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def disk_explained(folder: Path) -> Iterator[None]:
    """Say in a sentence that the disk of `folder` is full, where that is why the block failed.

    Libraries raise errors of many kinds when they cannot write; most do not say why.
    """
    try:
        yield
    except WhetError:
        raise
    except Exception as error:
        if not is_disk_full(error, folder):
            raise
        raise WhetError(
            f"The disk that holds {folder} is full. Nothing was left half-written; "
            "free space, then run the same command again."
        ) from error


def is_disk_full(error: BaseException, folder: Path) -> bool:
    """Return whether an error, or what caused it, is a full disk."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in _FULL:
            return True
        cause = cause.__cause__ or cause.__context__
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free < _FULL_BYTES


def _disk_error(path: Path, error: OSError) -> WhetError:
    """Return the sentence for a write that failed; nothing of it is left on the disk."""
    reason = error.strerror or str(error)
    return WhetError(
        f"Could not write {path}: {reason}. Nothing was left half-written; "
        "free space or mend the permissions, then run the same command again."
    )
