"""What was measured? One curve: the error at some training sizes, each with its standard error.

The size is a number of labels, or any other effort that buys quality: steps, GPU-hours, FLOP.
Inside this folder everything is an error, lower is better: 1 - score, or the metric itself where a
lower one is better. What people read is a score again (`Curve.score`).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from whet.company.labels.models import fit_models
from whet.company.plan.quality import LOWER_IS_BETTER
from whet.core.errors import InputError

Floats = NDArray[np.float64]

LABELS = "labels"
"""The unit of a size that is a number of labelled rows."""

GPU_HOURS, CPU_HOURS = "gpu_hours", "cpu_hours"
"""Units of a size that is compute, by where it ran."""

_HOURS = {GPU_HOURS: "GPU-hours", CPU_HOURS: "CPU-hours"}

_LEAST_SE = 5e-4
"""Smallest standard error, as a share of the largest error: nothing is measured better than that,
and a weight must not become infinite."""

_SEED_PRIOR = 2.0
"""Degrees of freedom by which the spread over the seeds of one size leans on that of all sizes."""


@dataclass(frozen=True)
class Score:
    """One measured score after learning from `size` rows, drawn with `seed`."""

    size: float
    """Labels, steps or hours; positive."""
    value: float
    """The metric as it was measured."""
    seed: int = 0
    """Which repetition it was."""
    se: float | None = None
    """Standard error of `value`; None where unknown."""


@dataclass(frozen=True)
class Curve:
    """A measured learning curve; sizes ascend, and each has one error."""

    name: str
    """What was measured, for example `support-intents/probe`."""
    metric: str
    """Name of the metric, for example `macro_f1`."""
    sizes: tuple[float, ...]
    """Training sizes in `unit`."""
    errors: tuple[float, ...]
    """Mean error at each size."""
    se: tuple[float, ...]
    """Standard error of each mean, positive."""
    is_error: bool = False
    """Whether the metric itself is the error, such as a log loss."""
    unit: str = LABELS
    """What a size counts."""
    test_rows: int | None = None
    """Rows of the test set on which every size was judged; None where unknown."""

    @property
    def largest(self) -> float:
        """The largest size that was measured."""
        return self.sizes[-1]

    @property
    def counted(self) -> str:
        """What a size counts, as people read it: `labels`, `GPU-hours`."""
        return _HOURS.get(self.unit, self.unit.replace("_", " "))

    def score(self, error: float) -> float:
        """Return the metric that an error stands for; the same call turns a score into an error."""
        return error if self.is_error else 1.0 - error


def curve_of(
    name: str, metric: str, scores: Sequence[Score], *, is_error: bool | None = None
) -> Curve:
    """Return the curve of measured scores: one point a size, its seeds averaged.

    Standard errors are taken from the scores where all have one, else from the spread over seeds
    (each size leaning on all sizes), else from the scatter around the best fitting model.

    Args:
        name: what was measured.
        metric: name of the metric.
        scores: measured values, in any order.
        is_error: whether lower is better; by the metric's name when None.

    Raises:
        InputError: there are no scores, a size is not positive, or a value is no finite number, or
            lies outside [0, 1] though higher is better.
    """
    is_lower_better = metric in LOWER_IS_BETTER if is_error is None else is_error
    _check(name, metric, scores, is_lower_better)
    by_size: dict[float, list[Score]] = defaultdict(list)
    for score in scores:
        by_size[score.size].append(score)
    sizes = tuple(sorted(by_size))
    means = [float(np.mean([one.value for one in by_size[size]])) for size in sizes]
    errors = tuple(means if is_lower_better else (1.0 - mean for mean in means))
    groups = [by_size[size] for size in sizes]
    has_se = all(score.se is not None for score in scores)
    se = _stated(groups) if has_se else _over_seeds([[s.value for s in group] for group in groups])
    se = se or _scatter(np.array(sizes), np.array(errors))
    least = _LEAST_SE * max(*errors, 1e-12)
    se = tuple(max(one, least) for one in se)
    return Curve(name, metric, sizes, errors, se, is_lower_better)


def size_words(size: float) -> str:
    """Return a size as people read it: whole from a hundred on, else with three digits.

    >>> size_words(2308), size_words(58), size_words(0.02134)
    ('2,308', '58', '0.0213')
    """
    return f"{size:,.0f}" if abs(size) >= 100 else f"{size:.3g}"


def with_details(curve: Curve, *, unit: str = LABELS, test_rows: int | None = None) -> Curve:
    """Return the curve with what its sizes count and how many rows judged it."""
    return replace(curve, unit=unit, test_rows=test_rows)


def _check(name: str, metric: str, scores: Sequence[Score], is_error: bool) -> None:
    """Refuse scores from which no curve can be made.

    Raises:
        InputError: as `curve_of` says.
    """
    if not scores:
        raise InputError(
            f"The curve {name!r} must have measured points; there are none. "
            "Build with a curve first (`whet build CARD`), or give --curve FILE.csv."
        )
    for score in scores:
        where = f"The curve {name!r} at size {score.size:g}"
        if not (math.isfinite(score.size) and score.size > 0):
            raise InputError(f"{where} must have a positive size. Remove or correct that point.")
        if not math.isfinite(score.value) or score.value < 0 or not (is_error or score.value <= 1):
            raise InputError(
                f"{where} must have {metric} {'of at least 0' if is_error else 'in [0, 1]'}; "
                f"found {score.value:g}. " + ("Correct that point." if is_error else _SCALE_ADVICE)
            )
        if score.se is not None and not (math.isfinite(score.se) and score.se >= 0):
            raise InputError(
                f"{where} must have a standard error of at least 0; found {score.se:g}. "
                "Correct it, or leave it empty."
            )


_SCALE_ADVICE = "Divide percentages by 100; for a metric of which less is better, say so."


def _stated(groups: Iterable[Sequence[Score]]) -> tuple[float, ...]:
    """Return the standard error of each size's mean from those of its scores."""
    return tuple(
        float(np.sqrt(np.sum(np.square([one.se or 0.0 for one in group]))) / len(group))
        for group in groups
    )


def _over_seeds(values: Sequence[Sequence[float]]) -> tuple[float, ...] | None:
    """Return the standard error of each size's mean over its seeds; None without any repetition."""
    freedom = np.array([len(group) - 1 for group in values], dtype=np.float64)
    if freedom.sum() == 0:
        return None
    squares = np.array([np.square(np.subtract(group, np.mean(group))).sum() for group in values])
    pooled = squares.sum() / freedom.sum()
    variance = (squares + _SEED_PRIOR * pooled) / (freedom + _SEED_PRIOR)
    return tuple(float(np.sqrt(v / len(g))) for v, g in zip(variance, values, strict=True))


def _scatter(sizes: Floats, errors: Floats) -> tuple[float, ...]:
    """Return one standard error for all sizes: the scatter around the model that fits best."""
    if len(sizes) < 2:
        return tuple(0.0 for _ in sizes)
    fitted = fit_models(sizes, errors[None], np.ones_like(errors), sizes[-1:])
    loss = min(float(one.loss[0]) for one in fitted.values())
    freedom = max(len(sizes) - 3, 1)
    return tuple([math.sqrt(loss * len(sizes) / freedom)] * len(sizes))
