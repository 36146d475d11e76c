"""How is an interrupted run taken up by its id? With the card and the data that it began with."""

from pathlib import Path
from typing import Any

from whet.cards.schema import Trust
from whet.core.errors import InputError
from whet.core.progress import Progress
from whet.core.workspace import find_workspace
from whet.ladder.build import build
from whet.ladder.environment import environment
from whet.store.runs import RunDetails


def resume_run(details: RunDetails, *, progress: Progress) -> dict[str, Any]:
    """Return the facts of the build that an interrupted run becomes.

    Raises:
        InputError: the run is not interrupted, or its card, data or Whet are not what they were.
        BusyError: another process is building this card.
    """
    run = details.run
    if run.status != "interrupted":
        raise InputError(
            f"Run {run.id} must be interrupted to be taken up again; it is {run.status!r}."
        )
    card = Path(run.card_path)
    if not card.is_file():
        raise InputError(
            f"Run {run.id} was of the card {card}, which is not on this machine. "
            "Take it up where the card is."
        )
    _check_is_same_whet(details)
    # The version that the run began with stays readable when the file has changed since.
    kept = find_workspace(card).versions / run.data_version
    return build(
        card,
        progress=progress,
        version=run.data_version if kept.is_dir() else None,
        trust=Trust.model_validate(details.card.get("trust", {})),
        resume=run.id,
    )


def _check_is_same_whet(details: RunDetails) -> None:
    """Refuse a run of another version: its checkpoints may mean something else to this one."""
    before, now = (facts["packages"].get("whet") for facts in (details.environment, environment()))
    if before != now:
        raise InputError(
            f"Run {details.run.id} must be taken up with the Whet that it began with, {before}; "
            f"this is {now}. Install that one, or begin a new run: "
            f"whet build {details.run.card_path}"
        )
