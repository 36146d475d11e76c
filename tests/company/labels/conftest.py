"""A curve that falls as a power of the number of labels, and the same with noise."""

from collections.abc import Callable

import numpy as np
import pytest

from whet.company.labels.curve import Curve

MakeCurve = Callable[..., Curve]


@pytest.fixture
def make_curve() -> MakeCurve:
    """Return a function that makes curves 0.05 + 1.2 n^-0.4, with noise where it gets a seed."""

    def make(
        seed: int | None = None, *, se: float = 0.003, points: int = 6, **more: object
    ) -> Curve:
        sizes = 100.0 * 2 ** np.arange(points)
        errors = 0.05 + 1.2 * sizes**-0.4
        if seed is not None:
            errors = errors + se * np.random.default_rng(seed).standard_normal(points)
        fields = {
            "name": "support/probe",
            "metric": "accuracy",
            "sizes": tuple(sizes.tolist()),
            "errors": tuple(errors.tolist()),
            "se": (se,) * points,
        }
        return Curve(**(fields | more))  # type: ignore[arg-type]

    return make
