"""Tests for whet.company.pictures.swings: order, ends, steps that add up, edges."""

import pytest
from tests.company.pictures.reading import at, having, outside, texts

from whet.company.pictures.swings import Step, Swing, tornado, waterfall


def test_the_widest_swing_is_on_top_and_bars_begin_at_the_base() -> None:
    swings = [Swing("small", 9, 11), Swing("wide", 20, 5)]
    figure = tornado(swings, base=10, name="months")
    names = [t for t in texts(figure) if t in ("small", "wide")]
    assert names == ["wide", "small"]
    (base,) = having(figure, "line", "axis")
    middle = at(base, "x1")[0]
    low, high = having(figure, "rect", "quiet")[0], having(figure, "rect", "mark")[0]
    assert at(low, "x")[0] == pytest.approx(middle, abs=0.06)  # low factor, high result
    assert sum(at(high, "x", "width")) == pytest.approx(middle, abs=0.11)
    assert at(low, "width")[0] == pytest.approx(2 * at(high, "width")[0], abs=0.11)
    assert figure.get("aria-label") == (
        "months, 10 at the base. Moved most by wide (20 … 5), small (9 … 11)."
    )


def test_a_factor_that_moves_only_one_way_keeps_both_numbers_beside_its_bars() -> None:
    figure = tornado([Swing("risk", 10, 18)], base=10, name="days")
    assert texts(figure).count("10") >= 2
    assert outside(figure) == []


def test_the_smaller_factors_are_counted() -> None:
    swings = [Swing(f"f{i}", -i, i) for i in range(1, 31)]
    figure = tornado(swings, base=0, name="x", language="zh")
    assert len(having(figure, "rect", "mark")) - 1 == 12
    assert "另有 18 项较小" in texts(figure)


def test_nothing_moves() -> None:
    assert "nothing to show" in texts(tornado([], base=0, name="x"))
    assert outside(tornado([Swing("a", 5, 5)], base=5, name="x")) == []


def test_each_step_begins_where_the_one_before_ended() -> None:
    steps = [Step("up", 30), Step("down", -50)]
    figure = waterfall(("before", 100), steps, end="after", name="EUR")
    first, last = having(figure, "rect", "total")
    (up,), (down,) = having(figure, "rect", "rise"), having(figure, "rect", "fall")
    right = [sum(at(bar, "x", "width")) for bar in (first, up, down, last)]
    left = [at(bar, "x")[0] for bar in (first, up, down, last)]
    assert left[1] == pytest.approx(right[0], abs=0.11)
    assert right[2] == pytest.approx(right[1], abs=0.11)
    assert left[2] == pytest.approx(right[3], abs=0.11)
    assert {"100", "+30", "−50", "80", "before", "after"} <= set(texts(figure))
    assert figure.get("aria-label") == "EUR: before 100; up +30, down −50; after 80."


@pytest.mark.parametrize("start", [-400.0, 0.0, 1e9])
def test_totals_below_zero_and_names_that_are_long_stay_inside(start: float) -> None:
    steps = [Step("一个非常非常长的步骤名称用于检查裁剪是否正确", -1000), Step("b", 30)]
    figure = waterfall(("before", start), steps, end="after", name="EUR", language="zh")
    assert outside(figure) == []
