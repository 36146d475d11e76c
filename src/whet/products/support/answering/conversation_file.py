"""How is a conversation kept in a file, from one try of a desk to the next?"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from whet.core.errors import InputError
from whet.core.files import write_atomic
from whet.products.support.turns import Reply, Said, Turn


@dataclass(frozen=True)
class Kept:
    """A conversation so far."""

    history: tuple[Said, ...] = ()
    memory: Mapping[str, Any] = field(default_factory=dict)

    def next_turn(self, text: str, at: datetime) -> Turn:
        """Return the turn that a further message makes."""
        return Turn(text, at, self.history, self.memory)


def read_turns(path: Path | None) -> Kept:
    """Return the conversation in a file; an empty one where there is no file.

    Raises:
        InputError: the file holds something else.
    """
    if path is None or not path.exists():
        return Kept()
    try:
        return TypeAdapter(Kept).validate_json(path.read_bytes())
    except (ValidationError, OSError) as error:
        raise InputError(
            f"{path} must hold a conversation that `whet support ask` has written; it cannot be "
            "read as one. Name another file, or delete this one."
        ) from error


def write_turns(path: Path, turn: Turn, reply: Reply) -> None:
    """Write a conversation with its newest turn to a file."""
    said = (*turn.history, Said("customer", turn.text, turn.at), Said("bot", reply.text, turn.at))
    kept = {"history": [asdict(one) for one in said], "memory": dict(reply.memory)}
    write_atomic(path, json.dumps(kept, ensure_ascii=False, indent=1, default=str))
