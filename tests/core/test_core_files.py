"""Tests for whet.core.files: whole or not there, whatever goes wrong."""

import errno
import hashlib
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from whet.core.errors import WhetError
from whet.core.files import atomic_folder, disk_explained, sha256_file, write_atomic


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow beyond ten bytes while the block runs."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_atomic(path, "old")
    with pytest.raises(WhetError) as error, full_disk():
        write_atomic(path, "new " * 100)
    assert str(error.value) == (
        f"Could not write {path}: File too large. Nothing was left half-written; "
        "free space or mend the permissions, then run the same command again."
    )
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_made_with_its_folders_and_can_be_read_by_all(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "名字.txt"
    write_atomic(path, "退款 😀")
    assert path.read_text(encoding="utf-8") == "退款 😀"
    assert path.stat().st_mode & 0o777 == 0o644
    write_atomic(path, b"\x00")
    assert path.read_bytes() == b"\x00"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(
        WhetError, match=r"Could not write .*: (Not a directory|File exists). Nothing was left"
    ):
        write_atomic(tmp_path / "file" / "x.txt", "x")
    with pytest.raises(
        WhetError, match=r"Could not write .*: (Not a directory|File exists). Nothing was left"
    ):
        atomic_folder(tmp_path / "file" / "x").__enter__()


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with atomic_folder(tmp_path / "package") as folder:
        (folder / "a").write_text("a")
        assert not (tmp_path / "package").exists()
    assert (tmp_path / "package" / "a").read_text() == "a"
    full = pytest.raises(WhetError, match="File too large")
    with full, atomic_folder(tmp_path / "x") as folder, full_disk():
        (folder / "a").write_text("a" * 100)
    with pytest.raises(RuntimeError), atomic_folder(tmp_path / "x") as folder:
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["package"]


def test_who_comes_second_is_dropped(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError), atomic_folder(tmp_path / "package") as folder:
        (folder / "mine").write_text("")
        (tmp_path / "package").mkdir()
    assert list(tmp_path.iterdir()) == [tmp_path / "package"]
    assert list((tmp_path / "package").iterdir()) == []


def test_the_hash_of_a_file_larger_than_one_piece(tmp_path: Path) -> None:
    data = bytes(range(256)) * 5000
    (tmp_path / "x").write_bytes(data)
    assert sha256_file(tmp_path / "x") == hashlib.sha256(data).hexdigest()


def test_a_full_disk_is_said_whatever_a_library_made_of_it(tmp_path: Path) -> None:
    with pytest.raises(WhetError) as error, disk_explained(tmp_path / "not yet" / "made"):
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as cause:
            raise RuntimeError("unexpected pos 5952 vs 5904") from cause
    assert str(error.value) == (
        f"The disk that holds {tmp_path / 'not yet' / 'made'} is full. Nothing was left "
        "half-written; free space, then run the same command again."
    )


def test_other_errors_stay_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a bug"), disk_explained(tmp_path):
        raise ValueError("a bug")
    with pytest.raises(WhetError, match="a sentence"), disk_explained(tmp_path):
        raise WhetError("a sentence")
