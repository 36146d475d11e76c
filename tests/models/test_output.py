"""Tests for whet.models.output: temperatures, taking rows, joining folds."""

import numpy as np

from whet.models.output import Output, join

LOGITS = np.array([[2.0, 0.0], [0.0, 0.0], [-1000.0, 5.0]], dtype=np.float32)
OUTPUT = Output(LOGITS, np.eye(3, 2, dtype=np.float32))


def test_a_temperature_divides_the_logits() -> None:
    p = OUTPUT.probabilities(2.0)
    first = float(np.e / (1 + np.e))
    np.testing.assert_allclose(p[0], [first, 1 - first], rtol=1e-5)
    np.testing.assert_allclose(p[1:], [[0.5, 0.5], [0.0, 1.0]], atol=1e-6)
    assert p.dtype == np.float32
    assert np.isfinite(OUTPUT.log_probabilities()).all()


def test_rows_come_back_where_they_belong_and_the_others_are_no_numbers() -> None:
    parts = [
        (np.array([3]), OUTPUT.take(np.array([0]))),
        (np.array([0, 2]), OUTPUT.take(np.array([1, 2]))),
    ]
    whole = join(parts, 4)
    np.testing.assert_array_equal(whole.logits[[3, 0, 2]], LOGITS)
    np.testing.assert_array_equal(whole.views[[3, 0, 2]], OUTPUT.views)
    assert np.isnan(whole.logits[1]).all()
    assert whole.read is None


def test_what_the_encoder_alone_says_goes_along() -> None:
    read = np.log(np.array([[0.5, 0.5], [0.9, 0.1], [0.2, 0.8]], dtype=np.float32))
    mixed = Output(LOGITS, OUTPUT.views, read)
    whole = join([(np.array([1, 0]), mixed.take(np.array([2, 1])))], 2)
    np.testing.assert_array_equal(whole.read_log_probabilities(3.0), read[[1, 2]])
    expected = OUTPUT.log_probabilities(3.0)
    np.testing.assert_array_equal(OUTPUT.read_log_probabilities(3.0), expected)
