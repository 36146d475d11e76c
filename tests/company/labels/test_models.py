"""Tests for whet.company.labels.models: known curves, a third-party fit, bounds."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import least_squares

from whet.company.labels.models import MODELS, fit_models

SIZES = 50.0 * np.exp2(np.arange(7, dtype=np.float64))
ASK = np.array([6400.0, 12800.0])
SE = np.full(7, 0.01)

Shape = Callable[[np.ndarray, np.ndarray], np.ndarray]

# The same models as anyone would write them, with the parameters' bounds: low, high.
REFERENCES: dict[str, tuple[Shape, list[float], list[float]]] = {
    "pow3": (lambda p, n: p[0] + p[1] * (n / 3200) ** -p[2], [0, 0, 0.05], [1, 9, 1]),
    "pow4": (
        lambda p, n: p[0] + p[1] * (n / 3200 + p[3]) ** -p[2],
        [0, 0, 0.05, 0.01],
        [1, 9, 1, 3],
    ),
    "mmf4": (
        lambda p, n: p[0] + p[1] / (1 + (n / 3200 / p[3]) ** p[2]),
        [0, 0, 0.05, 0.003],
        [1, 9, 1, 10],
    ),
    "ilog2": (lambda p, n: p[0] + p[1] / np.log(n + 1), [0, 0], [1, 9]),
}


@pytest.mark.parametrize(
    ("model", "curve"),
    [
        ("pow3", 0.1 + 0.2 * (SIZES / 3200) ** -0.35),
        ("pow4", 0.1 + 0.2 * (SIZES / 3200 + 0.3) ** -0.5),
        ("mmf4", 0.1 + 0.5 / (1 + (SIZES / 960) ** 0.7)),
        ("ilog2", 0.1 + 0.9 / np.log1p(SIZES)),
    ],
)
def test_each_model_recovers_a_curve_of_its_own(model: str, curve: np.ndarray) -> None:
    ahead = {
        "pow3": 0.1 + 0.2 * (ASK / 3200) ** -0.35,
        "pow4": 0.1 + 0.2 * (ASK / 3200 + 0.3) ** -0.5,
        "mmf4": 0.1 + 0.5 / (1 + (ASK / 960) ** 0.7),
        "ilog2": 0.1 + 0.9 / np.log1p(ASK),
    }[model]
    fitted = fit_models(SIZES, curve[None], SE, ASK)[model]
    # The valley of pow4 is so flat that the last 0.005 make no difference to the fit.
    assert fitted.at[0] == pytest.approx(ahead, abs=0.006)
    assert fitted.loss[0] < 1e-6


@pytest.mark.parametrize("model", REFERENCES)
@pytest.mark.parametrize("seed", range(4))
def test_the_grid_finds_what_least_squares_finds_from_many_starts(model: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    errors = 0.1 + 0.3 * (SIZES / 50) ** -random.uniform(0.2, 0.9)
    errors = errors + 0.01 * random.standard_normal(7)
    shape, low, high = REFERENCES[model]
    high = [errors.min(), *high[1:]]
    best = min(
        (
            least_squares(
                lambda p: shape(p, SIZES) - errors, random.uniform(low, high), bounds=(low, high)
            )
            for _ in range(20)
        ),
        key=lambda found: float(found.cost),
    )
    reference = 2 * best.cost / 7
    assert fit_models(SIZES, errors[None], SE, ASK)[model].loss[0] <= reference * 1.01 + 1e-9


def test_the_last_value_stays() -> None:
    errors = np.array([[0.5, 0.4, 0.3], [0.5, 0.4, 0.35]])
    fitted = fit_models(SIZES[:3], errors, SE[:3], ASK)["last"]
    assert fitted.at.tolist() == [[0.3, 0.3], [0.35, 0.35]]
    assert fitted.loss[0] == pytest.approx((0.2**2 + 0.1**2) / 3)


def test_no_fit_rises_and_floors_stay_in_bounds() -> None:
    rising = np.linspace(0.2, 0.4, 7)[None]
    steep = 30.0 / SIZES[None]
    for model in ("pow3", "pow4", "mmf4", "ilog2"):
        flat = fit_models(SIZES, rising, SE, ASK)[model].at[0]
        assert 0.2 <= flat[1] <= flat[0] <= 0.3  # never rising; a floor is at most the lowest error
        assert np.all(fit_models(SIZES, steep, SE, ASK)[model].at >= 0)


def test_an_exact_point_weighs_more() -> None:
    errors = np.array([[0.5, 0.4, 0.3, 0.35]])
    se = np.array([0.1, 0.1, 1e-4, 0.1])
    at = fit_models(SIZES[:4], errors, se, SIZES[2:3])["pow3"].at
    assert at[0, 0] == pytest.approx(0.3, abs=1e-3)


def test_a_batch_is_the_curves_one_by_one() -> None:
    batch = 0.1 + np.random.default_rng(0).uniform(0.1, 0.5, (5, 7))
    whole = fit_models(SIZES, batch, SE, ASK)
    for model in MODELS:
        for number, errors in enumerate(batch):
            alone = fit_models(SIZES, errors[None], SE, ASK, models=[model])[model]
            assert whole[model].at[number] == pytest.approx(alone.at[0], rel=1e-9)
