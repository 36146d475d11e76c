"""Are labels wrong, and does anything leak? Guards that need the answers of a cheap model."""

import warnings
from collections.abc import Callable, Sequence

import numpy as np
from cleanlab.filter import find_label_issues
from scipy.stats import binom

from whet.cards.schema import Card
from whet.core.seeds import generator
from whet.data.audit.finding import MAX_EXAMPLES, Finding, Severity, example, share
from whet.data.audit.run import waive
from whet.data.frame import Fold, Frame
from whet.models.linear import count_ngrams, fit_linear
from whet.models.output import Floats, Ids

FitPredict = Callable[[Sequence[str], Ids, Fold], Ids]
"""Learns from texts and class ids at `fold.train`; returns class ids for `fold.held_out`."""

MANY_SUSPECTS = 0.03
"""Share of doubtful labels that is usual: at least 3.3 % of labels are wrong on average in ten
public test sets. Source: Northcutt, Athalye, Mueller 2021, arXiv:2103.14749."""

MAX_SHUFFLED = 2_000
"""Rows that the shuffled check uses; more would cost time and not change the answer."""

BY_CHANCE = 1e-3
"""Probability with which shuffled labels stop a build that is sound."""


def label_errors(
    card: Card, labels: Ids, probabilities: Floats, frame: Frame, names: Sequence[str]
) -> Finding | None:
    """Return the rows whose label is probably wrong, most doubtful first; None without any.

    Args:
        card: says whether the guard is waived.
        labels: class ids in [0, k) of the rows, (n,).
        probabilities: out-of-fold probabilities of the rows, (n, k).
        frame: the rows.
        names: the k labels.
    """
    found = suspects(labels, probabilities)
    if not len(found):
        return None
    sentence = (
        f"Labels that the out-of-fold answers contradict: {share(len(found), len(labels))}. Read "
        "them from the top and correct what is wrong in the file. In public data about half of "
        "such rows turn out to be wrong, fewer where the model is weak, so Whet changes none."
    )
    best = probabilities.argmax(axis=1)
    examples = tuple(
        example(
            frame,
            int(i),
            f"given {names[labels[i]]}, suggested {names[best[i]]} "
            f"({100 * probabilities[i, best[i]]:.0f} %)",
        )
        for i in found[:MAX_EXAMPLES]
    )
    severity: Severity = "warn" if len(found) > MANY_SUSPECTS * len(labels) else "info"
    return waive(card, Finding("label_errors", severity, len(found), sentence, examples))


def suspects(labels: Ids, probabilities: Floats) -> Ids:
    """Return positions of probably wrong labels, those with the least probability first.

    Confident learning estimates how many labels are wrong; the rows whose own label has the least
    out-of-fold probability are taken to be those. Of cleanlab's ways to choose them this one finds
    most of the planted errors of the support example per row flagged.

    Source: Northcutt, Jiang, Chuang 2021, arXiv:1911.00068.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # classes with few rows; the audit names them
        found = find_label_issues(
            labels,
            probabilities,
            filter_by="low_self_confidence",
            return_indices_ranked_by="self_confidence",
            n_jobs=1,
        )
    # A label that is the model's own answer is not contradicted, however unsure the answer is.
    return np.array([i for i in found if probabilities[i].argmax() != labels[i]], dtype=np.int64)


def linear_answers(texts: Sequence[str], labels: Ids, fold: Fold) -> Ids:
    """Return the linear model's class ids for the held-out texts; the cheapest `FitPredict`."""
    counts = count_ngrams(texts).counts
    classes = int(labels.max()) + 1
    model = fit_linear(counts[fold.train], labels[fold.train], classes, seed=0, strength=1.0)
    answers = model.predict(counts[fold.held_out]).logits.argmax(axis=1)
    return np.asarray(answers, dtype=np.int64)


def shuffled_labels(
    card: Card, frame: Frame, labels: Ids, *, seed: int, fit: FitPredict = linear_answers
) -> Finding | None:
    """Return a finding when a model of shuffled labels does better than chance; None when not.

    Shuffled labels have nothing to do with the texts, so held-out answers are right as often as
    the most frequent label at best. A model that beats this has seen what it should not: the
    held-out labels reach it on some way around the texts.

    Args:
        card: says whether the guard is waived.
        frame: rows, of which 2,000 at most are used, half of them held out.
        labels: class ids of the rows, (n,).
        seed: seed of the rows that are used and of the shuffle.
        fit: what is under suspicion; the linear rung by default.
    """
    rng = generator(seed, "shuffled_labels")
    chosen = rng.permutation(len(labels))[:MAX_SHUFFLED]
    shuffled = rng.permutation(labels[chosen])
    half = len(chosen) // 2
    fold = Fold(np.arange(half), np.arange(half, len(chosen)))
    if len(np.unique(shuffled[fold.train])) < 2:
        return None  # nothing to learn from so few rows, shuffled or not
    texts = [frame.texts[i] for i in chosen]
    truth = shuffled[fold.held_out]
    right = int((fit(texts, shuffled, fold) == truth).sum())
    chance = float(np.bincount(shuffled).max() / len(shuffled))
    allowed = int(binom.isf(BY_CHANCE, len(truth), chance))
    if right <= allowed:
        return None
    sentence = (
        f"A model trained on shuffled labels is right on {share(right, len(truth))} of the "
        f"held-out rows; chance explains {share(allowed, len(truth))} at most. The held-out labels "
        "reach the model on a way around the texts, so no score of this build can be believed. "
        "Look for what ties rows to labels besides the text."
    )
    return waive(card, Finding("shuffled_labels", "stop", right - allowed, sentence))
