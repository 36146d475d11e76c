"""May the challenger replace the champion? Both answer the same rows; what changed is listed.

    facts = compare_on(rows, old, new, card=card, seed=0)

A part passes where the challenger is not worse by more than chance explains, its loss is within
the card's margin, and no slice loses more than the margin by more than chance explains.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from whet.cards.schema import LOWER_IS_BETTER, Card
from whet.evaluation.metrics import Floats
from whet.evaluation.verdict import Verdict, compare
from whet.store.columns import Json
from whet.store.feedback import OUT_OF_SCOPE

LEVEL = 0.05
"""Chance with which a slice that did not change is called worse. It is not corrected for the
number of slices: a false alarm costs a look, a missed one costs customers."""


@dataclass(frozen=True)
class Rows:
    """Labelled rows that both models answer."""

    texts: Sequence[str]
    labels: Sequence[str]
    """True labels; `out_of_scope` where the message belongs to none."""
    slices: Mapping[str, Sequence[str]]
    """Values (n,) of each column to slice by, beside the label."""
    units: Sequence[str]
    """What hangs together, (n,), such as the conversation."""


@dataclass(frozen=True)
class Answers:
    """What one model says about the rows."""

    labels: Sequence[str]
    """Labels that the model knows, k of them."""
    probabilities: Floats
    """(n, k)."""
    abstained: NDArray[np.bool_]
    """(n,)."""

    def best(self) -> list[str]:
        """Return the likeliest label of each row."""
        return [self.labels[i] for i in self.probabilities.argmax(axis=1)]


@dataclass(frozen=True)
class Flip:
    """A row that one model has right and the other wrong."""

    text: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class SliceChange:
    """How one slice fares."""

    column: str
    value: str
    rows: int
    lost: int
    """Rows that only the champion has right."""
    gained: int
    """Rows that only the challenger has right."""
    chance: float
    """Chance of so many lost among those that differ, were both as good."""
    is_worse: bool


def compare_on(rows: Rows, old: Answers, new: Answers, *, card: Card, seed: int) -> Json:
    """Return the comparison of the challenger (`new`) with the champion on some rows."""
    labels = list(rows.labels)
    right = [_right(answers, labels) for answers in (old, new)]
    lost, gained = right[0] & ~right[1], right[1] & ~right[0]
    margin = card.interval.margin
    slices = list(_slices(rows, lost, gained, margin))
    verdict = _verdict(rows, old, new, card, seed)
    worse = [f"{s.column} {s.value}" for s in slices if s.is_worse]
    facts: Json = {
        "rows": len(labels),
        "accuracy": {"old": float(right[0].mean()), "new": float(right[1].mean())},
        "given": [_given(answers, labels) for answers in (old, new)],
        "lost": int(lost.sum()),
        "gained": int(gained.sum()),
        "negative_flips": [asdict(f) for f in _flips(rows, old, new, lost)],
        "slices": [asdict(s) for s in slices if s.lost or s.gained],
        "worse_slices": worse,
        "metric": card.metrics.primary,
        "verdict": None if verdict is None else asdict(verdict),
    }
    reasons = [f"slice {name} is worse" for name in worse]
    reasons += _loss(verdict, card.metrics.primary, margin)
    return facts | {"passed": not reasons, "reasons": reasons}


def _right(answers: Answers, labels: Sequence[str]) -> NDArray[np.bool_]:
    """Return which rows a model has right; a message of no class is right where it abstains."""
    pairs = zip(answers.best(), labels, answers.abstained, strict=True)
    found = [bool(a) if true == OUT_OF_SCOPE else best == true for best, true, a in pairs]
    return np.array(found, dtype=bool)


def _given(answers: Answers, labels: Sequence[str]) -> Json:
    """Return how many answers a model gives, and how many of them are wrong."""
    best = answers.best()
    given = [i for i in range(len(labels)) if not answers.abstained[i]]
    return {"answers": len(given), "wrong": sum(best[i] != labels[i] for i in given)}


def _verdict(rows: Rows, old: Answers, new: Answers, card: Card, seed: int) -> Verdict | None:
    """Return the paired verdict on the rows that have a class; None without any."""
    known = sorted({*old.labels, *new.labels})
    position = {label: i for i, label in enumerate(known)}
    kept = [i for i, label in enumerate(rows.labels) if label in position]
    if not kept:
        return None
    truth = np.array([position[rows.labels[i]] for i in kept], dtype=np.int64)
    both = []
    for answers in (new, old):
        wide = np.zeros((len(kept), len(known)))
        wide[:, [position[label] for label in answers.labels]] = answers.probabilities[kept]
        both.append(wide)
    units = np.array([rows.units[i] for i in kept], dtype=object)
    codes = np.unique(units.astype(str), return_inverse=True)[1]
    return compare(
        card.metrics.primary, truth, both[0], both[1], codes, interval=card.interval, seed=seed
    )


def _loss(verdict: Verdict | None, metric: str, margin: float) -> list[str]:
    """Return why a verdict does not pass; nothing where it does."""
    if verdict is None:
        return []
    sign = -1.0 if metric in LOWER_IS_BETTER else 1.0
    if verdict.verdict == "worse":
        return [f"the challenger is worse: {verdict.sentence}"]
    if sign * verdict.difference.value < -margin:
        return [f"{metric} falls by more than {margin:.4g}: {verdict.sentence}"]
    return []


def _flips(rows: Rows, old: Answers, new: Answers, lost: NDArray[np.bool_]) -> Iterator[Flip]:
    """Yield the rows that only the champion has right."""
    before, after = old.best(), new.best()
    for i in np.flatnonzero(lost).tolist():
        yield Flip(rows.texts[i], rows.labels[i], before[i], after[i])


def _slices(
    rows: Rows, lost: NDArray[np.bool_], gained: NDArray[np.bool_], margin: float
) -> Iterator[SliceChange]:
    """Yield each value of each column with what it lost and gained.

    The exact test of McNemar asks whether so many of the rows that differ are lost by chance.
    Source: McNemar 1947, Psychometrika 12; Yan et al. 2021, Positive-Congruent Training (CVPR), for
    negative flips.
    """
    columns = {"intent": rows.labels, **rows.slices}
    for column, values in columns.items():
        for value, count in Counter(values).most_common():
            inside = np.array([v == value for v in values])
            down, up = int((lost & inside).sum()), int((gained & inside).sum())
            chance = 1.0
            if down > up:
                chance = float(binomtest(down, down + up, 0.5, alternative="greater").pvalue)
            is_worse = chance <= LEVEL and (down - up) / count > margin
            yield SliceChange(column, value, count, down, up, chance, is_worse)
