"""Tests for whet.company.team.drivers: against refits, simulation, chance and too few answers."""

import numpy as np
import pytest
from numpy.typing import NDArray

from whet.company.team.drivers import (
    _PENALTIES,
    _best_penalty,
    _left_out_errors,
    _standardised,
    _weights,
    drivers,
)
from whet.company.team.survey import Item, Survey
from whet.core.errors import InputError

Floats = NDArray[np.float64]


def survey_of(scores: Floats) -> Survey:
    names = [f"q{i}" for i in range(scores.shape[1] - 1)] + ["satisfaction"]
    return Survey(tuple(Item(name, -99, 99) for name in names), scores)


def correlated(rng: np.random.Generator, n: int, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Return items with correlation 0.4, an outcome with unit variance, and the true weights."""
    p = len(weights)
    root = np.linalg.cholesky(0.4 * np.ones((p, p)) + 0.6 * np.eye(p))
    explained = weights @ root @ root.T @ weights
    x = rng.normal(size=(n, p)) @ root.T
    return x, x @ weights + np.sqrt(1 - explained) * rng.normal(size=n), weights


def test_leave_one_out_by_the_hat_matrix_is_leaving_each_one_out() -> None:
    rng = np.random.default_rng(0)
    x, y, _ = correlated(rng, 14, np.array([0.5, 0.2, 0.0]))
    x, y = _standardised(x), _standardised(y[:, None])[:, 0]
    fast = _left_out_errors(x, y[:, None])[:, 0]
    for k in (0, 20, 40):
        misses = []
        for i in range(len(y)):
            rest = np.arange(len(y)) != i
            # The intercept is fitted unpenalised in each refit, on the columns as they are.
            design = np.column_stack([np.ones(rest.sum()), x[rest]])
            penalty = np.diag([0.0, *[_PENALTIES[k]] * x.shape[1]])
            fit = np.linalg.solve(design.T @ design + penalty, design.T @ y[rest])
            misses.append(y[i] - fit @ np.array([1.0, *x[i]]))
        assert fast[k] == pytest.approx(np.mean(np.square(misses)))


def test_a_clear_driver_is_found_and_ranked_first() -> None:
    x, y, _ = correlated(np.random.default_rng(1), 60, np.array([0.0, 0.7, 0.1]))
    found = drivers(survey_of(np.column_stack([x, y])), "satisfaction")
    assert found.reason == ""
    assert found.drivers[0].item == "q1"
    assert found.drivers[0].is_clear
    assert found.explained is not None and found.explained > 0.3


def test_intervals_hold_the_true_weights_though_ridge_is_biased() -> None:
    rng = np.random.default_rng(2)
    hits = []
    for _ in range(60):
        x, y, truth = correlated(rng, 20, np.array([0.6, 0.3, 0.0, 0.0, 0.1]))
        x, y = _standardised(x), _standardised(y[:, None])[:, 0]
        _, penalty = _best_penalty(x, y)
        for driver in _weights(x, y, penalty, ["0", "1", "2", "3", "4"], 0.9):
            hits.append(driver.low <= truth[int(driver.item)] <= driver.high)
    assert np.mean(hits) > 0.9


def test_answers_of_chance_give_a_sentence_and_no_number() -> None:
    rng = np.random.default_rng(5)
    reasons = []
    for seed in range(20):
        scores = rng.normal(size=(15, 5))
        reasons.append(drivers(survey_of(scores), "satisfaction", seed=seed))
    refused = [found for found in reasons if found.reason]
    assert len(refused) >= 17
    assert refused[0].drivers == ()
    assert refused[0].reason == (
        "the 15 complete answers do not predict 'satisfaction' better than chance "
        f"(p = {refused[0].p_value:.2f}); no driver can be told. Ask again, or ask more people."
    )


def test_too_few_answers_are_said() -> None:
    scores = np.ones((9, 7)) + np.arange(9)[:, None]
    found = drivers(survey_of(scores), "satisfaction")
    assert found.reason == (
        "not enough answers: 6 items need at least 11 complete answers; found 9."
    )
    assert found.explained is None and found.drivers == ()


def test_incomplete_sheets_do_not_count() -> None:
    x, y, _ = correlated(np.random.default_rng(1), 12, np.array([0.7, 0.1]))
    scores = np.column_stack([x, y])
    scores[:3, 0] = np.nan
    assert drivers(survey_of(scores), "satisfaction").reason == (
        "not enough answers: 2 items need at least 10 complete answers; found 9."
    )


def test_everybody_alike_has_no_drivers() -> None:
    rng = np.random.default_rng(0)
    alike = np.column_stack([rng.normal(size=(20, 2)), np.full(20, 4.0)])
    assert drivers(survey_of(alike), "satisfaction").reason == (
        "not enough differences: everybody answers 'satisfaction' alike, so nothing can go with it."
    )
    flat = np.column_stack([np.full((20, 2), 3.0), rng.normal(size=20)])
    assert drivers(survey_of(flat), "satisfaction").reason == (
        "not enough differences: no other item varies, so nothing can go with it."
    )


def test_same_seed_same_answer_and_an_unknown_item_is_refused() -> None:
    x, y, _ = correlated(np.random.default_rng(1), 30, np.array([0.5, 0.1]))
    survey = survey_of(np.column_stack([x, y]))
    assert drivers(survey, "satisfaction", seed=4) == drivers(survey, "satisfaction", seed=4)
    with pytest.raises(InputError) as error:
        drivers(survey, "satisfction")
    assert str(error.value) == (
        "drivers need an item of the survey as outcome; found 'satisfction'. "
        "Did you mean 'satisfaction'?"
    )
