"""Which public learning curves judge our forecasts, and which half may tune them? LCDB 1.1.

40 data sets x up to 28 learners, error rates at training sizes from 16 on, 8 a doubling, each the
mean of 25 repetitions. The data sets are dealt into two halves by a seed: constants and the shipped
factor come from the first half only, what is reported as a result comes from the second.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import common
import numpy as np
from numpy.typing import NDArray

from whet.company.labels.curve import Curve
from whet.core.seeds import generator

SPLIT_SEED = 20261128
REPETITIONS = 25
"""Repetitions behind each published mean."""

SEEDS = 3
"""Repetitions that a user can afford."""

_FEWEST, _MOST, _SMALLEST = 5, 7, 16
_LEAST_SE = 5e-4


@dataclass(frozen=True)
class Truth:
    """One published curve."""

    data_set: int
    learner: str
    sizes: NDArray[np.float64]
    errors: NDArray[np.float64]
    se: NDArray[np.float64]

    def at(self, size: float) -> float:
        """Return the published error at a size, a straight line in log(size) between anchors."""
        return float(np.interp(np.log(size), np.log(self.sizes), self.errors))

    def se_at(self, size: float) -> float:
        """Return the standard error of the published error at a size."""
        return float(np.interp(np.log(size), np.log(self.sizes), self.se))


@dataclass(frozen=True)
class Case:
    """What would have been known at one size of a curve."""

    truth: Truth
    curve: Curve
    noise: float
    """By how much standard errors are larger than the published ones."""


def read_truths() -> list[Truth]:
    """Return all published curves, by data set and learner."""
    rows: dict[tuple[int, str], list[tuple[float, float, float]]] = defaultdict(list)
    path = common.data_folder() / "lcdb11_curves" / "curves.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            point = (float(row["anchor"]), float(row["test_mean"]), float(row["test_se"]))
            rows[int(row["openml_id"]), row["learner"]].append(point)
    return [Truth(*key, *np.array(sorted(points)).T) for key, points in sorted(rows.items())]


def tuning_half(truths: list[Truth]) -> set[int]:
    """Return the data sets that may tune."""
    names = sorted({truth.data_set for truth in truths})
    order = np.random.default_rng(SPLIT_SEED).permutation(names)
    return {int(one) for one in order[: len(names) // 2]}


def cases(truths: list[Truth], *, repeated: bool) -> Iterator[Case]:
    """Yield every curve at every size that has five to seven doublings behind it and two ahead.

    `repeated` takes the published means as they are; otherwise the points get the noise that three
    repetitions would have instead of 25.
    """
    noise = 1.0 if repeated else float(np.sqrt(REPETITIONS / SEEDS))
    for truth in truths:
        known = set(truth.sizes.tolist())
        random = generator(SPLIT_SEED, str(truth.data_set), truth.learner)
        now = _SMALLEST * 2.0 ** (_FEWEST - 1)
        while 4 * now in known:
            sizes = [now / 2**k for k in range(_MOST) if now / 2**k >= _SMALLEST][::-1]
            yield Case(truth, _seen(truth, sizes, noise, random), noise)
            now *= 2


def _seen(truth: Truth, sizes: list[float], noise: float, random: np.random.Generator) -> Curve:
    """Return the points that would have been measured."""
    errors = np.array([truth.at(size) for size in sizes])
    se = np.maximum([truth.se_at(size) * noise for size in sizes], _LEAST_SE)
    if noise > 1:
        errors = np.clip(errors + se * random.standard_normal(len(se)), 0, 1)
    return Curve(
        name=f"{truth.data_set}/{truth.learner}",
        metric="accuracy",
        sizes=tuple(sizes),
        errors=tuple(errors.tolist()),
        se=tuple(se.tolist()),
    )


def over_groups(values: NDArray[Any], groups: NDArray[Any]) -> list[float]:
    """Return mean and 95 % interval; whole data sets are resampled, for their curves are alike."""
    names = np.unique(groups)
    sums = np.array([values[groups == name].sum() for name in names])
    counts = np.array([(groups == name).sum() for name in names])
    drawn = generator(0, "data sets").integers(len(names), size=(2000, len(names)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    return [float(values.mean()), *(float(q) for q in np.quantile(means, [0.025, 0.975]))]
