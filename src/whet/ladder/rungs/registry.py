"""Which models of classes are tried? Every rung of their ladder by name."""

from collections.abc import Callable

from whet.cards.tuning import method_of
from whet.ladder.context import Context
from whet.ladder.rungs.blend import BlendRung
from whet.ladder.rungs.contract import Rung
from whet.ladder.rungs.contrastive import ContrastiveRung
from whet.ladder.rungs.linear import LinearRung
from whet.ladder.rungs.probe import ProbeRung
from whet.ladder.rungs.self_training import SelfTrainingRung
from whet.ladder.rungs.tuned import TunedRung
from whet.models.output import Output

RUNGS: dict[str, Callable[[Context], Rung[Output]]] = {
    "linear": LinearRung,
    "probe": ProbeRung,
    "blend": BlendRung,
    "contrastive": ContrastiveRung,
    "self_training": SelfTrainingRung,
}
"""Every rung that is no tuning method by the name that cards use, cheapest first."""

JUDGING_FOLDS: dict[str, int] = {"contrastive": 3, "self_training": 3}
"""Folds that judge a cross-validated rung too dear for all of them, and for a learning curve."""


def open_rung(candidate: str, context: Context) -> Rung[Output]:
    """Return the rung of a candidate of the card; tuning methods share one.

    Raises:
        InputError: the base does not support the candidate's method.
    """
    if method_of(candidate) is not None:
        return TunedRung(context, candidate)
    return RUNGS[candidate](context)
