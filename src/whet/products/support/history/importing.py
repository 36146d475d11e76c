"""How does a history become a desk? Read, mask, pair, mine, write; nothing is done twice."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from whet.core.errors import InputError
from whet.core.files import sha256_file, write_atomic
from whet.core.progress import Progress
from whet.core.workspace import MARKER
from whet.products.support.history.decisions import Decided, history_of
from whet.products.support.history.desk_files import DeskFolder, Written, write_desk
from whet.products.support.history.gathering import Conversations, Gathered, gather
from whet.products.support.history.intents import FILE, Intents, read_intents
from whet.products.support.history.kept import History
from whet.products.support.history.mine import Wanted, mine
from whet.products.support.history.questions import (
    Question,
    questions_of,
    read_questions,
)
from whet.products.support.history.reading import read_file
from whet.products.support.history.rows import Asked
from whet.products.support.history.transcript import Flaw, Transcript, check_flaws
from whet.products.support.history.vault import Vault, open_vault


@dataclass(frozen=True)
class Job:
    """One import as the user wants it."""

    desk: Path
    """Folder of the desk."""
    asked: Asked
    """What the user says of the files."""
    wanted: Wanted
    """How intents are mined."""
    key: str | None = None
    """Key of the originals; without it they are dropped."""
    skip_broken: bool = False
    """Whether broken rows are left out instead of refused."""
    force: bool = False
    """Whether files that a person has changed are written over."""


@dataclass
class Report:
    """What an import did."""

    desk: Path
    files: list[dict[str, Any]] = field(default_factory=list)
    """Name, form and counts of each file."""
    broken: list[Flaw] = field(default_factory=list)
    """Rows that were left out."""
    notes: list[str] = field(default_factory=list)
    conversations: int = 0
    """Conversations that the desk keeps."""
    questions: list[Question] = field(default_factory=list)
    intents: Intents = field(default_factory=Intents)
    joined: int = 0
    added: int = 0
    written: Written = field(default_factory=Written)

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON can hold it."""
        answered = [q for q in self.questions if q.pair.answer]
        return {
            "desk": str(self.desk),
            "files": self.files,
            "broken": [{"file": f.file, "row": f.row, "sentence": f.sentence} for f in self.broken],
            "conversations": self.conversations,
            "questions": len(self.questions),
            "answered": len(answered),
            "resolved": sum(q.pair.resolved for q in answered),
            "without_intent": sum(q.intent is None for q in self.questions),
            "joined": self.joined,
            "added": self.added,
            "intents": [
                {"id": i.id, "name": i.name, "accepted": i.accepted, "messages": i.messages}
                for i in self.intents.intents
            ],
            "written": self.written.written,
            "kept": self.written.kept,
            "notes": self.notes,
        }


def import_history(files: Sequence[Path], job: Job, progress: Progress) -> Report:
    """Read files into a desk, and write what they make.

    A file that was read before is passed over; one that holds some messages again adds the others.
    Nothing is kept of a file with broken rows unless they are to be skipped.

    Raises:
        InputError: a file is none, rows are broken, the key is another one, or `intents.yaml` has
            mistakes.
        BusyError: another command is changing the history.
    """
    history = history_of(job.desk)
    if not files and not history.files():
        raise InputError("Name the files of the history: whet support import FILE…")
    with history.locked():
        before = read_intents(job.desk / FILE) if (job.desk / FILE).exists() else Intents()
        vault = open_vault(history.originals, job.key)
        report = Report(job.desk)
        _read_all(files, job, history, vault, report, progress)
        if not (job.desk / MARKER).exists():
            write_atomic(job.desk / MARKER, "# The folder of a Whet workspace.\n")
        _mine_all(job, history, before, report, progress)
    return report


def _read_all(
    files: Sequence[Path],
    job: Job,
    history: History,
    vault: Vault | None,
    report: Report,
    progress: Progress,
) -> None:
    """Read the files that were not read yet, all of them before any is kept."""
    done = history.files()
    fresh: list[tuple[str, Transcript]] = []
    progress.start("reading files", len(files))
    for file in files:
        digest = sha256_file(file) if file.is_file() else ""
        if digest in done or digest in [d for d, _ in fresh]:
            known = done.get(digest, {})
            report.files.append({**known, "name": file.name, "read_before": True})
            progress.note(f"{file.name} was read before.")
        else:
            fresh.append((digest, read_file(file, job.asked)))
        progress.advance()
    flaws = [flaw for _, transcript in fresh for flaw in transcript.flaws]
    check_flaws(flaws, skip=job.skip_broken)
    report.broken = flaws
    conversations = history.conversations()
    for digest, transcript in fresh:
        progress.start(f"masking {transcript.file.name}", len(transcript.messages))
        added = gather(transcript, conversations, vault, progress.advance)
        _keep(history, vault, conversations)
        facts = _facts(transcript, added)
        history.add_file(digest, facts)
        report.files.append(facts)
        report.notes += [*transcript.notes, *added.notes]
    report.conversations = len(conversations)


def _keep(history: History, vault: Vault | None, conversations: Conversations) -> None:
    """Put what a file added on the disk; originals first: masked texts cannot bring them back."""
    if vault is not None:
        vault.write()
    history.write_conversations(conversations)


def _facts(transcript: Transcript, added: Gathered) -> dict[str, Any]:
    """Return what a file held."""
    return {
        "name": transcript.file.name,
        "read_before": False,
        "form": transcript.form,
        "messages": len(transcript.messages),
        "new_messages": added.messages,
        "new_conversations": added.conversations,
        "known_messages": added.known,
        "masked_messages": added.masked,
        "broken_rows": len(transcript.flaws),
    }


def _mine_all(
    job: Job, history: History, before: Intents, report: Report, progress: Progress
) -> None:
    """Pair, mine and write; where nothing is new, only the files that decisions change."""
    merged = {gone: intent.id for intent in before.intents for gone in intent.merged}
    known = {intent.id for intent in before.intents}
    old = [_with_intent(q, merged, known) for q in read_questions(history.questions)]
    questions = questions_of(history.conversations(), old)
    if not questions:
        raise InputError(
            "The history must hold questions of customers; it holds none. Who is the customer? "
            "Give --customer NAME or --others customer."
        )
    mined = mine(questions, _in_use(before, questions), job.wanted, progress)
    Decided(mined.questions, mined.intents).write(job.desk)
    report.questions, report.intents = mined.questions, mined.intents
    report.joined, report.added = mined.joined, mined.added
    report.written = write_files(job.desk, mined.questions, mined.intents, job)


def _with_intent(question: Question, merged: Mapping[str, str], known: Container[str]) -> Question:
    """Return a question with the intent that its own was merged into; without one that is gone."""
    intent = merged.get(question.intent or "", question.intent)
    return replace(question, intent=intent if intent in known else None)


def _in_use(intents: Intents, questions: Sequence[Question]) -> Intents:
    """Return intents without mined ones that no question has: a stop left those behind."""
    used = {question.intent for question in questions}
    kept = [i for i in intents.intents if i.id in used or i.by == "person"]
    return Intents(intents=kept)


def write_files(desk: Path, questions: Sequence[Question], intents: Intents, job: Job) -> Written:
    """Write the desk's files from questions and intents."""
    folder = DeskFolder(desk, history_of(desk).folder / "written.json", force=job.force)
    return write_desk(folder, questions, intents, card_name(desk), job.wanted.reader.base)


def card_name(desk: Path) -> str:
    """Return the name of a desk's card: its folder's, as cards may be named.

    >>> card_name(Path("desks/Larkspur Help!"))
    'larkspur-help'
    """
    plain = re.sub(r"[^a-z0-9]+", "-", desk.resolve().name.lower()).strip("-")
    return plain or "support"
