import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, norm

from whet.company.simulation.estimates import Z90, ThreePoint, at, certain, mean_of, scaled
from whet.core.errors import InputError

SCORES = np.array([-Z90, 0.0, Z90])


@given(
    low=st.floats(0, 100),
    down=st.floats(0, 100),
    up=st.floats(0, 100),
)
def test_the_three_numbers_are_the_quantiles(low: float, down: float, up: float) -> None:
    three = ThreePoint(low, low + down, low + down + up)
    found = at(three, SCORES)
    assert found == pytest.approx([three.low, three.likely, three.high], rel=1e-6, abs=1e-6)


@given(low=st.floats(0.1, 50), down=st.floats(0.1, 50), up=st.floats(0.1, 50))
def test_a_higher_score_is_never_a_lower_value(low: float, down: float, up: float) -> None:
    values = at(ThreePoint(low, low + down, low + down + up), np.linspace(-4, 4, 201))
    assert np.all(np.diff(values) >= -1e-9)
    assert np.all(values >= 0)


def test_equal_arms_are_a_normal() -> None:
    z = np.linspace(-3, 3, 13)
    assert at(ThreePoint(8, 10, 12), z) == pytest.approx(10 + 2 / Z90 * z)


def test_it_is_a_shifted_lognormal() -> None:
    # exp(N(1, 0.5)) + 3 has these quantiles; at any score it must come back.
    z = np.linspace(-3, 3, 13)
    low, likely, high = 3 + np.exp(1 + 0.5 * SCORES)
    assert at(ThreePoint(low, likely, high), z) == pytest.approx(3 + np.exp(1 + 0.5 * z))


def test_pert_is_the_beta_of_its_mode() -> None:
    three = ThreePoint(2, 4, 10, shape="pert")
    z = np.linspace(-3.5, 3.5, 41)
    expected = beta.ppf(norm.cdf(z), 1 + 4 * 2 / 8, 1 + 4 * 6 / 8, loc=2, scale=8)
    assert at(three, z) == pytest.approx(expected, abs=1e-3)
    assert mean_of(three) == pytest.approx((2 + 4 * 4 + 10) / 6, abs=1e-3)


def test_a_very_skewed_estimate_keeps_its_tail_in_proportion() -> None:
    # A lognormal through these would reach thousands at four standard deviations.
    assert at(ThreePoint(9.5, 10, 20), np.array([4.0]))[0] < 50


def test_values_are_cut_at_zero() -> None:
    assert at(ThreePoint(0, 1, 2), np.array([-5.0]))[0] == 0.0


def test_a_certain_number_stays() -> None:
    assert at(certain(3.5), np.array([-4.0, 4.0])).tolist() == [3.5, 3.5]
    assert scaled(ThreePoint(1, 2, 4), 2) == ThreePoint(2, 4, 8)


def test_negative_prices_are_refused() -> None:
    sentence = "An estimate needs three finite numbers of at least 0; found -5, 1, 2."
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        ThreePoint(-5, 1, 2)


def test_numbers_that_fall_are_refused() -> None:
    sentence = "An estimate must rise from low over likely to high; found 3, 2, 5."
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        ThreePoint(3, 2, 5)


def test_infinity_is_refused() -> None:
    with pytest.raises(InputError, match="three finite numbers"):
        ThreePoint(1, 2, float("inf"))
