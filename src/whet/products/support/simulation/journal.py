"""What was sent, and what did the desk take? Written down at once, so that a cut-off day goes on.

    with Journal.opened(path, {"seed": 0, "hours": 8}) as journal:
        journal.sent(Sending(person=3, at_s=12.5, took_s=0.02))

A file of JSON Lines: the settings of the day, then a line for each message and each look at the
memory. A last line that was cut off is left out: the message is sent again under its id.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from whet.core.errors import InputError
from whet.core.ids import new_id


@dataclass(frozen=True)
class Sending:
    """A message that was sent, by now with its answer."""

    person: int
    """Number of the customer."""
    at_s: float
    """When it was answered, in seconds of the day's clock."""
    took_s: float
    """Time from sending it to the answer, in real seconds."""
    twice: bool = False
    refused: str = ""
    """What the desk said instead of taking it; empty where it took it."""


@dataclass(frozen=True)
class Look:
    """The memory of the desk's process at one moment."""

    at_s: float
    real_s: float
    """Real seconds since the day began; the time between two parts of a cut-off day left out."""
    mb: float


class Journal:
    """What happened on a day; safe for several threads."""

    def __init__(
        self, settings: Mapping[str, Any] | None = None, file: IO[str] | None = None
    ) -> None:
        """Begin an empty one; without a file it is kept in memory alone."""
        self.settings = dict(settings or {"run": new_id("day")})
        self.sendings: list[Sending] = []
        self.looks: list[Look] = []
        self._lock = threading.Lock()
        self._file = file

    @classmethod
    @contextmanager
    def opened(cls, path: Path, settings: Mapping[str, Any]) -> Iterator["Journal"]:
        """Yield the journal in a file, with what an earlier part of the same day wrote.

        Raises:
            InputError: the file is of a day with other settings, or is no journal.
        """
        old = _read(path, settings)
        with path.open("w" if old is None else "a", encoding="utf-8") as file:
            fresh = {**settings, "run": new_id("day")}
            journal = cls(fresh if old is None else old.settings, file)
            if old is None:
                journal._write({"settings": journal.settings})
            else:
                journal.sendings, journal.looks = old.sendings, old.looks
            yield journal

    @property
    def run(self) -> str:
        """Return what tells this day's messages from those of another."""
        return str(self.settings["run"])

    @property
    def elapsed_s(self) -> float:
        """Return where the day stands: seconds of its clock at the last line."""
        times = [one.at_s for one in self.sendings] + [one.at_s for one in self.looks]
        return max(times, default=0.0)

    @property
    def real_s(self) -> float:
        """Return the real seconds that were played."""
        return max((look.real_s for look in self.looks), default=0.0)

    def sent(self, sending: Sending) -> None:
        """Write down a message with what came of it."""
        with self._lock:
            self.sendings.append(sending)
            self._write({"sending": asdict(sending)})

    def looked(self, look: Look) -> None:
        """Write down the memory."""
        with self._lock:
            self.looks.append(look)
            self._write({"look": asdict(look)})

    def by_person(self) -> dict[int, list[Sending]]:
        """Return what each customer has sent, in order."""
        found: dict[int, list[Sending]] = {}
        for sending in self.sendings:
            found.setdefault(sending.person, []).append(sending)
        return found

    def _write(self, line: Mapping[str, Any]) -> None:
        """Write a line where there is a file; a kill loses the line under way at the most."""
        if self._file is not None:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()


def _read(path: Path, settings: Mapping[str, Any]) -> Journal | None:
    """Return the journal in a file; None where there is none, or nothing in it yet.

    Raises:
        InputError: it is no journal, or one of another day.
    """
    if not path.exists() or not path.stat().st_size:
        return None
    whole, _, cut = path.read_text(encoding="utf-8", errors="replace").rpartition("\n")
    lines = whole.splitlines()
    try:
        journal = Journal(json.loads(lines[0])["settings"])
        for line in map(json.loads, lines[1:]):
            if "sending" in line:
                journal.sendings.append(Sending(**line["sending"]))
            else:
                journal.looks.append(Look(**line["look"]))
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise InputError(
            f"{path} must be the journal of a day that was cut off, or not be there; it is another "
            "file. Name another one."
        ) from error
    _check_settings(path, journal.settings, settings)
    if cut:  # the line under way when the day was cut off
        path.write_text(f"{whole}\n", encoding="utf-8")
    return journal


def _check_settings(path: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Refuse to go on with another day.

    Raises:
        InputError: the settings differ; the first that does is named.
    """
    for name, value in new.items():
        if old.get(name) != value:
            raise InputError(
                f"{path} must be the journal of the same day to go on with it; there {name} is "
                f"{old.get(name)!r}, and {value!r} is asked. Name another file."
            )
