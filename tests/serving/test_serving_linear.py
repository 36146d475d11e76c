"""Tests for whet.serving.linear: the arithmetic of the spec, by scikit-learn and by hand."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from whet.core.errors import IntegrityError
from whet.core.text import text_features
from whet.serving.linear import MAX_CHARACTERS, LinearModel
from whet.serving.links import softmax

TEXTS = ["my card", "lost lost card", "我要退款了", "nothing known: zzz", "refund 😀", "🦊"]


def test_agrees_with_scikit_learn(linear_package: Path) -> None:
    arrays = load_file(linear_package / "linear.safetensors")
    vocabulary = json.loads((linear_package / "vocabulary.json").read_text())
    counts = CountVectorizer(analyzer=text_features, vocabulary=vocabulary).transform(TEXTS)
    transformer = TfidfTransformer(sublinear_tf=True)
    transformer.idf_ = arrays["idf"]
    logits = transformer.transform(counts) @ arrays["coefficients"] + arrays["intercept"]
    scaled = np.exp(logits / arrays["temperature"])
    expected = scaled / scaled.sum(axis=1, keepdims=True)
    outputs = LinearModel(linear_package).outputs(TEXTS)
    np.testing.assert_allclose(outputs.probabilities, expected, rtol=1e-5)
    assert outputs.views.shape == (6, 0)
    assert outputs.tokens.tolist() == [(row > 0).sum() for row in counts.toarray()]


def test_two_features_by_hand(tmp_path: Path) -> None:
    # "a b" has the known words a and b; weights (1, 2) scaled to length 1 are (1, 2) / sqrt 5.
    # Logits (1, 4) / sqrt 5 + (0, 0.5), divided by the temperature 2.
    arrays = {
        "idf": np.array([1, 2], dtype=np.float32),
        "coefficients": np.array([[1, 0], [0, 2]], dtype=np.float32),
        "intercept": np.array([0, 0.5], dtype=np.float32),
        "temperature": np.array([2], dtype=np.float32),
    }
    save_file(arrays, tmp_path / "linear.safetensors")
    (tmp_path / "vocabulary.json").write_text('["wa", "wb"]')
    first, second = 1 / 5**0.5 / 2, (4 / 5**0.5 + 0.5) / 2
    expected = np.exp(first) / (np.exp(first) + np.exp(second))
    outputs = LinearModel(tmp_path).outputs(["a b"])
    assert outputs.probabilities[0, 0] == pytest.approx(expected, rel=1e-5)
    assert outputs.tokens.tolist() == [2]


def test_a_text_of_unknown_words_gets_the_intercept_alone(linear_package: Path) -> None:
    outputs = LinearModel(linear_package).outputs(["🦊"])
    expected = softmax(np.array([[0.1, 0.0, -0.1]], dtype=np.float32) / 0.5)
    np.testing.assert_allclose(outputs.probabilities, expected, rtol=1e-6)


def test_only_what_goes_past_the_bound_is_truncated(linear_package: Path) -> None:
    model = LinearModel(linear_package)
    inside = "card " * (MAX_CHARACTERS // 5)
    outputs = model.outputs([inside, inside + "refund"])
    assert outputs.truncated.tolist() == [False, True]
    np.testing.assert_array_equal(outputs.probabilities[0], outputs.probabilities[1])


def test_softmax_survives_large_logits() -> None:
    assert softmax(np.array([[1e4, 1e4 - 1000]], dtype=np.float32)).tolist() == [[1.0, 0.0]]


def test_a_vocabulary_of_another_length_is_refused(linear_package: Path) -> None:
    (linear_package / "vocabulary.json").write_text('["wa"]')
    rows = len(load_file(linear_package / "linear.safetensors")["idf"])
    with pytest.raises(IntegrityError) as error:
        LinearModel(linear_package)
    assert str(error.value) == (
        f"{linear_package / 'vocabulary.json'} must hold one feature for each of the {rows} rows "
        "of linear.safetensors; found 1."
    )


def test_a_missing_array_is_named(linear_package: Path) -> None:
    file = linear_package / "linear.safetensors"
    arrays = load_file(file)
    del arrays["intercept"]
    save_file(arrays, file)
    with pytest.raises(IntegrityError) as error:
        LinearModel(linear_package)
    assert str(error.value) == (
        f"{file} must hold idf, coefficients, intercept, temperature; intercept is missing."
    )


def test_a_file_that_is_no_safetensors_is_refused(linear_package: Path) -> None:
    (linear_package / "linear.safetensors").write_bytes(b"not tensors")
    with pytest.raises(IntegrityError, match=r"linear\.safetensors is not a safetensors file: "):
        LinearModel(linear_package)
