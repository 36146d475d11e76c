"""Who answers from now on? A challenger after a passed trial, or the champion before.

Aliases move; packages stay. Articles are embedded again by the new champion, since passages of
another package's embedding are searched by words only.
"""

from dataclasses import dataclass
from pathlib import Path

from whet.core.errors import InputError
from whet.core.ids import new_id
from whet.products.support.answering.opening import CHAMPION
from whet.products.support.articles.embedder import desk_embedder
from whet.products.support.articles.sync import Synced, open_index, sync_articles
from whet.products.support.desk.read import DeskFiles
from whet.products.support.learning.collecting import model_of
from whet.products.support.learning.standing import (
    CHALLENGER,
    challenger_of,
    champion_of,
    champions,
    with_reasons,
)
from whet.store.store import Store
from whet.store.trials import Trial


@dataclass(frozen=True)
class Moved:
    """Who answers now."""

    model: str
    before: str
    """Version."""
    now: str
    """Version."""
    forced: str | None
    """Reason of a promotion without a passed trial."""
    embedded: int
    """Articles that were embedded again."""


def promote(store: Store, files: DeskFiles, *, force: str | None = None) -> Moved:
    """Let the challenger answer.

    Args:
        store: of the workspace.
        files: the desk.
        force: why it may answer without a passed trial; it is kept.

    Raises:
        InputError: there is no challenger, its trial is missing, failed or is against a champion
            that answers no more, and there is no reason to do it all the same.
    """
    model = model_of(files)
    champion = champion_of(store, model).version
    challenger = challenger_of(store, model)
    if challenger is None:
        raise InputError(
            f"There must be a challenger of {model!r} to promote; there is none. "
            "Run `whet support retrain` first."
        )
    trial = store.trials.latest(model, challenger)
    refusal = _refusal(trial, champion, challenger)
    if refusal and not (force or "").strip():
        raise InputError(f"{refusal} To promote it all the same: --force REASON.")
    if refusal:
        _record(store, model, champion, challenger, str(force))
    store.packages.set_alias(model, CHAMPION, challenger)
    return Moved(model, champion, challenger, force if refusal else None, _embed(store, files))


def rollback(store: Store, files: DeskFiles) -> Moved:
    """Let the champion before answer again; the one that answers becomes the challenger.

    Raises:
        InputError: there was none before.
    """
    model = model_of(files)
    champion = champion_of(store, model).version
    line = champions(store.packages.alias_changes(model))
    # What was deleted with a customer's texts answers no more.
    line = [v for v in line if Path(store.packages.resolve(model, v).path).is_dir()]
    if len(line) < 2:
        raise InputError(
            f"There must have been a champion of {model!r} before {champion} whose package is "
            "still there; there is none."
        )
    store.packages.set_alias(model, CHAMPION, line[-2])
    store.packages.set_alias(model, CHALLENGER, champion)
    return Moved(model, champion, line[-2], None, _embed(store, files))


def _refusal(trial: Trial | None, champion: str, challenger: str) -> str:
    """Return why a challenger may not answer; empty where it may."""
    if trial is None:
        return (
            f"Challenger {challenger} must have been compared with the champion; it was not. "
            "Run `whet support retrain`."
        )
    if trial.champion != champion:
        return (
            f"Challenger {challenger} was compared with {trial.champion}, but {champion} answers "
            "now. Run `whet support retrain` again."
        )
    if not trial.passed:
        why = "; ".join(with_reasons(trial)) or "it was promoted by force before"
        return f"Challenger {challenger} must pass its trial; it did not: {why}."
    return ""


def _record(store: Store, model: str, champion: str, challenger: str, reason: str) -> None:
    """Keep why a challenger answers that passed no trial."""
    facts = {"forced": reason.strip(), "reasons": []}
    now = store.database.clock()
    store.trials.add(Trial(new_id("trial"), model, champion, challenger, False, now, facts))


def _embed(store: Store, files: DeskFiles) -> int:
    """Embed the articles of a desk by the champion; return how many changed."""
    folder: Path = files.folder / files.desk.articles
    if not folder.is_dir():
        return 0
    embedder = desk_embedder(store, model_of(files))
    done: Synced = sync_articles(folder, open_index(store, embedder))
    return len(done.added) + len(done.changed)
