"""Which kinds of targets are there? Each by the name that cards use."""

from collections.abc import Callable

from whet.evaluation.sums import Sums
from whet.ladder.answers import Answers
from whet.ladder.context import Context
from whet.ladder.targets.classes import Classes, saved_classes
from whet.ladder.targets.contract import Target
from whet.ladder.targets.labels import Labels, saved_labels
from whet.ladder.targets.pairs import pairs, saved_pairs
from whet.ladder.targets.passages import Passages, saved_answers
from whet.ladder.targets.real import Real, saved_values
from whet.ladder.targets.tags import Tags, saved_tags

TARGETS: dict[str, Callable[[Context], Target]] = {
    "classes": Classes,
    "tags": Tags,
    "real": Real,
    "labels": Labels,
    "pair": pairs,
    "span": Passages,
}
"""Every kind of target."""

SAVED: dict[str, Callable[[str, Answers], Sums]] = {
    "classes": saved_classes,
    "tags": saved_tags,
    "real": saved_values,
    "labels": saved_labels,
    "pair": saved_pairs,
    "span": saved_answers,
}
"""For each kind, a metric of the test answers that a run has kept."""


def open_target(context: Context) -> Target:
    """Return the kind of target of a build's card."""
    return TARGETS[context.card.target.kind](context)
