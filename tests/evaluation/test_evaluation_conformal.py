"""Tests for intervals that hold the truth as often as they promise."""

import numpy as np
import pytest

from whet.core.errors import InputError
from whet.evaluation.conformal import conformal_factor, rows_needed


@pytest.mark.parametrize("coverage", [0.8, 0.9, 0.95])
def test_truths_are_held_as_often_as_promised(coverage: float) -> None:
    rng, held = np.random.default_rng(1), []
    for _ in range(300):
        expected = rng.uniform(0.5, 3, 60)
        errors = np.abs(rng.standard_t(3, 60)) * expected
        factor = conformal_factor(errors[:50], expected[:50], coverage)
        assert factor is not None
        held.append(errors[50:] <= factor * expected[50:])
    assert coverage - 0.012 <= np.mean(held) <= coverage + 1 / 51 + 0.012


@pytest.mark.parametrize("coverage", [0.6, 0.8, 0.9, 0.95, 0.98, 0.99])
def test_the_rows_that_are_needed_are_just_enough(coverage: float) -> None:
    n = rows_needed(coverage)
    assert conformal_factor(np.ones(n), np.ones(n), coverage) == 1
    assert conformal_factor(np.ones(n - 1), np.ones(n - 1), coverage) is None


def test_other_shapes_are_refused() -> None:
    with pytest.raises(InputError) as error:
        conformal_factor(np.zeros(0), np.zeros(0), 0.9)
    assert str(error.value) == (
        "Errors and expected errors must both be (n,) with n > 0; got (0,) and (0,). Pass the "
        "same rows in both."
    )
