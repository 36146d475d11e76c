"""Can the metric of a quality target have such a value? The target's, and those of its points."""

from collections.abc import Iterator

from whet.company.plan.quality import Target
from whet.core.yaml.document import Where

_PERCENT = 100.0


def check_scores(target: Target) -> Iterator[tuple[Where, str]]:
    """Yield every score that the metric cannot have: one that rises to 1, or an error from 0 on."""
    asked: list[tuple[Where, float]] = [(("value",), target.value)]
    asked += [(("measured", i, "score"), point.score) for i, point in enumerate(target.measured)]
    for where, score in asked:
        if target.is_error and score < 0:
            yield where, f"must be at least 0 for {target.metric}; found {score:g}"
        elif not target.is_error and not 0 <= score <= 1:
            yield where, f"must be in [0, 1] for {target.metric}; found {score:g}. {_advice(score)}"


def _advice(score: float) -> str:
    """Return what was probably meant."""
    otherwise = "If less of it is better, say `lower_is_better: true`."
    is_percent = 1 < score <= _PERCENT
    return f"Did you mean {score / _PERCENT:g}? {otherwise}" if is_percent else otherwise
