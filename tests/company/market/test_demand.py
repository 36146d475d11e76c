"""Tests for whet.company.market.demand: against the differential equation, refits, refusals."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from whet.company.market.demand import (
    Case,
    Diffusion,
    adopted,
    demand,
    fit_bass,
    peak_month,
)
from whet.core.errors import InputError

BASE = Diffusion(5000, 0.02, 0.35)
S_CURVE = Diffusion(5000, 0.02, 0.4, "logistic")


@pytest.mark.parametrize("curve", [BASE, S_CURVE])
def test_buyers_solve_the_differential_equation(curve: Diffusion) -> None:
    def rate(_: float, n: np.ndarray) -> np.ndarray:
        outside = curve.p if curve.shape == "bass" else 0.0
        return np.asarray((outside + curve.q * n / curve.market) * (curve.market - n))

    start = 0.0 if curve.shape == "bass" else curve.p * curve.market
    months = np.arange(25.0)
    solved = solve_ivp(rate, (0, 24), [start], t_eval=months, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(adopted(curve, months), solved.y[0], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("curve", [BASE, S_CURVE])
def test_the_peak_is_where_most_buy(curve: Diffusion) -> None:
    months = np.arange(0, 40, 0.01)
    steepest = months[np.diff(adopted(curve, months)).argmax()]
    assert peak_month(curve) == pytest.approx(steepest, abs=0.02)
    assert peak_month(Diffusion(10, 0.3, 0.1)) == 0


def test_scenarios_by_hand() -> None:
    small = Diffusion(100, 1.0, 0.0)
    found = demand([Case("low", 0.25, small), Case("high", 0.75, Diffusion(300, 1.0, 0.0))], 2)
    first = 1 - np.exp(-1)
    assert found[0].expected == pytest.approx((0.25 * 100 + 0.75 * 300) * first)
    assert (found[0].low, found[0].high) == pytest.approx((100 * first, 300 * first))
    assert found[1].total == pytest.approx(250 * (1 - np.exp(-2)))


def test_own_sales_give_the_curve_back_with_an_interval() -> None:
    rng = np.random.default_rng(0)
    sales = rng.poisson(np.diff(adopted(BASE, np.arange(15.0)))).astype(float)
    found = fit_bass(sales.tolist(), ahead=3)
    assert found.reason == "" and found.curve is not None and found.market is not None
    assert found.curve.market == pytest.approx(5000, rel=0.05)
    assert found.market[0] < found.curve.market < found.market[1]
    coming = np.diff(adopted(BASE, np.arange(14.0, 18.0)))
    pairs = zip(found.later, coming, strict=True)
    assert all(low * 0.8 < new < high * 1.2 for (low, high), new in pairs)
    assert fit_bass(sales.tolist(), ahead=3) == found


def test_sales_that_have_not_bent_tell_no_market() -> None:
    growing = [10 * 1.2**t for t in range(10)]
    assert "cannot be told" in fit_bass(growing).reason
    assert fit_bass(growing).curve is None


def test_few_months_are_refused() -> None:
    assert fit_bass([1, 2, 3]).reason == (
        "a curve needs at least 8 months of sales; found 3 with 6 buyers in total."
    )
    assert fit_bass([0] * 10).curve is None


def test_refusals() -> None:
    for cases, found in (
        ([Case("a", 0.5, BASE)], "0.5"),
        ([Case("a", 1.5, BASE), Case("b", -0.5, BASE)], "1.5 + -0.5"),
        ([], "none"),
    ):
        with pytest.raises(InputError) as error:
            demand(cases, 3)
        assert str(error.value) == (
            f"demand scenarios must have probabilities of 0 or more that sum to 1; found {found}."
        )
    with pytest.raises(InputError) as error:
        adopted(Diffusion(100, 0.0, 0.3), np.arange(3.0))
    assert str(error.value) == "p of a bass curve must be above 0 and at most 1; found 0."
    with pytest.raises(InputError, match="0 or more and finite"):
        fit_bass([1.0] * 9 + [-1.0])
