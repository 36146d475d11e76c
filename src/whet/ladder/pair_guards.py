"""Does one text of a pair tell the label without the other? Then nothing was compared.

Where whoever wrote the second text knew the label, how it is written gives the label away: a model
of one side alone is right on two thirds of SNLI, where chance is a third. Source: Gururangan et al.
2018, arXiv:1803.02324.
"""

import numpy as np
from scipy.stats import binom

from whet.core.pairs import split_pair
from whet.core.seeds import generator
from whet.data.audit.finding import Finding, Severity, share
from whet.data.audit.run import waive
from whet.data.frame import Fold
from whet.ladder.context import Context
from whet.ladder.guards import BY_CHANCE, linear_answers

MOST_ROWS = 5_000
"""Rows of each side of the fold that are looked at; more would cost time and change nothing."""
CLEAR_GAIN = 0.05
"""Share of pairs by which a side must beat chance: below it, no score can be far off."""


def one_side(context: Context) -> list[Finding]:
    """Return a finding for each side whose texts alone are answered clearly better than by chance.

    The linear model learns one side of the first fold's training rows and answers its held-out
    ones. A side that takes away half of the errors of the most frequent label stops the build.
    """
    rng, fold = generator(context.seed, "one side"), context.folds[0]
    train, held = (rng.permutation(rows)[:MOST_ROWS] for rows in (fold.train, fold.held_out))
    labels = context.labels[np.concatenate([train, held])]
    inner = Fold(np.arange(len(train)), np.arange(len(train), len(labels)))
    truth = labels[inner.held_out]
    pairs = [split_pair(context.texts[row]) for row in (*train, *held)]
    chance = float(np.bincount(truth).max() / len(truth))
    allowed = binom.isf(BY_CHANCE, len(truth), chance) + CLEAR_GAIN * len(truth)
    found = []
    for side, part in enumerate(context.card.inputs):
        answers = linear_answers([pair[side] for pair in pairs], labels, inner)
        right = int((answers == truth).sum())
        if right <= allowed:
            continue
        is_half = right / len(truth) - chance > (1 - chance) / 2
        severity: Severity = "stop" if is_half else "warn"
        sentence = (
            f"A linear model that reads {part.column!r} alone is right on "
            f"{share(right, len(truth))} of held-out pairs; the most frequent label is on "
            f"{100 * chance:.1f} %. So the label can be told without comparing, and a good score "
            "does not show that texts are compared. Draw both texts of the other pairs from the "
            "same sources as those of matches."
        )
        found.append(waive(context.card, Finding("one_side", severity, right, sentence)))
    return found
