"""Values, slopes and reaches of every family, by hand, by differences and at the edges."""

import numpy as np
import pytest

from whet.company.strategy.curves import Curve, curve, stack
from whet.company.strategy.families import FAMILIES, Array
from whet.core.errors import InputError

EXAMPLES: dict[str, dict[str, float]] = {
    "linear": {},
    "power": {"exponent": 0.4},
    "log": {"half": 2.0},
    "exponential": {"rate": 0.7},
    "hill": {"half": 2.0, "shape": 0.6},
    "learning": {"unit": 3.0, "exponent": 0.35},
}


def one(made: Curve) -> object:
    return stack([made], np.ones(1))


def test_every_family_has_an_example() -> None:
    assert set(EXAMPLES) == set(FAMILIES)


def test_values_by_hand() -> None:
    made = [
        (curve("linear", scale=3), 2.0, 6.0),
        (curve("power", scale=3, exponent=0.5), 4.0, 6.0),
        (curve("log", scale=2, half=1), np.e - 1, 2.0),
        (curve("exponential", scale=5, rate=np.log(2)), 1.0, 2.5),
        (curve("hill", scale=8, half=2, shape=3), 2.0, 4.0),
        (curve("learning", scale=4, unit=1, exponent=1), 1.0, 2.0),
    ]
    curves = stack([m for m, _, _ in made], np.ones(len(made)))
    found = curves.value(np.array([x for _, x, _ in made]))
    assert found == pytest.approx([v for _, _, v in made], rel=1e-14)


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
@pytest.mark.parametrize("unit", [1e-8, 1.0, 1e8])
def test_slopes_are_differences_in_any_unit_of_value(kind: str, unit: float) -> None:
    curves = stack([curve(kind, scale=2 * unit, **EXAMPLES[kind])], np.ones(1))
    for x in (0.01, 1.0, 7.0):
        at, step = np.array([x]), x * 1e-5
        difference = (curves.value(at + step) - curves.value(at - step)) / (2 * step)
        assert curves.slope(at) == pytest.approx(difference, rel=1e-7)


@pytest.mark.parametrize("kind", sorted(set(EXAMPLES) - {"linear"}))
def test_reach_undoes_the_slope(kind: str) -> None:
    curves = stack([curve(kind, scale=2.5, **EXAMPLES[kind])], np.ones(1))
    x = np.geomspace(1e-6, 1e3, 40)[:, None]
    slopes = curves.slope(x)
    seen = slopes > 1e-300
    assert curves.reach(slopes)[seen] == pytest.approx(x[seen], rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("shape", [0.05, 0.5, 0.999, 1.0, 1.001, 1.5, 3.0, 20.0])
def test_reach_of_hill_on_its_concave_part(shape: float) -> None:
    curves = stack([curve("hill", scale=3, half=40, shape=shape)], np.ones(1))
    start = max(float(curves.inflection()[0]), 1e-9)
    x = (start * np.geomspace(1.001, 1e3, 50))[:, None]
    assert curves.reach(curves.slope(x)) == pytest.approx(x, rel=1e-6)


def test_reach_is_nothing_above_the_steepest_slope() -> None:
    curves = stack([curve("hill", scale=3, half=2, shape=3), curve("linear", scale=2)], np.ones(2))
    steepest = curves.slope(curves.inflection())[0]
    assert curves.reach(np.array([steepest * 1.01, 2.01])).tolist() == [0, 0]
    assert curves.reach(np.array([1.0, 1.99]))[1] == np.inf


def test_the_inflection_is_where_the_slope_is_largest() -> None:
    curves = stack([curve("hill", scale=3, half=2, shape=2.5)], np.ones(1))
    x = np.linspace(0, 6, 60_001)
    steepest: Array = x[np.argmax(curves.slope(x[:, None])[:, 0])]
    assert curves.inflection()[0] == pytest.approx(steepest, abs=1e-3)


def test_no_scale_is_no_value_at_all() -> None:
    curves = stack([curve("power", scale=0, exponent=0.5)], np.ones(1))
    zero = np.zeros(1)
    found = np.concatenate([curves.value(zero), curves.slope(zero), curves.reach(zero)])
    assert found.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("kind", "numbers", "sentence"),
    [
        ("hil", {"scale": 1}, "There is no curve 'hil'. Did you mean 'hill'?"),
        ("log", {"scale": 1, "hal": 1}, "A curve of kind 'log' has no parameter 'hal'. "
         "Did you mean 'half'?"),
        ("log", {"scale": 1}, "A curve of kind 'log' needs half. Add what is missing."),
        ("log", {"scale": -1, "half": 1}, "scale must be at least 0; found -1."),
        ("log", {"scale": 1, "half": 0}, "half must be above 0; found 0."),
        ("power", {"scale": 1, "exponent": 1.2},
         "exponent must be above 0 and at most 1; found 1.2."),
        ("log", {"scale": (1, 3, 2), "half": 1},
         "scale must rise from low over likely to high; found (1, 3, 2)."),
        ("log", {"scale": float("inf"), "half": 1}, "scale must be a finite number; found inf."),
    ],
)  # fmt: skip
def test_refusals(kind: str, numbers: dict[str, float], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        curve(kind, **numbers)
    assert str(caught.value) == sentence
