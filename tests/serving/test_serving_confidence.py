"""Tests of whet.serving.confidence: against the definition as a loop, leaving out, the edges."""

import numpy as np
import pytest
from numpy.typing import NDArray

from whet.serving import confidence as module
from whet.serving.confidence import SIGNALS, Evidence, confidence, evidence, fit_scope, signals

K, D = 5, 8


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def _unit(rows: NDArray[np.floating]) -> NDArray[np.floating]:
    unit: NDArray[np.floating] = rows / np.linalg.norm(rows, axis=-1, keepdims=True)
    return unit


def _rows(rng: np.random.Generator, n: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return probabilities (n, k) and embeddings (n, d)."""
    probabilities = rng.dirichlet(np.ones(K), size=n).astype(np.float32)
    return probabilities, _unit(rng.standard_normal((n, D))).astype(np.float32)


Raw = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]


def _evidence(rng: np.random.Generator, m: int) -> tuple[Evidence, Raw]:
    probabilities, embedding = _rows(rng, m)
    labels = rng.integers(0, K, m)
    stored = embedding.astype(np.float16), np.log(probabilities).astype(np.float16), labels
    return evidence(*stored), (probabilities, embedding, labels)


def _by_definition(
    p: NDArray[np.floating],
    e: NDArray[np.floating],
    known: Raw,
    allowed: NDArray[np.bool_],
) -> list[float]:
    """Return the three signals of one row, written as the definition reads."""
    known_p, known_e, labels = known
    centred = np.log(p) - np.log(p).mean()
    logit, near = [-1.0], [-1.0]
    for j in np.flatnonzero((labels == p.argmax()) & allowed):
        other = np.log(known_p[j]) - np.log(known_p[j]).mean()
        logit.append(float(_unit(centred) @ _unit(other)))
        near.append(float(e @ known_e[j]))
    return [float(p.max()), max(logit), max(near)]


def test_signals_are_those_of_the_definition(rng: np.random.Generator) -> None:
    known, raw = _evidence(rng, 60)
    p, e = _rows(rng, 25)
    found = signals(p, e, known)
    everything = np.ones(60, dtype=bool)
    for i in range(25):
        assert found[i] == pytest.approx(_by_definition(p[i], e[i], raw, everything), abs=2e-3)
    assert found.shape == (25, len(SIGNALS))


def test_rows_of_the_same_group_are_not_looked_at(rng: np.random.Generator) -> None:
    known, raw = _evidence(rng, 60)
    p, e = _rows(rng, 25)
    folds, known_folds = rng.integers(0, 3, 25), rng.integers(0, 3, 60)
    found = signals(p, e, known, groups=(folds, known_folds))
    for i in range(25):
        expected = _by_definition(p[i], e[i], raw, known_folds != folds[i])
        assert found[i] == pytest.approx(expected, abs=2e-3)


def test_a_row_of_the_evidence_finds_itself_unless_left_out(rng: np.random.Generator) -> None:
    p, e = _rows(rng, 40)
    known = evidence(e, np.log(p), p.argmax(axis=1))
    numbers = np.arange(40)
    assert signals(p, e, known)[:, 1:] == pytest.approx(1, abs=1e-5)
    assert (signals(p, e, known, groups=(numbers, numbers))[:, 1:] < 0.999).all()


def test_a_class_without_evidence_is_as_far_as_can_be(rng: np.random.Generator) -> None:
    p, e = _rows(rng, 30)
    known = evidence(e, np.log(p), np.zeros(30, dtype=np.int64))
    asked = np.full((1, K), 0.05, dtype=np.float32)
    asked[0, 3] = 0.8
    assert signals(asked, e[:1], known).tolist() == [[pytest.approx(0.8), -1.0, -1.0]]
    everyone = np.zeros(30)
    left_out = signals(p, e, known, groups=(everyone, everyone))
    assert (left_out[:, 1:] == -1).all()


def test_without_an_embedding_its_signal_is_left_out(rng: np.random.Generator) -> None:
    p, e = _rows(rng, 30)
    nothing, labels = np.zeros((30, 0), dtype=np.float32), rng.integers(0, K, 30)
    full = signals(p, e, evidence(e, np.log(p), labels))
    assert signals(p, nothing, evidence(nothing, np.log(p), labels)) == pytest.approx(full[:, :2])


def test_a_probability_of_0_and_equal_probabilities_are_finite(rng: np.random.Generator) -> None:
    p = np.array([[1, 0, 0, 0, 0], [0.2, 0.2, 0.2, 0.2, 0.2]], dtype=np.float32)
    with np.errstate(divide="ignore"):
        known = evidence(_rows(rng, 2)[1], np.log(p), np.array([0, 0]))
    found = signals(p, known.embedding, known)
    assert found[0, 1] == pytest.approx(1)  # near itself
    assert found[1, 1] == 0  # without a direction it is near nothing


def test_float16_evidence_gives_nearly_the_same_signals(rng: np.random.Generator) -> None:
    p, e = _rows(rng, 50)
    labels = rng.integers(0, K, 50)
    exact = evidence(e, np.log(p), labels)
    stored = evidence(e.astype(np.float16), np.log(p).astype(np.float16), labels)
    assert signals(p, e, stored) == pytest.approx(signals(p, e, exact), abs=2e-3)


@pytest.mark.parametrize("count", [1, 3, 60, 100])
def test_nearest_finds_what_sorting_everything_finds(rng: np.random.Generator, count: int) -> None:
    known, (_, known_e, _) = _evidence(rng, 60)
    p, e = _rows(rng, 7)
    positions, cosines = known.nearest(p, e, count)
    every = e @ known_e.T
    assert positions.shape == cosines.shape == (7, min(count, 60))
    assert cosines == pytest.approx(-np.sort(-every, axis=1)[:, :count], abs=2e-3)
    assert np.take_along_axis(every, positions, axis=1) == pytest.approx(cosines, abs=2e-3)


def test_nearest_without_an_embedding_compares_answers(rng: np.random.Generator) -> None:
    p, _ = _rows(rng, 20)
    nothing = np.zeros((20, 0), dtype=np.float32)
    known = evidence(nothing, np.log(p), rng.integers(0, K, 20))
    positions, cosines = known.nearest(p, nothing, 2)
    assert positions[:, 0].tolist() == list(range(20))
    assert cosines[:, 0] == pytest.approx(1)
    assert (cosines[:, 1] < 1).all()


def test_blocks_give_the_same_result_as_one_piece(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, _ = _evidence(rng, 60)
    p, e = _rows(rng, 50)
    whole, near = signals(p, e, known), known.nearest(p, e, 4)
    monkeypatch.setattr(module, "_BLOCK_BYTES", 700)
    assert signals(p, e, known) == pytest.approx(whole, abs=1e-6)
    positions, cosines = known.nearest(p, e, 4)
    assert (positions == near[0]).all()
    assert cosines == pytest.approx(near[1], abs=1e-6)


def test_no_rows_have_no_signals(rng: np.random.Generator) -> None:
    known, _ = _evidence(rng, 10)
    p, e = _rows(rng, 0)
    assert signals(p, e, known).shape == (0, 3)
    assert known.nearest(p, e, 3)[0].shape == (0, 3)


def test_signals_are_put_on_the_scale_of_the_rows_that_fit_the_scope(
    rng: np.random.Generator,
) -> None:
    values = rng.standard_normal((500, 3)) * [0.1, 1, 10] + [0.5, 0, -3]
    mean, scale = fit_scope(values)
    assert mean == pytest.approx(values.mean(axis=0))
    assert scale == pytest.approx(values.std(axis=0))


def test_a_neighbour_counts_only_where_it_is_farther_than_usual() -> None:
    mean, scale = np.array([0.5, 0.6, 0.2]), np.array([0.1, 0.2, 0.4])
    values = np.array([[0.7, 0.9, 0.9], [0.7, 0.4, 0.9], [0.7, 0.4, -0.6], [0.4, 0.6, 0.2]])
    # Probability: 2, 2, 2, -1. The near ones add nothing; the far ones add -1 and -2.
    assert confidence(values, mean, scale) == pytest.approx([2, 1, -1, -1])


def test_a_signal_that_never_varies_says_nothing() -> None:
    values = np.array([[0.9, -1.0], [0.5, -1.0]])
    mean, scale = fit_scope(values)
    assert scale[1] == 1.0
    assert confidence(values, mean, scale) == pytest.approx([1.0, -1.0])
