"""Tests for whet.models.activations: what goes in comes out, on disk, whatever was killed."""

from pathlib import Path

import numpy as np
import pytest

from whet.models.activations import ActivationCache
from whet.models.output import Floats

ROWS = [[1, 2, 3], [4], [1, 2, 3], [5, 6]]


def values(seed: int, length: int) -> Floats:
    return np.random.default_rng(seed).normal(size=(length, 8)).astype(np.float32)


def test_each_text_is_asked_for_once_and_read_back_as_it_was(tmp_path: Path) -> None:
    cache = ActivationCache(tmp_path, 8)
    assert cache.lacking(ROWS).tolist() == [0, 1, 3]
    parts = [values(0, 3), values(1, 1), values(2, 2)]
    cache.add([ROWS[0], ROWS[1]], parts[:2])
    assert cache.lacking(ROWS).tolist() == [3]
    cache.add([ROWS[3]], parts[2:])
    for found in (cache, ActivationCache(tmp_path, 8)):  # also by a process that comes later
        assert found.lacking(ROWS).tolist() == []
        for one, expected in zip(found.take(ROWS), [*parts[:2], parts[0], parts[2]], strict=True):
            np.testing.assert_array_equal(one, expected)


def test_what_a_killed_process_left_is_overwritten(tmp_path: Path) -> None:
    ActivationCache(tmp_path, 8).add([[1]], [values(0, 2)])
    with (tmp_path / "values").open("ab") as file:
        file.write(b"half a block")
    with (tmp_path / "index").open("ab") as file:
        file.write(b"half an entry")
    cache = ActivationCache(tmp_path, 8)
    cache.add([[2]], [values(1, 3)])
    first, second = cache.take([[1], [2]])
    np.testing.assert_array_equal(first, values(0, 2))
    np.testing.assert_array_equal(second, values(1, 3))


def test_a_text_that_was_never_added_is_an_error_and_not_another_text(tmp_path: Path) -> None:
    cache = ActivationCache(tmp_path, 8)
    cache.add([[1]], [values(0, 2)])
    for unknown in ([2], [3], [4]):  # before and behind the one key
        with pytest.raises(KeyError, match="never computed"):
            cache.take([unknown])
