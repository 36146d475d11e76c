"""Tests for whet.company.team.intervals: by hand, against simulation, at the edge, refusals."""

import numpy as np
import pytest
from scipy.stats import t as student

from whet.company.team.intervals import enps_interval, mean_interval
from whet.core.errors import InputError


def test_enps_is_the_adjusted_wald_of_rocks_by_hand() -> None:
    # 5 promoters, 3 detractors of 10. Adjusted: 5.75 and 3.75 of 13.
    answers = [9, 10, 9, 10, 9, 7, 8, 0, 6, 5]
    p, d = 5.75 / 13, 3.75 / 13
    variance = p + d - (p - d) ** 2
    margin = student.ppf(0.975, 12) * np.sqrt(variance / 13)
    found = enps_interval(answers)
    assert found.value == pytest.approx(20)
    assert found.low == pytest.approx(100 * (p - d - margin))
    assert found.high == pytest.approx(100 * (p - d + margin))


def test_ten_people_are_about_forty_points_unsure() -> None:
    found = enps_interval([9, 10, 9, 10, 9, 7, 8, 0, 6, 5])
    assert 35 < (found.high - found.low) / 2 < 55


def test_everybody_answered_is_no_interval_but_the_mean() -> None:
    found = mean_interval([1, 4, 5, 5, 2], scale=(1, 5), team=5)
    assert (found.low, found.value, found.high) == pytest.approx((3.4, 3.4, 3.4))


def test_five_alike_are_not_certain() -> None:
    found = mean_interval([5] * 5, scale=(1, 5))
    assert found.value == found.high == 5
    assert found.low < 4


def test_the_interval_narrows_with_the_share_that_answered() -> None:
    scores = [3.0, 4.0, 5.0, 2.0, 4.0, 4.0]
    widths = [
        found.high - found.low
        for found in (mean_interval(scores, scale=(1, 5), team=n) for n in (None, 60, 12, 7))
    ]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize(
    "chances",
    [
        [0.2, 0.2, 0.2, 0.2, 0.2],
        [0.02, 0.05, 0.13, 0.4, 0.4],
        [0.0, 0.0, 0.02, 0.08, 0.9],
        [0.5, 0.0, 0.0, 0.0, 0.5],
    ],
)
def test_the_interval_holds_the_truth_as_often_as_it_says(chances: list[float]) -> None:
    rng = np.random.default_rng(3)
    truth = float(np.dot(chances, range(1, 6)))
    for n in (5, 12):
        drawn = rng.choice(5, size=(400, n), p=chances) + 1.0
        found = [mean_interval(row.tolist(), scale=(1, 5)) for row in drawn]
        share = np.mean([e.low - 1e-9 <= truth <= e.high + 1e-9 for e in found])
        assert share > 0.91


def test_many_answers_give_the_bootstrap_interval() -> None:
    rng = np.random.default_rng(0)
    scores = rng.choice([1.0, 2.0, 3.0, 4.0, 5.0], size=400, p=[0.1, 0.2, 0.3, 0.3, 0.1])
    means = rng.choice(scores, size=(4000, 400)).mean(axis=1)
    found = mean_interval(scores.tolist(), scale=(1, 5))
    assert found.low == pytest.approx(np.quantile(means, 0.025), abs=0.02)
    assert found.high == pytest.approx(np.quantile(means, 0.975), abs=0.02)


def test_a_subset_of_a_finite_team_holds_the_mean_of_the_team() -> None:
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(400):
        team = rng.choice([1.0, 3.0, 4.0, 5.0], size=12)
        found = mean_interval(rng.choice(team, 8, replace=False).tolist(), scale=(1, 5), team=12)
        hits += found.low <= team.mean() <= found.high
    assert hits / 400 > 0.93


@pytest.mark.parametrize(
    ("scores", "team", "sentence"),
    [
        ([3.0], None, "an interval needs at least 2 answers; found 1."),
        ([3.0, 6.0], None, "scores must lie between 1 and 5; found 6."),
        ([3.0, float("nan")], None, "scores must lie between 1 and 5; found nan."),
        (
            [3.0] * 6,
            5,
            "the team must be at least as large as its answers; found a team of 5 and 6 answers. "
            "Correct the number of people asked.",
        ),
    ],
)
def test_refusals(scores: list[float], team: int | None, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        mean_interval(scores, scale=(1, 5), team=team)
    assert str(error.value) == sentence
