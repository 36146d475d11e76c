"""Who still holds what a forgotten customer wrote? Versions of the data, and models that learnt it.

    done = forget(store, workspace, files, customer="ann")

Deleting a customer's conversations deletes the examples of them. What was built from those before
is found by its texts: a data version is left over where it holds a text that is neither a row of
the first version of its line nor an example that is still there. A left-over version goes, with the
packages that learnt from it and the reports of their builds. The package that answers stays until
another one answers: it is named.
"""

import shutil
from collections.abc import Iterable, Set
from dataclasses import dataclass

from whet.cards.read import read_card
from whet.cards.schema import Card
from whet.core.errors import InputError
from whet.core.workspace import Workspace
from whet.data.frame import Dataset
from whet.data.versions import read_version
from whet.products.support.desk.read import DeskFiles
from whet.products.support.learning.retraining import base_of, card_of, is_taught
from whet.products.support.learning.standing import CHALLENGER, champion_of
from whet.store.columns import Json
from whet.store.packages import Package
from whet.store.store import Store


@dataclass(frozen=True)
class Forgotten:
    """What was deleted, and what still holds a deleted text."""

    conversations: int
    """Whose texts were deleted."""
    data_versions: tuple[str, ...]
    """That were deleted."""
    packages: tuple[str, ...]
    """Versions of packages that were deleted."""
    answering: str | None
    """Version of the package that has learnt from a deleted text and answers all the same."""


def forget(
    store: Store,
    workspace: Workspace,
    files: DeskFiles,
    *,
    customer: str | None = None,
    conversation: str | None = None,
) -> Forgotten:
    """Delete what a customer wrote, or one conversation, and all that was built from deleted texts.

    With neither, only what was built from texts that were deleted before.

    Raises:
        InputError: the customer or the conversation has nothing to delete.
    """
    count = 0
    if customer is not None:
        count += _found(store.conversation_lists.forget(customer), f"customer {customer!r}")
    if conversation is not None:
        found = store.conversation_lists.forget_conversation(conversation)
        count += _found(found, f"conversation {conversation!r}")
    if files.model is None or not store.packages.aliases(files.model):
        return Forgotten(count, (), (), None)
    return _clear(store, workspace, files, files.model, count)


def _clear(
    store: Store, workspace: Workspace, files: DeskFiles, model: str, count: int
) -> Forgotten:
    """Delete what was built from texts that are not there any more."""
    champion = champion_of(store, model)
    card_path = card_of(store, champion, files)
    card = read_card(card_path)
    root, base = base_of(store, workspace, champion, card, card_path)
    known = _texts(base) | {e.text for e in store.examples.all(model)}
    _scrub_trials(store, model, known)
    left = set(_left_over(store, workspace, card, root, known))
    gone = sorted(left - {champion.data_version})
    packages = [p for p in store.packages.all(model) if p.data_version in gone]
    for package in packages:
        _delete_package(store, workspace, package)
    for version in gone:
        shutil.rmtree(workspace.versions / version)
    answering = champion.version if champion.data_version in left else None
    return Forgotten(count, tuple(gone), tuple(p.version for p in packages), answering)


def _found(count: int, what: str) -> int:
    """Return how many conversations were deleted.

    Raises:
        InputError: there was none.
    """
    if not count:
        raise InputError(
            f"There must be a conversation of {what} to delete; there is none, or it was deleted "
            "before. Names and ids are those of the console's inbox."
        )
    return count


def _texts(dataset: Dataset) -> set[str]:
    """Return every text of a dataset."""
    return {text for frame in dataset.parts().values() for text in frame.texts}


def _left_over(
    store: Store, workspace: Workspace, card: Card, root: str, known: Set[str]
) -> Iterable[str]:
    """Yield the data versions of a line that hold a text which is not known any more.

    Only what a retraining made: a version that was mended (`whet audit --fix`) differs by itself.
    """
    for version in store.versions.all():
        folder = workspace.versions / version.hash
        if not is_taught(version) or version.parent != root or not folder.is_dir():
            continue
        if not _texts(read_version(folder, card)) <= known:
            yield version.hash


def _delete_package(store: Store, workspace: Workspace, package: Package) -> None:
    """Delete a package's files and the report of its build; the store keeps its numbers."""
    if store.packages.aliases(package.name).get(CHALLENGER) == package.version:
        store.packages.drop_alias(package.name, CHALLENGER)
    shutil.rmtree(package.path, ignore_errors=True)
    if package.run is not None:
        shutil.rmtree(workspace.runs / package.run, ignore_errors=True)


def _scrub_trials(store: Store, model: str, known: Set[str]) -> None:
    """Take texts that are not known any more out of what is kept of trials."""
    for trial in store.trials.all(model):
        facts = _scrubbed(trial.facts, known)
        if facts != trial.facts:
            store.trials.keep_facts(trial.id, facts)


def _scrubbed(facts: Json, known: Set[str]) -> Json:
    """Return the facts of a trial without texts that are not known."""

    def clean(rows: Iterable[Json]) -> list[Json]:
        return [row if row["text"] in known else row | {"text": ""} for row in rows]

    changed = dict(facts)
    if "quarantined" in facts:
        changed["quarantined"] = clean(facts["quarantined"])
    for part in ("old_rows", "new_rows"):
        if part in facts:
            flips = clean(facts[part]["negative_flips"])
            changed[part] = facts[part] | {"negative_flips": flips}
    return changed
