"""Which models of classes are tried? Every rung of their ladder by name."""

from collections.abc import Callable

from whet.cards.tuning import blended, method_of
from whet.ladder.context import Context
from whet.ladder.rungs.augmented import Augmentation
from whet.ladder.rungs.blend import BlendRung
from whet.ladder.rungs.contract import Rung
from whet.ladder.rungs.contrastive import ContrastiveRung
from whet.ladder.rungs.linear import LinearRung
from whet.ladder.rungs.probe import ProbeRung
from whet.ladder.rungs.self_training import SelfTrainingRung
from whet.ladder.rungs.tuned import TunedRung
from whet.ladder.rungs.tuned_blend import TunedBlendRung
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


AUGMENTED: dict[str, Callable[[Context, Augmentation], Rung[Output]]] = {
    "probe": ProbeRung,
    "blend": BlendRung,
}
"""Rungs beside the tuning methods that learn from altered copies and mixtures of their rows."""


JOINT = "+"
"""Stands between a rung and the ways in which its rows are augmented, as in `probe+noise+mixup`."""


def open_rung(candidate: str, context: Context) -> Rung[Output]:
    """Return the rung of a candidate; tuning methods share one.

    Raises:
        InputError: the base does not support the candidate's method.
    """
    if (tuned := blended(candidate)) is not None:
        return TunedBlendRung(context, tuned)
    rung, *ways = candidate.split(JOINT)
    augmentation = Augmentation(context, tuple(ways))
    if method_of(rung) is not None:
        return TunedRung(context, rung, augmentation)
    return AUGMENTED[rung](context, augmentation) if ways else RUNGS[rung](context)
