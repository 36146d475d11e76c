"""Tests for whet.evaluation.report.figures: places by hand, edges, hostile names."""

import math
from xml.etree.ElementTree import Element, fromstring

import pytest

from whet.core import svg
from whet.core.svg import Axis
from whet.evaluation.calibration import Bin
from whet.evaluation.report import figures
from whet.evaluation.report.figures import Dot, Point

SHARE = Axis("accuracy", 0.0, 1.0, lambda value: f"{100 * value:.0f} %")
HOSTILE = '"><script>alert(1)</script>&'


def _with(figure: Element, tag: str, *css: str) -> list[Element]:
    """Return the elements of a tag whose class holds every name in `css`."""
    return [e for e in figure.iter(tag) if set(css) <= set(e.get("class", "").split())]


def _at(element: Element, *names: str) -> list[float]:
    return [float(element.get(name, "nan")) for name in names]


def _texts(figure: Element) -> list[str]:
    return [e.text or "" for e in figure.iter("text")]


def test_the_small_bar_puts_value_and_interval_to_scale() -> None:
    dot = Dot("a", 0.5, 0.25, 1.0, "50 %")
    figure = fromstring(figures.interval_bar(dot, low=0, high=1))
    # 120 wide with 5 on either side: 0 is at 5, 1 at 115.
    (line,) = _with(figure, "line", "interval")
    assert _at(line, "x1", "x2") == [32.5, 115]
    (circle,) = figure.iter("circle")
    assert _at(circle, "cx") == [60]
    assert figure.get("aria-label") == "50 %"


def test_dots_share_one_axis_and_the_level_lies_where_its_value_is() -> None:
    dots = [
        Dot("linear", 0.2, 0.1, 0.3, "20 %"),
        Dot("probe", 0.6, 0.5, 0.7, "60 %", is_marked=True),
    ]
    figure = fromstring(
        figures.interval_dots(dots, axis=SHARE, label="both", level=(0.4, "gate 40 %"))
    )
    first, second = (_at(circle, "cx", "cy") for circle in figure.iter("circle"))
    assert second[1] - first[1] == 28  # one row below the other
    (level,) = _with(figure, "line", "level")
    assert _at(level, "x1")[0] == pytest.approx((first[0] + second[0]) / 2, abs=0.1)
    assert {"linear", "probe", "20 %", "60 %", "gate 40 %"} <= set(_texts(figure))
    assert len(_with(figure, "circle", "mark")) == 1
    assert figure.get("aria-label") == "both"


def test_no_text_of_the_dots_leaves_the_figure() -> None:
    dots = [Dot("a_very_long_name_of_a_candidate" * 3, 0.5, 0.4, 0.6, "50.0 % [40.0, 60.0]")]
    figure = fromstring(
        figures.interval_dots(dots, axis=SHARE, label="", level=(1.0, "gate 100 %"))
    )
    width = float(figure.get("width", "0"))
    for text in figure.iter("text"):
        x, length = _at(text, "x")[0], svg.text_width(text.text or "")
        css = set(text.get("class", "").split())
        left = x - length if "end" in css else x - length / 2 if "middle" in css else x
        assert left >= -1
        assert left + length <= width + 1
    assert any(text.endswith("…") for text in _texts(figure))


def test_a_line_goes_through_its_points_and_the_band_around_them() -> None:
    line = [Point(0, 0.0, 0.0, 0.5), Point(1, 1.0, 0.5, 1.0)]
    axes = (Axis("rows", 0, 1, str), SHARE)
    figure = fromstring(figures.line_with_band(line, axes=axes, label=""))
    (course,) = _with(figure, "polyline", "mark")
    assert course.get("points") == "56.0,260.0 496.0,16.0"
    (band,) = figure.iter("polygon")
    assert band.get("points") == "56.0,138.0 496.0,16.0 496.0,138.0 56.0,260.0"


def test_a_band_needs_every_point() -> None:
    line = [Point(0, 0.0, 0.0, 0.5), Point(1, 1.0)]
    figure = fromstring(
        figures.line_with_band(line, axes=(Axis("rows", 0, 1, str), SHARE), label="")
    )
    assert not list(figure.iter("polygon"))


def test_points_to_look_at_have_an_interval_and_a_name_inside_the_figure() -> None:
    point = Point(1.0, 1.0, 0.9, 1.0, "1,000 more labels")
    figure = fromstring(
        figures.line_with_band(
            [Point(0, 0), Point(1, 1)],
            axes=(Axis("rows", 0, 1, str), SHARE),
            label="",
            points=[point],
            fitted=[Point(0, 0.1), Point(1, 0.9)],
            level=(0.5, "allowed 50 %"),
        )
    )
    (line,) = _with(figure, "line", "point")
    assert _at(line, "x1", "y1", "y2") == [496, 40.4, 16]
    (name,) = [e for e in figure.iter("text") if e.text == "1,000 more labels"]
    assert "end" in name.get("class", "")
    assert 0 < _at(name, "y")[0] < 260
    assert len(_with(figure, "polyline", "fitted")) == 1
    (level,) = _with(figure, "line", "level")
    assert _at(level, "y1") == [138]


def test_reliability_bars_end_at_the_share_of_right_answers() -> None:
    bins = [Bin(0.0, 0.5, 0.4, 0.25, 10), Bin(0.5, 1.0, 0.9, 1.0, 40)]
    figure = fromstring(figures.reliability_bars(bins, label="two bins"))
    low, high = _with(figure, "rect", "mark")
    # The square is 260 high, from 270 up to 10.
    assert _at(low, "y", "height") == [205, 65]
    assert _at(high, "y", "height") == [10, 260]
    assert [_at(stroke, "y1")[0] for stroke in _with(figure, "line", "point")] == [166, 36]
    assert [_at(bar, "height")[0] for bar in _with(figure, "rect", "quiet")] == [11, 44]


def test_no_bins_leave_an_empty_diagram() -> None:
    figure = fromstring(figures.reliability_bars([], label="nothing"))
    assert not _with(figure, "rect", "mark")


def test_the_heat_map_shades_by_the_share_of_the_row_and_leaves_zeros_out() -> None:
    counts = [[8, 0], [1, 3]]
    figure = fromstring(figures.heat_map(counts, labels=["a", "b"], label="map"))
    cells = [*_with(figure, "rect", "right"), *_with(figure, "rect", "wrong")]
    shades = [float(cell.get("fill-opacity", "nan")) for cell in cells]
    assert shades == [0.9, pytest.approx(0.15 + 0.75 * math.sqrt(0.75), abs=0.01), 0.53]
    assert [cell.findtext("title") for cell in cells] == [
        "truth a, answer a: 8 of 8",
        "truth b, answer b: 3 of 4",
        "truth b, answer a: 1 of 4",
    ]
    assert [e.text for e in _with(figure, "text", "count")] == ["8", "1", "3"]


def test_a_compact_heat_map_has_no_names_and_no_numbers() -> None:
    k = 77
    counts = [[3 if i == j else 0 for j in range(k)] for i in range(k)]
    labels = [f"class {i}" for i in range(k)]
    figure = fromstring(figures.heat_map(counts, labels=labels, label="", is_compact=True))
    assert _texts(figure) == ["answer →", "truth →"]
    assert len(_with(figure, "rect", "right")) == k
    assert float(figure.get("width", "0")) < 520


def test_a_class_without_rows_draws_nothing() -> None:
    figure = fromstring(figures.heat_map([[0, 0], [0, 2]], labels=["a", "b"], label=""))
    assert len(_with(figure, "rect", "right")) == 1


def test_names_never_become_markup() -> None:
    dot = Dot(HOSTILE, 0.5, 0.4, 0.6, HOSTILE)
    drawings = [
        figures.interval_bar(dot, low=0, high=1),
        figures.interval_dots([dot], axis=SHARE, label=HOSTILE, level=(0.5, HOSTILE)),
        figures.heat_map([[1]], labels=[HOSTILE], label=HOSTILE),
    ]
    for drawing in drawings:
        assert "<script" not in drawing
        assert HOSTILE in fromstring(drawing).get("aria-label", "")
