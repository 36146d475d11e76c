"""Tests for whet.models.probe: against scikit-learn, folding for export, missing classes."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from whet.models.probe import STRENGTHS, Extra, best_strength, fit_probe


def _clouds(
    classes: int, rows: int, spread: float
) -> tuple[
    np.ndarray[tuple[int, int], np.dtype[np.float16]], np.ndarray[tuple[int], np.dtype[np.int64]]
]:
    random = np.random.default_rng(0)
    labels = np.tile(np.arange(classes), rows)
    centres = random.normal(size=(classes, 6))
    return (centres[labels] + random.normal(0, spread, (len(labels), 6))).astype(np.float16), labels


@pytest.mark.parametrize("classes", [2, 3])
def test_agrees_with_scikit_learns_pipeline(classes: int) -> None:
    views, labels = _clouds(classes, 40, 1.0)
    ours = fit_probe(views, labels, classes, seed=0, strength=0.1).predict(views)
    theirs = make_pipeline(StandardScaler(), LogisticRegression(C=0.1)).fit(
        views.astype(np.float64), labels
    )
    np.testing.assert_allclose(
        ours.probabilities(), theirs.predict_proba(views.astype(np.float64)), atol=5e-3
    )


def test_the_folded_head_says_the_same_as_the_steps_one_by_one() -> None:
    views, labels = _clouds(3, 30, 0.5)
    model = fit_probe(views, labels, 3, seed=0, strength=0.1)
    standardised = (views.astype(np.float32) - model.mean) / model.scale
    step_by_step = standardised @ model.coefficients + model.intercept
    np.testing.assert_allclose(model.predict(views).logits, step_by_step, atol=1e-4)


def test_the_views_go_along_with_the_answer() -> None:
    views, labels = _clouds(2, 10, 0.5)
    answers = fit_probe(views, labels, 2, seed=0, strength=0.1).predict(views)
    np.testing.assert_array_equal(answers.views, views.astype(np.float32))


def test_a_class_without_rows_is_never_the_answer() -> None:
    views, labels = _clouds(2, 20, 0.1)
    answers = fit_probe(views, labels * 2, 3, seed=0, strength=1.0).predict(views)
    assert (answers.logits.argmax(axis=1) == labels * 2).all()


def test_noise_asks_for_more_regularisation_than_signal() -> None:
    clear, labels = _clouds(3, 60, 0.05)
    noise = np.random.default_rng(1).normal(size=clear.shape).astype(np.float16)
    strengths = [fit_probe(x, labels, 3, seed=0).strength for x in (noise, clear)]
    assert strengths[0] == STRENGTHS[0] < strengths[1]


def test_an_extra_example_of_weight_two_is_two_copies_on_the_scale_of_the_rows() -> None:
    views, labels = _clouds(3, 20, 1.0)
    known, added = slice(0, 40), slice(40, 60)
    extra = Extra(views[added], labels[added], np.full(20, 2, dtype=np.float32))
    ours = fit_probe(views[known], labels[known], 3, seed=0, strength=0.1, extra=extra)
    scaler = StandardScaler().fit(views[known].astype(np.float64))
    copies = np.concatenate([views[known], views[added], views[added]]).astype(np.float64)
    theirs = LogisticRegression(C=0.1).fit(
        scaler.transform(copies), np.concatenate([labels[known], labels[added], labels[added]])
    )
    np.testing.assert_allclose(
        ours.predict(views).probabilities(),
        theirs.predict_proba(scaler.transform(views.astype(np.float64))),
        atol=5e-3,
    )


def test_a_class_of_extra_examples_alone_can_be_the_answer() -> None:
    views, labels = _clouds(3, 20, 0.1)
    known = labels < 2
    extra = Extra(views[~known], labels[~known], np.ones((~known).sum(), dtype=np.float32))
    model = fit_probe(views[known], labels[known], 3, seed=0, strength=1.0, extra=extra)
    assert (model.predict(views).logits.argmax(axis=1) == labels).all()


def test_without_extra_examples_nothing_changes() -> None:
    views, labels = _clouds(3, 20, 1.0)
    none = Extra(views[:0], labels[:0], np.zeros(0, dtype=np.float32))
    with_none = fit_probe(views, labels, 3, seed=0, extra=none).predict(views)
    assert (with_none.logits == fit_probe(views, labels, 3, seed=0).predict(views).logits).all()


def test_misleading_extra_examples_raise_the_loss_of_rows_held_back() -> None:
    views, labels = _clouds(3, 40, 0.5)
    weights = np.ones(60, dtype=np.float32)
    losses = [
        best_strength(views, labels, seed=0, extra=Extra(views[:60], told, weights))[1]
        for told in (labels[:60], (labels[:60] + 1) % 3)
    ]
    assert losses[0] < losses[1]


def test_with_too_few_rows_to_hold_back_there_is_no_loss() -> None:
    views, labels = _clouds(2, 5, 0.5)
    strength, loss = best_strength(views, labels, seed=0)
    assert strength == STRENGTHS[1] and np.isnan(loss)
