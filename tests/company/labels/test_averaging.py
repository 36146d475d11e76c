"""Tests for whet.company.labels.averaging: who forecast this curve well gets the weight."""

from dataclasses import replace

import numpy as np
import pytest
from tests.company.labels.conftest import MakeCurve

from whet.company.labels.averaging import fitting_se, look_back


def test_a_power_law_trusts_power_laws_and_not_the_last_value(make_curve: MakeCurve) -> None:
    back = look_back(make_curve())
    assert sum(back.weights.values()) == pytest.approx(1)
    assert back.weights["pow3"] > 0.2
    assert back.weights["last"] < 0.05 > back.weights["ilog2"]
    assert len(back.misses) == 2 + 2 + 1  # from 3, 4 and 5 of 6 points
    assert max(back.misses) < 0.03


def test_a_curve_on_its_plateau_trusts_the_last_value(make_curve: MakeCurve) -> None:
    errors = (0.5, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2)
    back = look_back(make_curve(points=7, errors=errors))
    assert back.weights["last"] == max(back.weights.values())


def test_noise_of_the_judging_point_is_no_miss(make_curve: MakeCurve) -> None:
    curve = make_curve()
    shifted = replace(curve, errors=(*curve.errors[:5], curve.errors[5] * 1.1))
    exact = look_back(shifted).misses[-1]
    noisy = look_back(replace(shifted, se=(0.02,) * 6)).misses[-1]
    assert exact > 0.05
    assert noisy == 0


def test_no_point_decides_a_fit_alone(make_curve: MakeCurve) -> None:
    se = fitting_se(make_curve(se=1e-9))
    assert se == pytest.approx(0.03 * np.array(make_curve().errors))
