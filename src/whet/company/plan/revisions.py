"""What did a plan say in an older revision of its git repository?

``plan_at("HEAD~3:company.yaml")`` and ``plan_of(Path("company.yaml"), "HEAD~3")`` read it without
touching the working tree.
"""

import os
import subprocess
from pathlib import Path

from whet.company.plan.read import plan_of_text, read_plan
from whet.company.plan.schema import Plan
from whet.core.errors import InputError


def plan_at(name: str) -> Plan:
    """Return the plan in a file, or in `REV:path` where no file has that name.

    Raises:
        InputError: there is no such file or revision, or its plan has mistakes.
    """
    revision, colon, path = name.partition(":")
    if not colon or not revision or os.path.exists(name):
        return read_plan(Path(name), alone=True)
    return plan_of(Path(path), revision)


def plan_of(path: Path, revision: str) -> Plan:
    """Return the plan that the file `path` held in a revision, such as `HEAD~3` or a tag.

    Raises:
        InputError: git, the repository, the revision or the file is missing, or the plan has
            mistakes.
    """
    return plan_of_text(_text_of(path, revision), f"{revision}:{path}")


def _text_of(path: Path, revision: str) -> str:
    """Return the text of a file in a revision."""
    if revision.startswith("-"):
        raise InputError(f"A revision is a name such as HEAD~3 or a tag; found {revision!r}.")
    folder = path.parent if path.parent.is_dir() else Path()
    place = f"./{path.name}" if path.parent.is_dir() else path.as_posix()
    _git(folder, "rev-parse", "--git-dir", why=f"{folder.absolute()} is in no git repository")
    wanted = f"{revision}^{{commit}}"
    why = f"There is no revision {revision!r}"
    _git(folder, "rev-parse", "--verify", "--quiet", wanted, why=why)
    why = f"There is no file {path} in the revision {revision}"
    try:
        return _git(folder, "show", f"{revision}:{place}", why=why).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{revision}:{path}: must be written in UTF-8.") from None


def _git(folder: Path, *words: str, why: str) -> bytes:
    """Return what git prints; `why` is the sentence for its failure."""
    try:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, check=False)
    except FileNotFoundError:
        raise InputError("Comparing with a revision needs git, which is not installed.") from None
    if done.returncode:
        raise InputError(f"{why}. Name a file, or REV:path such as HEAD~1:company.yaml.")
    return done.stdout
