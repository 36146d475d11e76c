"""Tests for whet.company.pictures.load: shades, marks of overload, absence, sizes."""

import math
from itertools import pairwise

import pytest
from tests.company.pictures import samples
from tests.company.pictures.reading import at, having, outside, texts, tips

from whet.company.pictures.load import load_map


def test_overload_is_told_by_number_and_frame_and_absence_by_an_empty_square() -> None:
    figure = load_map(["Ada", "Bo"], [[0.5, 1.25], [1.0, math.nan]], monday=samples.MONDAY)
    over = having(figure, "rect", "load", "over")
    assert len(over) - 1 == 1  # one more in the key
    assert "125!" in texts(figure)
    assert len(having(figure, "rect", "away")) == 1
    half, full = [e.get("fill-opacity") for e in having(figure, "rect", "load")[:3:2]]
    assert (half, full) == ("0.43", "0.80")
    assert "Ada, 7 Dec 2026: 125 %" in tips(figure)
    assert "Bo, 7 Dec 2026: not known" in tips(figure)
    assert figure.get("aria-label") == (
        "Load of 2 people in 2 weeks from 30 Nov 2026. Over 100 %: Ada (1 week)."
    )


def test_narrow_squares_have_a_corner_in_place_of_the_number() -> None:
    figure = load_map(["Ada"], [[1.5] * 70], monday=samples.MONDAY)
    assert len(having(figure, "polygon", "corner")) == 70
    assert "150!" not in texts(figure)
    assert outside(figure) == []


def test_rounding_of_half_days_is_no_overload() -> None:
    figure = load_map(["Ada"], [[1.004]], monday=samples.MONDAY)
    assert len(having(figure, "rect", "over")) == 1  # that of the key
    assert "Nobody is over 100 %." in (figure.get("aria-label") or "")


@pytest.mark.parametrize(("people", "weeks"), [(1, 1), (10, 26), (3, 104)])
def test_squares_do_not_overlap_and_stay_inside(people: int, weeks: int) -> None:
    rows = samples.loads(people, weeks)
    figure = load_map(samples.PEOPLE[:people], rows, monday=samples.MONDAY, language="zh")
    squares = [e for e in having(figure, "rect", "load") if e.find("title") is not None]
    assert len(squares) == people * weeks
    first = [at(e, "x", "width") for e in squares[:weeks]]
    assert all(a[0] + a[1] <= b[0] + 0.11 for a, b in pairwise(first))
    assert first[-1][0] + first[-1][1] <= float(figure.get("width", "0"))
    assert outside(figure) == []


def test_no_people_are_said() -> None:
    assert texts(load_map([], [], monday=samples.MONDAY)) == ["The plan has no people."]
