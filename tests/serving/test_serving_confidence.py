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
    return evidence(*stored, dimension=D), (probabilities, embedding, labels)


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
    found = signals(p, p, e, known)
    everything = np.ones(60, dtype=bool)
    for i in range(25):
        assert found[i] == pytest.approx(_by_definition(p[i], e[i], raw, everything), abs=2e-3)
    assert found.shape == (25, 3)


def test_rows_of_the_same_group_are_not_looked_at(rng: np.random.Generator) -> None:
    known, raw = _evidence(rng, 60)
    p, e = _rows(rng, 25)
    folds, known_folds = rng.integers(0, 3, 25), rng.integers(0, 3, 60)
    found = signals(p, p, e, known, groups=(folds, known_folds))
    for i in range(25):
        expected = _by_definition(p[i], e[i], raw, known_folds != folds[i])
        assert found[i] == pytest.approx(expected, abs=2e-3)


def test_a_row_of_the_evidence_finds_itself_unless_left_out(rng: np.random.Generator) -> None:
    p, e = _rows(rng, 40)
    known = evidence(e, np.log(p), p.argmax(axis=1), dimension=D)
    numbers = np.arange(40)
    assert signals(p, p, e, known)[:, 1:] == pytest.approx(1, abs=1e-3)  # views are halves
    assert (signals(p, p, e, known, groups=(numbers, numbers))[:, 1:] < 0.999).all()


def test_a_class_without_evidence_is_as_far_as_can_be(rng: np.random.Generator) -> None:
    p, e = _rows(rng, 30)
    known = evidence(e, np.log(p), np.zeros(30, dtype=np.int64), dimension=D)
    asked = np.full((1, K), 0.05, dtype=np.float32)
    asked[0, 3] = 0.8
    assert signals(asked, asked, e[:1], known).tolist() == [[pytest.approx(0.8), -1.0, -1.0]]
    everyone = np.zeros(30)
    left_out = signals(p, p, e, known, groups=(everyone, everyone))
    assert (left_out[:, 1:] == -1).all()


def test_without_an_embedding_its_signal_is_left_out(rng: np.random.Generator) -> None:
    p, e = _rows(rng, 30)
    nothing, labels = np.zeros((30, 0), dtype=np.float32), rng.integers(0, K, 30)
    full = signals(p, p, e, evidence(e, np.log(p), labels, dimension=D))
    known = evidence(nothing, np.log(p), labels, dimension=0)
    assert signals(p, p, nothing, known) == pytest.approx(full[:, :2])


def test_a_probability_of_0_and_equal_probabilities_are_finite(rng: np.random.Generator) -> None:
    p = np.array([[1, 0, 0, 0, 0], [0.2, 0.2, 0.2, 0.2, 0.2]], dtype=np.float32)
    with np.errstate(divide="ignore"):
        known = evidence(_rows(rng, 2)[1], np.log(p), np.array([0, 0]), dimension=D)
    found = signals(p, p, known.embedding, known)
    assert found[0, 1] == pytest.approx(1)  # near itself
    assert found[1, 1] == 0  # without a direction it is near nothing


def test_float16_evidence_gives_nearly_the_same_signals(rng: np.random.Generator) -> None:
    p, e = _rows(rng, 50)
    labels = rng.integers(0, K, 50)
    exact = evidence(e, np.log(p), labels, dimension=D)
    stored = evidence(e.astype(np.float16), np.log(p).astype(np.float16), labels, dimension=D)
    assert signals(p, p, e, stored) == pytest.approx(signals(p, p, e, exact), abs=2e-3)


def test_a_blend_seeks_neighbours_where_its_encoder_reads(rng: np.random.Generator) -> None:
    p, e = _rows(rng, 40)
    read, _ = _rows(rng, 40)
    known = evidence(e, np.log(read), p.argmax(axis=1), dimension=D)
    found = signals(p, read, e, known)
    assert found[:, 0] == pytest.approx(p.max(axis=1))
    assert found[:, 1] == pytest.approx(1, abs=1e-5)  # each finds its own reading in its class
    assert (signals(p, p, e, known)[:, 1] < 0.9999).all()


def test_all_views_count_for_the_signal_and_the_first_for_what_is_shown(
    rng: np.random.Generator,
) -> None:
    p, first = _rows(rng, 30)
    second = _rows(rng, 30)[1]
    views, labels = np.concatenate([first, second], axis=1), np.zeros(30, dtype=np.int64)
    known = evidence(views, np.log(p), labels, dimension=D)
    asked = np.concatenate([first, second[::-1]], axis=1)
    sure = np.tile(np.eye(K, dtype=np.float32)[0], (30, 1))
    cosines = (first @ first.T + second[::-1] @ second.T) / 2
    assert signals(sure, p, asked, known)[:, 2] == pytest.approx(cosines.max(axis=1), abs=2e-3)
    for row, (positions, near) in enumerate(known.nearest(p, asked, 1)):
        assert positions.tolist() == [row]
        assert near == pytest.approx([1], abs=1e-5)


@pytest.mark.parametrize("count", [1, 3, 60, 100])
def test_nearest_finds_what_sorting_everything_finds(rng: np.random.Generator, count: int) -> None:
    known, (_, known_e, _) = _evidence(rng, 60)
    p, e = _rows(rng, 7)
    found = known.nearest(p, e, count)  # five labels: all are looked at
    every = e @ known_e.T
    for row, (positions, cosines) in zip(every, found, strict=True):
        assert positions.shape == cosines.shape == (min(count, 60),)
        assert cosines == pytest.approx(-np.sort(-row)[:count], abs=2e-3)
        assert row[positions] == pytest.approx(cosines, abs=2e-3)


def test_nearest_looks_at_the_most_probable_labels_only(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LABELS_SEARCHED", 2)
    known, (_, known_e, labels) = _evidence(rng, 60)
    p, e = _rows(rng, 7)
    for row, (positions, cosines) in enumerate(known.nearest(p, e, 4)):
        likely = np.argsort(-p[row])[:2]
        assert set(labels[positions]) <= set(likely)
        allowed = (e[row] @ known_e.T)[np.isin(labels, likely)]
        assert cosines == pytest.approx(-np.sort(-allowed)[:4], abs=2e-3)


def test_nearest_without_an_embedding_compares_answers(rng: np.random.Generator) -> None:
    p, _ = _rows(rng, 20)
    nothing = np.zeros((20, 0), dtype=np.float32)
    known = evidence(nothing, np.log(p), rng.integers(0, K, 20), dimension=0)
    for row, (positions, cosines) in enumerate(known.nearest(p, nothing, 2)):
        assert positions[0] == row
        assert cosines[0] == pytest.approx(1)
        assert cosines[1] < 1


def test_blocks_give_the_same_result_as_one_piece(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, _ = _evidence(rng, 60)
    p, e = _rows(rng, 50)
    whole = signals(p, p, e, known)
    monkeypatch.setattr(module, "_BLOCK_BYTES", 700)
    assert signals(p, p, e, known) == pytest.approx(whole, abs=1e-6)


def test_no_rows_have_no_signals(rng: np.random.Generator) -> None:
    known, _ = _evidence(rng, 10)
    p, e = _rows(rng, 0)
    assert signals(p, p, e, known).shape == (0, 3)
    assert known.nearest(p, e, 3) == []


def test_signals_are_put_on_the_scale_of_the_rows_that_fit_the_scope(
    rng: np.random.Generator,
) -> None:
    values = rng.standard_normal((500, 3)) * [0.1, 1, 10] + [0.5, 0, -3]
    mean, scale = fit_scope(values, np.zeros(500, dtype=np.int64), 1)
    assert mean[:, 0] == pytest.approx(values.mean(axis=0))
    assert scale[:, 0] == pytest.approx(values.std(axis=0))


def test_each_class_has_its_own_scale_of_neighbours(rng: np.random.Generator) -> None:
    best = np.repeat([0, 1], [3000, 3000])
    values = rng.standard_normal((6000, 2)) * 0.1 + np.where(best, 0.9, 0.3)[:, None]
    mean, scale = fit_scope(values, best, 3)
    assert mean[0] == pytest.approx([0.6] * 3, abs=0.02)  # a probability is one everywhere
    assert mean[1] == pytest.approx([0.3, 0.9, 0.6], abs=0.02)  # class 2 has no row: as all rows
    assert scale[1] == pytest.approx([0.1, 0.1, values[:, 1].std()], abs=0.02)
    far = np.array([[0.6, 0.6]])  # usual for class 0, far for class 1
    sure = [confidence(far, np.array([c]), mean, scale)[0] for c in (0, 1)]
    assert sure[0] == pytest.approx(0, abs=0.1)
    assert sure[1] < -2
    few = fit_scope(values[2990:3010], best[2990:3010], 2)[0][1]
    assert 0.3 < few[0] < few[1] < 0.9  # ten rows a class say little


def test_a_neighbour_counts_only_where_it_is_farther_than_usual() -> None:
    mean, scale = np.array([[0.5], [0.6], [0.2]]), np.array([[0.1], [0.2], [0.4]])
    values = np.array([[0.7, 0.9, 0.9], [0.7, 0.4, 0.9], [0.7, 0.4, -0.6], [0.4, 0.6, 0.2]])
    # Probability: 2, 2, 2, -1. The near ones add nothing; the far ones add -1 and -2.
    best = np.zeros(4, dtype=np.int64)
    assert confidence(values, best, mean, scale) == pytest.approx([2, 1, -1, -1])


def test_a_signal_that_never_varies_says_nothing() -> None:
    values = np.array([[0.9, -1.0], [0.5, -1.0 + 1e-4]])  # but for the noise of halves
    best = np.zeros(2, dtype=np.int64)
    mean, scale = fit_scope(values, best, 1)
    assert scale[1, 0] == 1.0
    assert confidence(values, best, mean, scale) == pytest.approx([1.0, -1.0], abs=1e-3)


def test_the_last_view_alone_is_a_signal_of_its_own(rng: np.random.Generator) -> None:
    p, first = _rows(rng, 30)
    second, last = _rows(rng, 30)[1], _rows(rng, 30)[1]
    views, labels = np.concatenate([first, second, last], axis=1), np.zeros(30, dtype=np.int64)
    known = evidence(views, np.log(p), labels, dimension=D)
    sure = np.tile(np.eye(K, dtype=np.float32)[0], (30, 1))
    asked = np.concatenate([first, second, last[::-1]], axis=1)
    found = signals(sure, p, asked, known, groups=(np.arange(30), np.arange(30)))
    assert found.shape == (30, len(SIGNALS))
    cosines = last[::-1] @ last.T
    np.fill_diagonal(cosines, -1)
    assert found[:, 3] == pytest.approx(cosines.max(axis=1), abs=1e-5)
