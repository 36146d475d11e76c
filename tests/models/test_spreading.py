"""Tests for whet.models.spreading: the graph and the fixed point against slow references."""

import numpy as np
import pytest

from whet.models.output import Floats
from whet.models.spreading import NEIGHBOURS, POWER, TAKEN_OVER, neighbour_graph, spread


def _views(n: int, seed: int = 0) -> Floats:
    return np.abs(np.random.default_rng(seed).normal(size=(n, 6))).astype(np.float32)


def test_the_graph_joins_the_nearest_both_ways_and_no_text_to_itself() -> None:
    views = _views(30)
    unit = views / np.linalg.norm(views, axis=1, keepdims=True)
    weights = np.zeros((30, 30))
    for i in range(30):
        cosine = unit @ unit[i]
        cosine[i] = -1
        for j in np.argsort(-cosine)[:3]:
            weights[i, j] = weights[j, i] = cosine[j] ** POWER
    total = weights.sum(axis=1)
    expected = weights / np.sqrt(total[:, None] * total[None, :])
    np.testing.assert_allclose(neighbour_graph(views, 3).toarray(), expected, atol=1e-5)


def test_what_comes_out_is_the_fixed_point() -> None:
    views, labels = _views(40), np.array([0, 1, 2, 0])
    answers = np.random.default_rng(1).dirichlet(np.ones(3), size=36).astype(np.float32)
    graph = neighbour_graph(views, NEIGHBOURS).toarray()
    own = np.eye(3)[labels]
    # Of the texts without labels: f = a (G_uu f + G_ul own) + (1 - a) answers.
    inner, told = graph[4:, 4:], graph[4:, :4] @ own
    wanted = np.linalg.solve(
        np.eye(36) - TAKEN_OVER * inner, TAKEN_OVER * told + (1 - TAKEN_OVER) * answers
    )
    wanted /= wanted.sum(axis=1, keepdims=True)
    found = spread(views, answers, labels)
    np.testing.assert_allclose(found, wanted, atol=0.02)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)


def test_a_wrong_answer_among_right_neighbours_is_put_right() -> None:
    random = np.random.default_rng(0)
    centres = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    truth = np.repeat([0, 1], 40)
    views = centres[truth] + random.normal(0, 0.05, (80, 3))
    answers = np.where(truth[:, None] == [0, 1], 0.8, 0.2).astype(np.float32)
    answers[[5, 45]] = answers[[5, 45], ::-1]
    found = spread(np.concatenate([centres, views]), answers, np.array([0, 1]))
    assert answers.argmax(axis=1).tolist() != truth.tolist()
    assert found.argmax(axis=1).tolist() == truth.tolist()


@pytest.mark.parametrize("n", [2, 3, 5])
def test_fewer_texts_than_neighbours_are_all_joined(n: int) -> None:
    graph = neighbour_graph(_views(n), 10).toarray()
    assert np.count_nonzero(graph) == n * (n - 1)


def test_equal_texts_and_opposite_ones_give_numbers() -> None:
    views = np.array([[1.0, 0], [1.0, 0], [-1.0, 0], [-1.0, 0]])
    found = spread(views, np.full((3, 2), 0.5, np.float32), np.array([1]))
    assert np.isfinite(found).all()
    assert found[0, 1] > 0.5
