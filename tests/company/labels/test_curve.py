"""Tests for whet.company.labels.curve: points, seeds, standard errors, what is refused."""

import math

import numpy as np
import pytest

from whet.cards.schema import LOWER_IS_BETTER as OF_CARDS
from whet.company.labels.curve import Score, curve_of
from whet.company.plan.quality import LOWER_IS_BETTER
from whet.core.errors import InputError


def test_cards_and_the_plan_agree_on_what_is_an_error() -> None:
    assert LOWER_IS_BETTER == OF_CARDS


def test_seeds_are_averaged_and_sizes_ascend() -> None:
    scores = [Score(200, 0.8, 0), Score(100, 0.7, 0), Score(100, 0.6, 1)]
    curve = curve_of("support", "accuracy", scores)
    assert curve.sizes == (100, 200)
    assert curve.errors == pytest.approx((0.35, 0.2))
    assert curve.score(0.2) == pytest.approx(0.8)
    assert curve.largest == 200


def test_the_standard_error_leans_on_all_sizes() -> None:
    scores = [Score(n, v, s) for n, v, s in [(1, 0.5, 0), (1, 0.7, 1), (2, 0.6, 0), (2, 0.6, 1)]]
    curve = curve_of("support", "accuracy", [*scores, Score(4, 0.9)])
    pooled = 0.02 / 2  # sum of squares 0.02 over two degrees of freedom
    expected = [
        math.sqrt((0.02 + 2 * pooled) / 3 / 2),
        math.sqrt(2 * pooled / 3 / 2),
        math.sqrt(pooled),
    ]
    assert curve.se == pytest.approx(expected)


def test_stated_standard_errors_are_taken_and_never_zero() -> None:
    curve = curve_of("c", "accuracy", [Score(1, 0.5, se=0.03), Score(2, 0.6, se=0.0)])
    assert curve.se == pytest.approx((0.03, 5e-4 * 0.5))
    twice = curve_of("c", "accuracy", [Score(1, 0.5, se=0.03), Score(1, 0.5, se=0.04)])
    assert twice.se == pytest.approx((0.025,))


def test_without_repetitions_the_scatter_around_a_fit_counts() -> None:
    sizes = 100.0 * 2 ** np.arange(8)
    noise = 0.02 * np.random.default_rng(0).standard_normal(8)
    scores = [Score(n, float(0.9 - 1.2 * n**-0.4 + e)) for n, e in zip(sizes, noise, strict=True)]
    curve = curve_of("c", "accuracy", scores)
    assert 0.01 < curve.se[0] == curve.se[-1] < 0.04


def test_a_loss_is_an_error_already() -> None:
    curve = curve_of("c", "log_loss", [Score(1, 1.5), Score(2, 1.2)])
    assert curve.errors == (1.5, 1.2)
    assert curve.score(1.2) == 1.2


@pytest.mark.parametrize(
    ("scores", "sentence"),
    [
        (
            [],
            "The curve 'c' must have measured points; there are none. Build with a curve first "
            "(`whet build CARD`), or give --curve FILE.csv.",
        ),
        (
            [Score(0, 0.5)],
            "The curve 'c' at size 0 must have a positive size. Remove or correct that point.",
        ),
        (
            [Score(10, 85.0)],
            "The curve 'c' at size 10 must have accuracy in [0, 1]; found 85. Divide percentages "
            "by 100; for a metric of which less is better, say so.",
        ),
        (
            [Score(10, 0.5, se=-1.0)],
            "The curve 'c' at size 10 must have a standard error of at least 0; found -1. "
            "Correct it, or leave it empty.",
        ),
    ],
)
def test_impossible_points_are_refused(scores: list[Score], sentence: str) -> None:
    with pytest.raises(InputError) as error:
        curve_of("c", "accuracy", scores)
    assert str(error.value) == sentence


def test_a_negative_loss_is_refused() -> None:
    with pytest.raises(InputError) as error:
        curve_of("c", "rmse", [Score(10, -0.5)])
    assert str(error.value) == (
        "The curve 'c' at size 10 must have rmse of at least 0; found -0.5. Correct that point."
    )
