"""Whether two texts match: the target of classes over rows of two texts."""

from collections.abc import Callable
from functools import partial

import numpy as np

from whet.cards.tuning import METHODS
from whet.data.pairs.rows import match_of
from whet.evaluation.pairs import pair_sums
from whet.evaluation.sums import Sums
from whet.ladder.answers import Answers
from whet.ladder.context import Context
from whet.ladder.pair_guards import one_side
from whet.ladder.rungs.bi_encoder import BiEncoderRung
from whet.ladder.rungs.contract import Rung
from whet.ladder.rungs.cross_encoder import cross_encoder
from whet.ladder.rungs.overlap import OverlapRung
from whet.ladder.targets.classes import Classes
from whet.models.output import Output

RUNGS: dict[str, Callable[[Context], Rung[Output]]] = {
    "overlap": OverlapRung,
    "bi_encoder": BiEncoderRung,
}
"""Every rung of pairs that is no tuning method by the name that cards use, cheapest first."""


def open_pair_rung(name: str, context: Context) -> Rung[Output]:
    """Return the rung of a candidate; tuning methods share one.

    Raises:
        InputError: the base does not support the candidate.
    """
    return cross_encoder(context, name) if name in METHODS else RUNGS[name](context)


def pairs(context: Context) -> Classes:
    """Return the kind `pair`."""
    match = context.dataset.labels.index(match_of(context.card, context.dataset.labels))
    return Classes(
        context,
        opened=open_pair_rung,
        guards=one_side,
        measure=partial(pair_sums, match=match),
        kept={"match": np.array([match])},
    )


def saved_pairs(metric: str, answers: Answers) -> Sums:
    """Return a metric of answers that a run has kept."""
    match = int(answers.arrays["match"][0])
    return pair_sums(metric, answers.truth, answers.probabilities, match=match)
