"""Is there a run that this build goes on with? One of the same card and data that was cut off."""

from whet.cards.differences import differing_fields
from whet.core.errors import InputError
from whet.ladder.audit import Audited
from whet.ladder.environment import environment, git_state
from whet.ladder.targets.contract import Facts
from whet.store.runs import NewRun, hash_card
from whet.store.store import Store


def run_of(store: Store, audited: Audited, resume: str | None) -> str:
    """Return the run of this build: an interrupted one of the same card and data, or a new one.

    Raises:
        InputError: `resume` names no run, or one whose card or data have changed since.
    """
    card, version = audited.card.model_dump(mode="json"), audited.dataset.version
    if resume is not None:
        _check_is_same(store, resume, card, version)
        store.runs.resume(resume)
        return resume
    cut_off = store.runs.find_resumable(
        audited.card.name, data_version=version, card_hash=hash_card(card)
    )
    if cut_off is not None:
        store.runs.resume(cut_off.id)
        return cut_off.id
    new = NewRun(
        name=audited.card.name,
        card=card,
        card_path=str(audited.card_path.resolve()),
        data_version=version,
        seed=audited.card.seed,
        environment=environment(),
        git=git_state(audited.card_path.resolve().parent),
    )
    return store.runs.create(new)


def _check_is_same(store: Store, run: str, card: Facts, version: str) -> None:
    """Refuse to take up a run whose card or data have changed since.

    Raises:
        InputError: they have, or there is no such run.
    """
    before = store.runs.show(run)
    changed = [field.name for field in differing_fields(before.card, card)]
    changed += ["the data"] if before.run.data_version != version else []
    if changed:
        raise InputError(
            f"Run {run} must be taken up with the card and the data that it began with; changed "
            f"since: {', '.join(changed)}. For a new run: whet build {before.run.card_path}"
        )
