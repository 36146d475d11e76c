"""Tests for whet.core.svg: ticks, scales, the width of texts."""

from itertools import pairwise

import pytest

from whet.core import svg


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (0.83, 0.94), (0.9, 0.901), (0, 10_003), (-3.2, 7.1), (0, 1e-5)]
)
def test_ticks_are_round_even_and_inside(low: float, high: float) -> None:
    found = svg.ticks(low, high)
    assert 2 <= len(found) <= 6
    assert low <= found[0]
    assert found[-1] <= high
    step = found[1] - found[0]
    assert [b - a for a, b in pairwise(found)] == pytest.approx([step] * (len(found) - 1))
    assert float(f"{step:.3e}"[0]) in (1, 2, 5)


def test_an_axis_without_extent_has_one_tick() -> None:
    assert svg.ticks(0.5, 0.5) == [0.5]
    assert svg.scale(0.5, 0.5, 10, 20)(0.5) == 10


def test_chinese_letters_are_wide() -> None:
    assert svg.text_width("开发票") == 39
    assert svg.text_width("abc") == pytest.approx(21.84)
    assert svg.clipped("开发票申请", 40) == "开发…"
    assert svg.clipped("开发票", 40) == "开发票"
