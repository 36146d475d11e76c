"""Which intents does a desk have, what are they confused with, and how is one decided about?

Decisions about mined intents need what trains (`whet[train]`); a light installation, and a desk
without a history, show the intents of the templates.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

from whet.cards.read import read_card
from whet.core.errors import InputError, NotInstalledError, WhetError, did_you_mean
from whet.core.progress import Quiet
from whet.core.workspace import find_workspace
from whet.products.support.answering.opening import CHAMPION
from whet.products.support.desk.editing import write_answer
from whet.server.console.ask import ConsoleDesk

if TYPE_CHECKING:  # needs what trains: imported when something is decided
    from whet.products.support.history.decisions import Decided
    from whet.products.support.history.mine import Wanted

_FILE = "intents.yaml"
_BASE = "minilm"


@dataclass(frozen=True)
class Shown:
    """One intent as the console shows it."""

    id: str
    """Of `intents.yaml`; the name for one that stands in the templates alone."""
    name: str
    messages: int | None
    """Questions of the history; None without one."""
    accepted: bool
    examples: tuple[str, ...]
    edges: tuple[str, ...]
    template: dict[str, str]
    """Answer by language."""
    is_mined: bool
    """Whether it can be renamed, merged and split."""


@dataclass(frozen=True)
class Confused:
    """How often one intent was taken for another, on test rows."""

    truth: str
    taken_for: str
    rows: int
    share: float
    """Of the rows of the truth."""


def intents_of(desk: ConsoleDesk) -> list[Shown]:
    """Return the intents of a desk, most frequent first.

    Raises:
        InputError: `intents.yaml` has mistakes.
    """
    templates = {
        name: template.by_language()
        for name, template in (desk.files.templates if desk.files else {}).items()
    }
    if not (desk.folder / _FILE).is_file():
        return [_of_template(name, texts) for name, texts in sorted(templates.items())]
    try:
        from whet.products.support.history.intents import read_intents
    except ModuleNotFoundError:
        return [_of_template(name, texts) for name, texts in sorted(templates.items())]
    mined = read_intents(desk.folder / _FILE).intents
    found = [
        Shown(
            one.id,
            one.name,
            one.messages,
            one.accepted,
            tuple(one.examples),
            tuple(one.edges),
            templates.get(one.name) or one.template,
            is_mined=True,
        )
        for one in sorted(mined, key=lambda one: (-one.messages, one.name))
    ]
    names = {one.name for one in found}
    rest = [_of_template(name, texts) for name, texts in templates.items() if name not in names]
    return found + rest


def intent_of(desk: ConsoleDesk, ident: str) -> Shown:
    """Return an intent by id or name.

    Raises:
        InputError: there is none.
    """
    known = intents_of(desk)
    for one in known:
        if ident in (one.id, one.name):
            return one
    hint = did_you_mean(ident, [one.name for one in known]) if known else ""
    raise InputError(f"There is no intent {ident[:80]!r}. {hint}")


def confused(desk: ConsoleDesk) -> list[Confused] | None:
    """Return what the model that answers now takes for what, most frequent first.

    None where there is no model, or nothing is known of its test rows.
    """
    name = desk.files.model if desk.files else None
    if not name or CHAMPION not in desk.store.packages.aliases(name):
        return None
    run = desk.store.packages.resolve(name, CHAMPION).run
    facts = desk.store.runs.show(run).facts if run else None
    matrix = (facts or {}).get("confusion")
    if not matrix or not matrix["labels"]:
        return None
    found = [
        Confused(truth, matrix["labels"][j], count, count / sum(row))
        for i, (truth, row) in enumerate(zip(matrix["labels"], matrix["counts"], strict=True))
        for j, count in enumerate(row)
        if i != j and count
    ]
    return sorted(found, key=lambda one: (-one.rows, -one.share, one.truth, one.taken_for))


def rename(desk: ConsoleDesk, intent: str, name: str) -> None:
    """Give an intent another name."""
    from_ = _decisions()
    _decide(desk, lambda decided: from_.rename(decided, intent, name))


def accept(desk: ConsoleDesk, intent: str, *, accepted: bool) -> None:
    """Say whether an intent goes into the card."""
    from_ = _decisions()
    _decide(desk, lambda decided: from_.accept(decided, intent, accepted=accepted))


def merge(desk: ConsoleDesk, into: str, other: str) -> None:
    """Make two intents one; the first keeps its name."""
    from_ = _decisions()
    _decide(desk, lambda decided: from_.merge(decided, into, [other]))


def split(desk: ConsoleDesk, intent: str, parts: int) -> None:
    """Divide an intent by what its questions say; the largest part keeps the name."""
    from_ = _decisions()
    wanted = _wanted(desk)
    _decide(desk, lambda decided: from_.split(decided, intent, parts, wanted, Quiet()))


def set_answer(desk: ConsoleDesk, intent: str, answers: Mapping[str, str]) -> None:
    """Change the answer to an intent; it answers from now on.

    Raises:
        InputError: it would be none, or name what the desk does not have.
    """
    if desk.files is None:
        raise InputError("Answers belong to a desk with a desk.yaml; this one has none.")
    with desk.store.lock("templates"):
        write_answer(desk.files, intent, answers)
    if desk.opened is not None:
        desk.opened.answers.refresh()


def _decide(desk: ConsoleDesk, decide: "Callable[[Decided], Decided]") -> None:
    """Read, decide, and write the intents and the desk's files; one at a time."""
    from whet.products.support.history.importing import Job, write_files
    from whet.products.support.history.rows import Asked

    from_ = _decisions()
    with from_.history_of(desk.folder).locked():
        decided = decide(from_.read_decided(desk.folder))
        decided.write(desk.folder)
        job = Job(desk.folder, Asked(), _wanted(desk))
        write_files(desk.folder, decided.questions, decided.intents, job)


def _decisions() -> ModuleType:
    """Return the functions that decide; they need what trains."""
    try:
        from whet.products.support.history import decisions
    except ModuleNotFoundError as error:
        raise NotInstalledError(
            "To decide about intents, this server needs what trains. Run: pip install 'whet[train]'"
        ) from error
    return decisions


def _wanted(desk: ConsoleDesk) -> "Wanted":
    """Return how intents of the desk are mined: with the base of its card."""
    from whet.products.support.history.mine import Wanted
    from whet.products.support.history.mining.features import Reader

    base = _BASE
    with suppress(WhetError):  # no card yet, or one with mistakes: the build will say so
        base = read_card(desk.folder / "card.yaml").base
    return Wanted(Reader(base, desk.folder, find_workspace(desk.folder).cache))


def _of_template(name: str, texts: dict[str, str]) -> Shown:
    """Return an intent that stands in the templates alone."""
    return Shown(name, name, None, True, (), (), texts, is_mined=False)
