"""Does a group reach across the split? Rows of one conversation know each other's answer."""

from whet.cards.schema import Card
from whet.data.audit.finding import MAX_EXAMPLES, Finding, example, share
from whet.data.audit.parts import Crossing, crossings
from whet.data.frame import Dataset


def group_overlap(card: Card, dataset: Dataset) -> list[Finding]:
    """Find held-out rows whose group, by any column of `data.groups`, is learnt from as well.

    Empty values are no group. Any overlap stops the build: the card says that there is none.
    """
    found = [
        _overlap(crossing, column) for crossing in crossings(dataset) for column in card.data.groups
    ]
    return [finding for finding in found if finding is not None]


def _overlap(crossing: Crossing, column: str) -> Finding | None:
    """Return the finding of one border and one column."""
    held = crossing.held_out
    learnt = {value for frame in crossing.learnt for value in frame.columns[column]} - {""}
    hits = [i for i, value in enumerate(held.columns[column]) if value in learnt]
    if not hits:
        return None
    groups = len({held.columns[column][i] for i in hits})
    return Finding(
        "group_overlap",
        "stop",
        len(hits),
        f"Rows of the {crossing.name} part whose `{column}` is also learnt from: "
        f"{share(len(hits), len(held))}, in {groups:,} groups. The card says that a group stays on "
        "one side, since its rows know each other's answer. Move whole groups in the files, or let "
        "Whet split with `split: {kind: group}`.",
        tuple(
            example(held, i, f"{column}: {held.columns[column][i]}") for i in hits[:MAX_EXAMPLES]
        ),
    )
