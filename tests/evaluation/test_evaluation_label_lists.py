"""Tests for metrics of several labels: by hand, against scikit-learn, at the edge."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from whet.core.errors import InputError
from whet.evaluation.label_lists import label_sums

RNG = np.random.default_rng(0)
TRUTH = RNG.random((80, 5)) < 0.3
FOUND = TRUTH ^ (RNG.random((80, 5)) < 0.1)


def test_as_scikit_learn_computes_it() -> None:
    assert label_sums("micro_f1", TRUTH, FOUND).value() == pytest.approx(
        f1_score(TRUTH, FOUND, average="micro")
    )
    assert label_sums("macro_f1", TRUTH, FOUND).value() == pytest.approx(
        f1_score(TRUTH, FOUND, average="macro")
    )
    assert label_sums("subset_accuracy", TRUTH, FOUND).value() == pytest.approx(
        accuracy_score(TRUTH, FOUND)
    )


def test_nothing_true_and_nothing_found_is_no_error_of_the_whole_text() -> None:
    nothing = np.zeros((3, 2), dtype=np.bool_)
    assert label_sums("subset_accuracy", nothing, nothing).value() == 1
    assert label_sums("micro_f1", nothing, nothing).value() == 0


def test_a_label_that_never_occurs_is_no_part_of_the_mean() -> None:
    wide = [np.pad(side, ((0, 0), (0, 4))) for side in (TRUTH, FOUND)]
    narrow = label_sums("macro_f1", TRUTH, FOUND).value()
    assert label_sums("macro_f1", wide[0], wide[1]).value() == pytest.approx(narrow)


def test_other_shapes_are_refused() -> None:
    with pytest.raises(InputError) as error:
        label_sums("micro_f1", TRUTH, FOUND[:, :2])
    assert str(error.value) == (
        "Truth and answers must both be (n, k) with n > 0; got (80, 5) and (80, 2). Pass the same "
        "rows in both."
    )
