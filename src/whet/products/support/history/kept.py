"""What of the history does a desk keep? Masked conversations and what files were read.

``.whet/history/`` holds ``conversations.jsonl`` (masked), ``files.json`` (which files were read),
``originals.json`` (encrypted, only under a key) and ``questions.jsonl`` (questions, their answers,
their intents). Every file is whole or not there.
"""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from whet.core.errors import BusyError
from whet.core.files import write_atomic
from whet.products.support.turns import Said

_CONVERSATIONS, _FILES, _ORIGINALS = "conversations.jsonl", "files.json", "originals.json"


@dataclass(frozen=True)
class History:
    """The folder of what is kept."""

    folder: Path

    @property
    def originals(self) -> Path:
        """The encrypted file."""
        return self.folder / _ORIGINALS

    @property
    def questions(self) -> Path:
        """Questions with their answers and intents."""
        return self.folder / "questions.jsonl"

    def conversations(self) -> dict[str, tuple[Said, ...]]:
        """Return all conversations by id, messages oldest first."""
        return {
            held["id"]: tuple(_said(*values) for values in held["said"])
            for held in read_lines(self.folder / _CONVERSATIONS)
        }

    def write_conversations(self, conversations: Mapping[str, tuple[Said, ...]]) -> None:
        """Keep conversations in place of those before."""
        lines = (
            {"id": key, "said": [[s.author, s.at.isoformat(), s.text] for s in said]}
            for key, said in conversations.items()
        )
        write_lines(self.folder / _CONVERSATIONS, lines)

    def files(self) -> dict[str, Any]:
        """Return what was read: name and counts of each file by the hash of what it held."""
        path = self.folder / _FILES
        held: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        return held

    def add_file(self, digest: str, facts: Mapping[str, Any]) -> None:
        """Keep that a file was read."""
        held = self.files() | {digest: dict(facts)}
        write_atomic(self.folder / _FILES, json.dumps(held, ensure_ascii=False, indent=1) + "\n")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the history: one process at a time changes it.

        Raises:
            BusyError: another one does.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BusyError(
                    f"Another command is changing the history in {self.folder}; wait for its end."
                ) from error
            yield


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSON Lines file of Whet's own; none where there is no file."""
    if not path.exists():
        return []
    # Not splitlines(): texts may hold U+2028 and the like.
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def write_lines(path: Path, values: Any) -> None:
    """Write objects as JSON Lines."""
    lines = [json.dumps(value, ensure_ascii=False) for value in values]
    write_atomic(path, "".join(f"{line}\n" for line in lines))


def _said(author: Any, at: str, text: str) -> Said:
    """Return one message."""
    return Said(author, text, datetime.fromisoformat(at))
