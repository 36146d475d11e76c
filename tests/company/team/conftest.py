"""A git repository that a test makes commit by commit, on any day and by anybody."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Git = Callable[..., None]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return an empty repository that no setting of the machine reaches."""
    folder = tmp_path / "repository"
    folder.mkdir()
    run(folder, "init", "-q", "-b", "main")
    return folder


def run(
    folder: Path, *arguments: str, who: str = "Ana <ana@x.org>", day: str = "2026-01-01"
) -> None:
    """Run git as somebody on a day."""
    name, mail = who.removesuffix(">").split(" <")
    at = f"{day}T12:00:00+00:00"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": mail,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": mail,
        "GIT_AUTHOR_DATE": at,
        "GIT_COMMITTER_DATE": at,
    }
    subprocess.run(["git", *arguments], cwd=folder, check=True, env=environment)


def commit(folder: Path, files: dict[str, str | bytes], who: str, day: str = "2026-01-01") -> None:
    """Write files and commit them as somebody on a day."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    run(folder, "add", "-A")
    run(folder, "commit", "-q", "-m", "change", who=who, day=day)
