"""Tests of whet.evaluation.classes: against scikit-learn, how often intervals hold, the edges."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support
from tests.evaluation.populations import certain, population

from whet.cards.schema import Interval as Settings
from whet.evaluation.classes import confusion, per_class
from whet.evaluation.intervals import Interval


def test_agrees_with_scikit_learn(rng: np.random.Generator) -> None:
    truth, probabilities = rng.integers(0, 4, 300), rng.dirichlet(np.ones(4), size=300)
    answer = probabilities.argmax(axis=1)
    precision, recall, f1, support = precision_recall_fscore_support(truth, answer)
    found = per_class(truth, probabilities, "abcd", interval=Settings(n=100), seed=0)
    assert [result.label for result in found] == ["a", "b", "c", "d"]
    assert [result.support for result in found] == support.tolist()
    assert [result.precision for result in found] == pytest.approx(precision)
    assert [result.recall for result in found] == pytest.approx(recall)
    assert [result.f1.value for result in found] == pytest.approx(f1)
    assert (confusion(truth, probabilities) == confusion_matrix(truth, answer)).all()


def test_a_class_that_never_occurs_has_the_whole_range() -> None:
    truth = np.array([0, 0, 1, 1])
    found = per_class(truth, certain(truth, 3), "abc", interval=Settings(n=100), seed=0)
    assert found[2].f1 == Interval(0.0, 0.0, 1.0)
    assert (found[2].precision, found[2].recall, found[2].support) == (0.0, 0.0, 0)


def test_five_right_rows_prove_less_than_fifty() -> None:
    truth = np.repeat([0, 1], [5, 50])
    few, many = per_class(truth, certain(truth, 2), "ab", interval=Settings(n=100), seed=0)
    assert few.f1.value == many.f1.value == few.f1.high == 1.0
    assert 0.5 < few.f1.low < 0.75 < 0.9 < many.f1.low < 1


def test_a_hundred_rows_of_two_units_prove_no_more_than_the_units() -> None:
    truth, unit = np.zeros(100, dtype=np.int64), np.repeat([0, 1], 50)
    found = per_class(truth, certain(truth, 2), "ab", unit, interval=Settings(n=100), seed=0)
    assert found[0].f1.value == 1.0
    assert found[0].f1.low < 0.4  # two units, each once as truth and once as answer


def test_units_widen_the_interval(rng: np.random.Generator) -> None:
    truth, answers = rng.integers(0, 2, 40).repeat(5), rng.integers(0, 2, 40).repeat(5)
    unit, settings = np.arange(40).repeat(5), Settings(n=100)
    rows = per_class(truth, certain(answers, 2), "ab", interval=settings, seed=0)[0].f1
    units = per_class(truth, certain(answers, 2), "ab", unit, interval=settings, seed=0)[0].f1
    assert units.high - units.low > 1.8 * (rows.high - rows.low)


def test_intervals_hold_the_true_f1() -> None:
    people, rng = population(8, 0.85, skewed=True), np.random.default_rng(2)
    joint = people.prior[:, None] * people.answers
    true_f1 = 2 * np.diag(joint) / (joint.sum(axis=0) + joint.sum(axis=1))
    held = []
    for seed in range(150):
        rows = people.rows(rng, 200, same=0)
        found = per_class(
            rows[:, 0], certain(rows[:, 1], 8), "abcdefgh", interval=Settings(n=100), seed=seed
        )
        held += [r.f1.low <= true_f1[c] <= r.f1.high for c, r in enumerate(found)]
    assert 0.93 <= np.mean(held) <= 0.99
