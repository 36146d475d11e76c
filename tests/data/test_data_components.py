"""Tests for whet.data.components: by hand, and against a slow search through a graph."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from whet.data.components import components
from whet.data.frame import Frame

MakeFrame = Callable[..., Frame]


def test_rows_of_a_group_and_rows_of_one_text_hang_together(make_frame: MakeFrame) -> None:
    frame = make_frame(
        "xxxxxx",
        texts=["Hello!", "other", "ＨＥＬＬＯ!", " hello! ", "again", "再见"],
        group=["a", "b", "c", "", "b", ""],
    )
    # 0, 2 and 3 share a text after normalisation; 1 and 4 share a group; empty groups are none.
    assert components(frame, ["group"]).tolist() == [0, 1, 0, 0, 1, 2]
    assert components(frame, []).tolist() == [0, 1, 0, 0, 2, 3]


def test_what_hangs_together_through_others_hangs_together(make_frame: MakeFrame) -> None:
    frame = make_frame(
        "xxxx",
        texts=["a", "b", "b", "c"],
        customer=["1", "1", "2", "3"],
        order=["7", "8", "9", "9"],
    )
    assert components(frame, ["customer", "order"]).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_scipy_on_random_groups(make_frame: MakeFrame, seed: int) -> None:
    rng = np.random.default_rng(seed)
    texts, first, second = (rng.integers(0, 150, 200).astype(str) for _ in range(3))
    frame = make_frame("x" * 200, texts=list(texts), first=list(first), second=list(second))
    pairs = [
        (i, j)
        for i in range(200)
        for j in range(i)
        if texts[i] == texts[j] or first[i] == first[j] or second[i] == second[j]
    ]
    rows, columns = np.array(pairs).T
    graph = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(200, 200))
    count, expected = connected_components(graph, directed=False)
    found = components(frame, ["first", "second"])
    assert found.max() + 1 == count
    # The numbers may differ; which rows share one may not.
    assert ((found[:, None] == found) == (expected[:, None] == expected)).all()
