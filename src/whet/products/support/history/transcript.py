"""What is a transcript once it was read? Messages with who said them, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from whet.core.errors import InputError
from whet.products.support.turns import Author

_SHOWN = 20
"""Problems that a refusal lists; the rest is counted."""


@dataclass(frozen=True)
class Message:
    """One message as the file has it, before anything in it is masked."""

    conversation: str
    at: datetime
    author: Author
    """`person` is an agent of the desk; `system` holds private notes too, which answer nobody."""
    text: str
    """Plain text; what was HTML is no longer."""
    name: str = ""
    """Author's name where the file tells it: it is masked in texts and kept nowhere."""
    row: int = 0
    """Where it stands, as in `Flaw.row`."""


@dataclass(frozen=True)
class Flaw:
    """A row that cannot be read as it stands."""

    file: str
    row: int
    """1-based, the header not counted; of a JSON export the number of the conversation."""
    sentence: str
    """What must hold, what was found, what to do."""

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}: {self.sentence}"


@dataclass
class Transcript:
    """What one file says."""

    file: Path
    form: str = ""
    """`csv`, `jsonl`, `zendesk`, `intercom` or `chatwoot`."""
    messages: list[Message] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What a person should know, though nothing is broken; sentences."""

    def flaw(self, row: int, sentence: str) -> None:
        """Say that a row is broken."""
        self.flaws.append(Flaw(self.file.name, row, sentence))


def check_flaws(flaws: Sequence[Flaw], *, skip: bool) -> None:
    """Refuse transcripts with broken rows, unless they are to be skipped.

    Raises:
        InputError: some rows are broken; the text names each with its file and row.
    """
    if not flaws or skip:
        return
    lines = [str(flaw) for flaw in flaws[:_SHOWN]]
    if len(flaws) > _SHOWN:
        lines.append(f"… and {len(flaws) - _SHOWN:,} more.")
    rows = "1 row is" if len(flaws) == 1 else f"{len(flaws):,} rows are"
    lines.append(f"{rows} broken. Mend them, or give --skip-broken to go on without them.")
    raise InputError("\n".join(lines))
