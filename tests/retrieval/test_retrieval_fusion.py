"""Tests for whet.retrieval.fusion: reciprocal ranks by hand."""

import pytest

from whet.retrieval.fusion import RANK_CONSTANT, WEIGHTS, fused


def test_reciprocal_ranks_add_up() -> None:
    scores = fused({"words": [3, 1], "meaning": [1]}, {"words": 0.5, "meaning": 2.0})
    assert scores == pytest.approx(
        {
            3: 0.5 / (RANK_CONSTANT + 1),
            1: 0.5 / (RANK_CONSTANT + 2) + 2.0 / (RANK_CONSTANT + 1),
        }
    )


def test_nothing_ranked_is_nothing_fused() -> None:
    assert fused({"words": []}, {"words": 1.0}) == {}


def test_the_weights_share_one_whole() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)
