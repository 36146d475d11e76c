"""`whet support import FILE…`, `whet support unmask`: from a history to a desk, and back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from whet.cli.console import chatter_to_stderr, print_json, stdout_console
from whet.cli.options import HERE, AsJson

if TYPE_CHECKING:
    from whet.products.support.history.importing import Report
    from whet.products.support.history.mine import Wanted

_NAMED = 12
"""Intents and broken rows that are listed; the rest is counted."""

Into = Annotated[Path, typer.Option("--into", metavar="DIR", help="Folder of the desk.")]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        metavar="FILE",
        help="Key under which originals of masked texts are kept; made where it is missing. "
        "WHET_SUPPORT_KEY goes first. Without a key originals are dropped.",
    ),
]
Base = Annotated[str, typer.Option(help="Base whose embeddings show which questions are alike.")]


Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="FILE...", help="Transcripts; without one, decisions are carried out."),
]
Form = Annotated[
    str | None,
    typer.Option(
        "--format",
        help="csv, jsonl, zendesk, intercom or chatwoot, where the files do not tell it.",
    ),
]
Encoding = Annotated[str | None, typer.Option(help="Encoding of the files.")]
Conversations = Annotated[
    str | None, typer.Option(metavar="COLUMN", help="Column of conversations.")
]
Times = Annotated[str | None, typer.Option(metavar="COLUMN", help="Column of times.")]
Authors = Annotated[str | None, typer.Option(metavar="COLUMN", help="Column of authors.")]
Texts = Annotated[str | None, typer.Option(metavar="COLUMN", help="Column of texts.")]
Agents = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="An agent; may be repeated.")
]
Bots = Annotated[list[str] | None, typer.Option(metavar="NAME", help="A bot; may be repeated.")]
Customers = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="A customer; may be repeated.")
]
Others = Annotated[
    Literal["customer", "agent"] | None, typer.Option(help="Who every other name is.")
]
SkipBroken = Annotated[
    bool, typer.Option("--skip-broken", help="Go on without rows that are broken.")
]
Number = Annotated[
    int | None, typer.Option(min=2, help="Intents in each language; found without it.")
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of everything random.")]
Force = Annotated[bool, typer.Option("--force", help="Write over files that a person has changed.")]


def import_history(
    files: Files = None,
    into: Into = HERE,
    form: Form = None,
    encoding: Encoding = None,
    conversation: Conversations = None,
    time: Times = None,
    author: Authors = None,
    text: Texts = None,
    agent: Agents = None,
    bot: Bots = None,
    customer: Customers = None,
    others: Others = None,
    skip_broken: SkipBroken = False,
    key_file: KeyFile = None,
    base: Base = "minilm",
    intents: Number = None,
    seed: Seed = 0,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Make a desk of transcripts: intents, a card, templates, drafts of articles.

    Personal data are masked before anything is kept. Files that were read before are passed over,
    and what you decided in intents.yaml stays.
    """
    from whet.cli.opening import check_can_train
    from whet.cli.progress import shown_progress
    from whet.core.settings import settings
    from whet.products.support.history.rows import Asked, known_of
    from whet.products.support.history.vault import read_key

    check_can_train()
    from whet.products.support.history.importing import Job
    from whet.products.support.history.importing import import_history as run

    named = {"conversation": conversation, "time": time, "author": author, "text": text}
    role: Literal["customer", "person"] | None = "person" if others == "agent" else others
    known = known_of(agent or [], bot or [], customer or [], role)
    columns = {thing: column for thing, column in named.items() if column}
    key, is_made = read_key(settings().support_key, key_file, into)
    job = Job(
        into,
        Asked(encoding, columns, known, form),
        wanted(into, base, intents, seed),
        key,
        skip_broken,
        force,
    )
    with chatter_to_stderr(), shown_progress() as progress:
        if is_made:
            progress.note(f"Made the key {key_file}. Keep it: without it no original comes back.")
        report = run(files or [], job, progress)
    if as_json:
        print_json({**report.as_json(), "originals": "kept" if key else "dropped"})
    else:
        _print(report, has_key=key is not None)


def wanted(desk: Path, base: str, intents: int | None = None, seed: int = 0) -> "Wanted":
    """Return how intents of a desk are mined."""
    from whet.core.workspace import find_workspace
    from whet.products.support.history.mine import Wanted
    from whet.products.support.history.mining.features import Reader

    return Wanted(Reader(base, desk, find_workspace(desk).cache), seed, intents)


def unmask(
    conversation: Annotated[str, typer.Argument(help="Id of a conversation.")],
    into: Into = HERE,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Print a conversation of the history with its originals, under the key."""
    from whet.core.errors import InputError, did_you_mean
    from whet.core.settings import settings
    from whet.products.support.history.kept import History
    from whet.products.support.history.vault import Vault, original_text, read_key

    history = History(into / ".whet" / "history")
    kept = history.conversations()
    if conversation not in kept:
        hint = did_you_mean(conversation, kept) if len(kept) < 1000 and kept else ""
        raise InputError(
            f"{conversation!r} must be a conversation of the history in {history.folder}; "
            f"it is none. {hint}"
        )
    if key_file is not None and not key_file.exists():
        raise InputError(f"--key-file must be the key of the import; there is no {key_file}.")
    key, _ = read_key(settings().support_key, key_file, into)
    if key is None:
        raise InputError("Give the key: set WHET_SUPPORT_KEY, or name it by --key-file.")
    if not history.originals.exists():
        raise InputError(
            f"No originals are kept in {history.folder}: the import had no key, so they are gone."
        )
    original = Vault(history.originals, key).get(conversation)
    said = [
        (s.author, s.at.isoformat(), original_text(original, s.text)) for s in kept[conversation]
    ]
    if as_json:
        rows = [{"author": a, "at": at, "text": text} for a, at, text in said]
        print_json({"conversation": conversation, "said": rows})
        return
    for who, at, what in said:
        typer.echo(f"{at}  {who}: {what}")


def _print(report: "Report", *, has_key: bool) -> None:
    """Print what an import did."""
    _print_files(report)
    facts = report.as_json()
    typer.echo(
        f"{facts['questions']:,} questions in {report.conversations:,} conversations, "
        f"{facts['answered']:,} answered, {facts['resolved']:,} resolved; "
        f"{len(report.intents.intents):,} intents, {facts['without_intent']:,} questions without."
    )
    _print_intents(report)
    if report.written.written:
        typer.echo(f"Wrote intents.yaml, {_files(report.written.written)}.")
    if report.written.kept:
        typer.echo(
            f"Left as you changed them: {_files(report.written.kept)}. --force writes them anew."
        )
    if not has_key:
        typer.echo("Originals of masked texts were dropped: there was no key.")


def _print_files(report: "Report") -> None:
    """Print what was read of each file, and what was not."""
    for file in report.files:
        if file["read_before"]:
            continue
        known = f", {file['known_messages']:,} known before" if file["known_messages"] else ""
        broken = f"; {file['broken_rows']:,} broken rows left out" if file["broken_rows"] else ""
        typer.echo(
            f"{file['name']} ({file['form']}): {file['new_messages']:,} messages in "
            f"{file['new_conversations']:,} new conversations{known}; something was masked in "
            f"{file['masked_messages']:,} messages{broken}."
        )
    for flaw in report.broken[:_NAMED]:
        typer.echo(f"  {flaw}")
    if len(report.broken) > _NAMED:
        typer.echo(f"  … and {len(report.broken) - _NAMED:,} more.")
    for note in report.notes:
        typer.echo(note)


def _print_intents(report: "Report") -> None:
    """Print the most frequent intents as a table."""
    from whet.cli.tables import new_table

    if not report.intents.intents:
        typer.echo("No intents: too few questions are alike. They are kept for when more come.")
        return
    table = new_table("id", "intent", "questions", "accepted", "example", right=["questions"])
    for intent in report.intents.intents[:_NAMED]:
        example = intent.examples[0].split("\n")[0][:60] if intent.examples else ""
        accepted = "yes" if intent.accepted else "no"
        table.add_row(intent.id, intent.name, f"{intent.messages:,}", accepted, example)
    stdout_console().print(table)
    if (more := len(report.intents.intents) - _NAMED) > 0:
        typer.echo(f"… and {more:,} more: whet support intents list")


def _files(names: list[str]) -> str:
    """Return names of files in a sentence; of articles only their number."""
    drafts = sum(name.startswith("articles/") for name in names)
    listed = [name for name in names if not name.startswith("articles/")]
    if drafts:
        listed.append(f"{drafts} draft{'s' if drafts > 1 else ''} in articles/")
    return ", ".join(listed)
