"""Who changed which file when? The history of a git repository, read through git itself.

Aliases of people are joined by the repository's `.mailmap` and by equal mail addresses; renames are
followed; merges, bots, binary files, and files that somebody else or a program wrote are left out.
"""

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

from whet.core.errors import InputError, NotInstalledError

_TIMEOUT_S = 120
_COMMIT = "\x01"  # a byte that no path holds in practice, and no name or mail address may
_BOT = re.compile(r"\[bot\]|^(dependabot|renovate|github-actions)\b", re.IGNORECASE)

NOT_OURS = (
    "vendor/*", "*/vendor/*", "third_party/*", "*/third_party/*", "node_modules/*",
    "*/node_modules/*", "external/*", "dist/*", "*/dist/*", "build/*", "*.min.js", "*.min.css",
    "*.map", "*.lock", "*-lock.json", "*-lock.yaml", "go.sum", "*_pb2.py", "*_pb2_grpc.py",
    "*.pb.go", "*.generated.*", "*.svg", "*.ipynb", "*.csv", "*.jsonl", "*.tsv",
)  # fmt: skip
"""Paths that are vendored, generated or data, besides what `.gitattributes` marks so. After the
lists of github-linguist; a truck factor that counts them is wrong (chaoss/augur#27)."""


@dataclass(frozen=True)
class Change:
    """One commit's change of one file: the path as it is called today, and who made it when."""

    path: str
    author: str
    at: datetime
    is_creation: bool


@dataclass(frozen=True)
class History:
    """Changes, oldest first, of the text files of today; `mails` of every author.

    `excluded`: how many files of today are not ours. `is_cut`: a shallow clone; what came before
    is unknown, so the oldest authors are.
    """

    changes: tuple[Change, ...]
    files: tuple[str, ...]
    mails: dict[str, tuple[str, ...]]
    excluded: int
    is_cut: bool


def read_history(folder: Path, *, not_ours: Sequence[str] = NOT_OURS) -> History:
    """Return the history of the repository that holds `folder`, up to its current commit.

    Args:
        folder: any folder of a repository's working tree.
        not_ours: patterns of paths that are left out; `*` matches `/` too.

    Raises:
        InputError: `folder` is in no repository, or the repository holds no commit.
        NotInstalledError: there is no git.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} must be a folder of a git repository; there is no such folder.")
    top = Path(_git(folder, "rev-parse", "--show-toplevel").strip())
    if not _git(top, "rev-list", "-n1", "--all").strip():
        raise InputError(f"{top} must hold commits; it holds none.")
    present = [
        path for path in _git(top, "ls-tree", "-rz", "--name-only", "HEAD").split("\0") if path
    ]
    marked = _marked(top, present)
    ours = {p for p in present if p not in marked and not any(fnmatch(p, n) for n in not_ours)}
    log = _git(
        top, "log", "--use-mailmap", "--no-merges", "--reverse", "-M", "--numstat", "-z",
        "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-color",
        f"--format={_COMMIT}%aN%x00%aE%x00%at", "HEAD",
    )  # fmt: skip
    changes, binary, mails = _changes(log, ours)
    files = tuple(sorted(ours - binary))
    shallow = _git(top, "rev-parse", "--is-shallow-repository").strip() == "true"
    kept = tuple(change for change in changes if change.path not in binary)
    return History(kept, files, mails, len(present) - len(files), shallow)


def _git(folder: Path, *arguments: str, stdin: str | None = None) -> str:
    """Return what a git command prints; bytes that are no UTF-8 survive as surrogates."""
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_PAGER": "cat"}
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            input=None if stdin is None else stdin.encode("utf-8", "surrogateescape"),
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
            env=environment,
        )
    except FileNotFoundError as error:
        raise NotInstalledError("Knowledge in code is read by git, which is missing.") from error
    except subprocess.TimeoutExpired as error:
        raise InputError(
            f"git must answer within {_TIMEOUT_S} seconds in {folder}; it did not. Point to a "
            "smaller repository."
        ) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise InputError(
            f"{folder} must be a git repository with commits; git says: "
            f"{said[-1] if said else 'nothing'}."
        )
    return done.stdout.decode("utf-8", "surrogateescape")


def _marked(top: Path, paths: Sequence[str]) -> set[str]:
    """Return the paths that `.gitattributes` calls vendored or generated."""
    asked = ("linguist-vendored", "linguist-generated")
    listed = "".join(f"{path}\0" for path in paths)
    found = _git(top, "check-attr", "-z", "--stdin", *asked, stdin=listed).split("\0")
    triples = zip(found[0::3], found[1::3], found[2::3], strict=False)
    return {path for path, _, value in triples if value in ("set", "true")}


@dataclass(frozen=True)
class _Entry:
    """One line of the log: a commit's change of one path; `old` where it was renamed."""

    name: str
    mail: str
    at: datetime
    path: str
    old: str | None
    is_binary: bool


def _entries(log: str) -> Iterator[_Entry]:
    """Yield the lines of `git log --numstat -z`, oldest first."""
    tokens = iter(log.split("\0"))
    name = mail = ""
    at = datetime.fromtimestamp(0, UTC)
    for token in tokens:
        if token.startswith(_COMMIT):
            name, mail = token[len(_COMMIT) :], next(tokens)
            at = datetime.fromtimestamp(int(next(tokens)), UTC)
        elif token.count("\t") >= 2:
            added, _, path = token.lstrip("\n").split("\t", 2)
            old = None if path else next(tokens)
            yield _Entry(name, mail, at, path or next(tokens), old, added == "-")


def _changes(log: str, ours: set[str]) -> tuple[list[Change], set[str], dict[str, tuple[str, ...]]]:
    """Return the changes of our files, the binary ones among all files, and mails by author."""
    entries = list(_entries(log))
    people = _people(entries)
    file_at: dict[str, int] = {}  # path at that time -> number of its file
    path_of: dict[int, str] = {}  # number of a file -> its path now
    binary: set[int] = set()
    touched = []
    for entry in entries:
        before = file_at.get(entry.path) if entry.old is None else file_at.pop(entry.old, None)
        file = len(path_of) if before is None else before
        file_at[entry.path], path_of[file] = file, entry.path
        if entry.is_binary:
            binary.add(file)
        touched.append((file, entry, before is None))
    changes = [
        Change(path_of[file], people[(entry.name, entry.mail.lower())], entry.at, is_creation)
        for file, entry, is_creation in touched
        if path_of[file] in ours and not _BOT.search(entry.name) and not _BOT.search(entry.mail)
    ]
    mails: dict[str, tuple[str, ...]] = {}
    for (_, mail), person in people.items():
        mails[person] = tuple(sorted({*mails.get(person, ()), mail}))
    return changes, {path_of[file] for file in binary}, mails


def _people(entries: Sequence[_Entry]) -> dict[tuple[str, str], str]:
    """Return one name for everybody who commits under equal names or equal mail addresses.

    The name is the one of the latest commit.
    """
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for entry in entries:
        parent[root(f"name {entry.name.casefold()}")] = root(f"mail {entry.mail.lower()}")
    latest = {root(f"mail {entry.mail.lower()}"): entry.name for entry in entries}
    return {(e.name, e.mail.lower()): latest[root(f"mail {e.mail.lower()}")] for e in entries}
