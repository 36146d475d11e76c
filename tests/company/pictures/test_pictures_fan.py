"""Tests for whet.company.pictures.fan and plot: bands, log axis, levels, events, nothing."""

import math
from datetime import date

import pytest
from tests.company.pictures import samples
from tests.company.pictures.reading import at, having, outside, texts, tips

from whet.company.pictures.fan import Fan, money_fan, quality_fan
from whet.company.pictures.plot import Event, lanes_of, log_scale
from whet.company.pictures.wording import LANGUAGES, Language

AXES = ("labels", "macro F1")


def test_bands_pair_quantiles_whose_probabilities_add_up_to_one() -> None:
    quantiles = {0.05: (0.0,), 0.25: (1.0,), 0.5: (2.0,), 0.75: (3.0,), 0.9: (9.0,), 0.95: (4.0,)}
    fan = Fan((1.0,), quantiles)
    assert [(round(share, 9), low, high) for share, low, high in fan.bands] == [
        (0.9, (0.0,), (4.0,)),
        (0.5, (1.0,), (3.0,)),
    ]
    assert fan.middle == (2.0,)


def test_the_median_of_cash_goes_through_its_balances() -> None:
    months = [date(2027, 1, 1), date(2027, 2, 1), date(2027, 3, 1)]
    figure = money_fan(months, {0.1: [0, 0, 0], 0.5: [10, 5, 0], 0.9: [10, 10, 10]}, name="cash")
    (course,) = having(figure, "polyline", "course")
    points = [tuple(map(float, p.split(","))) for p in (course.get("points") or "").split()]
    assert points[1][1] == pytest.approx((points[0][1] + points[2][1]) / 2, abs=0.06)
    (zero,) = having(figure, "line", "zero")
    assert at(zero, "y1")[0] == pytest.approx(points[2][1], abs=0.06)
    width = points[2][0] - points[0][0]
    assert points[1][0] == pytest.approx(points[0][0] + width * 31 / 59, abs=0.06)
    assert figure.get("aria-label") == (
        "cash: the median goes from 10 on 1 Jan 2027 to 0 on 1 Mar 2027. "
        "80 % of all cases end in 0 – 10."
    )
    assert "1 Feb 2027: 5" in tips(figure)


def test_equal_factors_are_equal_steps() -> None:
    x = log_scale(10, 1000, 0, 100)
    assert [x(10), x(100), x(1000)] == pytest.approx([0, 50, 100])


@pytest.mark.parametrize("language", LANGUAGES)
def test_quality_shows_what_was_measured_the_target_and_the_purchases(language: Language) -> None:
    fan, measured = samples.quality()
    figure = quality_fan(
        fan,
        axes=AXES,
        target=(0.88, "target 88 %"),
        measured=measured,
        purchases=[Event(1000, "buy 200"), Event(1600, "buy 600"), Event(3100, "buy 1,400")],
        language=language,
    )
    assert len(having(figure, "circle", "mark", "dot")) - 1 == len(measured)
    assert {"target 88 %", "buy 200", "buy 600", "buy 1,400"} <= set(texts(figure))
    assert len(having(figure, "line", "event")) == 3
    assert outside(figure) == []


def test_no_label_at_all_has_no_place_on_an_axis_of_factors() -> None:
    figure = quality_fan(Fan((), {}), axes=AXES, measured=[(0, 0.1), (10, 0.5)])
    assert len(having(figure, "circle", "mark", "dot")) - 1 == 1
    assert figure.get("aria-label") == "macro F1: nothing to show"
    assert "median" not in texts(figure)


def test_an_empty_fan_of_money_is_still_a_figure() -> None:
    figure = money_fan([], {}, name="cash")
    assert figure.get("aria-label") == "cash: nothing to show"
    assert outside(figure) == []


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6, 1e12])
def test_amounts_of_any_size_stay_readable(scale: float) -> None:
    quantiles = {p: [v * scale for v in values] for p, values in samples.cash(15).items()}
    figure = money_fan(samples.months(15), quantiles, name="cash", language="zh")
    assert outside(figure) == []
    assert all(len(text) < 30 for text in texts(figure))


def test_missing_values_leave_a_hole_and_no_nan() -> None:
    months = samples.months(3)
    figure = money_fan(months, {0.5: [1.0, math.nan, 3.0]}, name="cash")
    (course,) = having(figure, "polyline", "course")
    assert len((course.get("points") or "").split()) == 2
    assert not [e for e in figure.iter() for v in e.attrib.values() if "nan" in v]


def test_names_of_events_get_lanes_of_their_own() -> None:
    events = [Event(0, "a long name"), Event(10, "another name"), Event(400, "far")]
    assert lanes_of(events, lambda x: x, 560) == [1, 0, 0]
    crowd = [Event(i, "a long name") for i in range(5)]
    assert lanes_of(crowd, lambda x: x, 560) == [-1, -1, 2, 1, 0]


def test_an_event_before_the_first_month_is_left_out() -> None:
    months = samples.months(3)
    events = [(date(2020, 1, 1), "past"), (date(2027, 1, 10), "grant"), (date(2040, 1, 1), "far")]
    figure = money_fan(months, {0.5: [1.0, 2.0, 3.0]}, name="cash", events=events)
    assert "grant" in texts(figure)
    assert not {"past", "far"} & set(texts(figure))
