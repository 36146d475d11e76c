"""Tests for the smaller pictures: finish, response, matrix, position; and hostile names in all."""

from datetime import date, timedelta
from xml.etree.ElementTree import Element, fromstring

import pytest
from tests.company.pictures import samples
from tests.company.pictures.reading import at, having, outside, texts

from whet.company.pictures.fan import Fan, money_fan, quality_fan
from whet.company.pictures.finish import Finish, finish_curve
from whet.company.pictures.gantt import Bar, Milestone, gantt
from whet.company.pictures.load import load_map
from whet.company.pictures.matrix import Risk, risk_matrix
from whet.company.pictures.plot import Event
from whet.company.pictures.position import Offer, price_value_map
from whet.company.pictures.response import Response, response_curve
from whet.company.pictures.swings import Step, Swing, tornado, waterfall
from whet.company.pictures.wording import LANGUAGES, Language
from whet.core.svg import markup

HOSTILE = '"><script>alert(1)</script>&'
D = date(2027, 3, 1)


def test_quantiles_of_a_finish_are_the_first_dates_that_hold() -> None:
    finish = Finish("m", (D, D + timedelta(1), D + timedelta(5)), (0.2, 0.8, 1.0), D)
    assert finish.quantile(0.5) == D + timedelta(1)
    assert finish.quantile(0.8) == D + timedelta(1)
    assert finish.quantile(0.95) == D + timedelta(5)
    assert [finish.chance_by(D + timedelta(i)) for i in (-1, 0, 3, 9)] == [0.0, 0.2, 0.8, 1.0]


def test_the_finish_curve_tells_its_dates_and_the_chance_of_the_deadline() -> None:
    figure = finish_curve(samples.finish(), today=date(2027, 3, 3))
    assert {"P50 19 Mar", "P80 27 Mar", "P95 2 Apr", "deadline 24 Mar: 71 %"} <= set(texts(figure))
    heights = [at(dot, "cy")[0] for dot in having(figure, "circle", "mark")]
    assert heights == [137, 68, 33.5]  # 230 pixels from 252 up to 22
    assert figure.get("aria-label") == (
        "Release 1.0: P50 19 Mar 2027, P80 27 Mar 2027, P95 2 Apr 2027; deadline 24 Mar 2027: 71 %."
    )
    assert outside(figure) == []


def test_a_finish_that_is_certain_and_one_that_never_comes() -> None:
    assert "P95 1 Mar" in texts(finish_curve(Finish("m", (D,), (1.0,))))
    never = finish_curve(Finish("m", (D,), (0.3,), D))
    assert not having(never, "circle", "mark")
    assert "deadline 1 Mar: 30 %" in texts(never)


def test_the_tangent_touches_the_curve_with_the_slope_of_the_price() -> None:
    response = Response("x", (0.0, 5.0, 10.0), (0.0, 7.5, 10.0), (5.0, 7.5), 1.0)
    figure = response_curve(response, axes=("spend", "value"))
    (tangent,) = having(figure, "polyline", "tangent")
    ends = [tuple(map(float, p.split(","))) for p in (tangent.get("points") or "").split()]
    (dot,) = having(figure, "circle", "point")[:1]
    place = at(dot, "cx", "cy")
    across, down = ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]
    on_line = ends[0][1] + (place[0] - ends[0][0]) * down / across
    assert on_line == pytest.approx(place[1], abs=0.2)
    (course,) = having(figure, "polyline", "course")
    points = [tuple(map(float, p.split(","))) for p in (course.get("points") or "").split()]
    px_spend, px_value = (points[2][0] - points[0][0]) / 10, (points[0][1] - points[2][1]) / 10
    assert -down / px_value / (across / px_spend) == pytest.approx(1.0, abs=0.02)
    assert figure.get("aria-label") == "x: spend chosen 5, value 7.5; next unit: 1."


def test_what_may_not_be_spent_is_shaded_and_a_flat_curve_is_drawn() -> None:
    figure = response_curve(samples.response(), axes=("spend", "value"))
    assert len(having(figure, "rect", "barred")) - 1 == 2
    flat = Response("flat", (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), 0.0, (0.0, 0.0), (0.0, None))
    assert outside(response_curve(flat, axes=("spend", "value"))) == []


def test_risks_lie_in_the_field_of_their_numbers() -> None:
    risks = [Risk("R1", "a", 0.05, 0), Risk("R2", "b", 1.0, 100), Risk("R3", "c", 0.25, 59)]
    figure = risk_matrix(risks, name="EUR")
    where = {e.text: at(e, "x", "y") for e in having(figure, "text", "strong")}
    assert where["R1"] == [81, 237]  # lowest row, first column
    assert where["R2"] == [417, 29]  # highest row, last column
    assert where["R3"] == [249, 133]  # third row, third column
    assert len(having(figure, "rect", "risk")) == 25
    assert figure.get("aria-label") == (
        "probability × EUR: R2 100 % × 100; R3 25 % × 59; R1 5 % × 0."
    )


def test_a_full_field_says_how_many_are_missing() -> None:
    risks = [Risk(f"R{i}", "x", 0.3, 100) for i in range(1, 31)]
    figure = risk_matrix(risks, name="EUR")
    shown = [t for t in texts(figure) if t.startswith("R")]
    (more,) = [t for t in texts(figure) if t.startswith("+")]
    assert len(shown) + int(more[1:]) == 30
    assert outside(figure) == []


def test_no_risks_leave_the_grid() -> None:
    figure = risk_matrix([], name="EUR")
    assert len(having(figure, "rect", "risk")) == 25
    assert "nothing to show" in (figure.get("aria-label") or "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_offers_do_not_overlap(language: Language) -> None:
    figure = price_value_map(samples.offers(), axes=("price", "value"), language=language)
    names = {o.name for o in samples.offers()}
    shown = [e for e in figure.iter("text") if e.text in names]
    assert {e.text for e in shown} == names
    heights = {e.text: at(e, "x", "y") for e in shown}
    near = heights["竞品甲"], heights["Cheap & Quick"]
    assert near[0] != near[1]
    assert outside(figure) == []


def test_we_alone_and_a_free_product_are_no_trouble() -> None:
    free = price_value_map([Offer("we", 0, 10, is_ours=True)], axes=("price", "value"))
    assert not having(free, "polyline", "tangent")
    assert outside(price_value_map([], axes=("price", "value"))) == []


def _hostile() -> list[Element]:
    """Return every picture with a name that would like to be markup."""
    fan = Fan((1.0, 2.0), {0.1: (0.1, 0.2), 0.5: (0.2, 0.3), 0.9: (0.3, 0.4)})
    h = HOSTILE
    return [
        gantt([Bar(h, h, D, D, (h,))], [Milestone(h, h, D, D)]),
        load_map([h], [[0.5, 1.5]], monday=D),
        money_fan([D, D + timedelta(31)], {0.5: [1, 2]}, name=h, events=[(D, h)]),
        quality_fan(fan, axes=(h, h), target=(0.5, h), purchases=[Event(1.5, h)]),
        tornado([Swing(h, 1, 2)], base=1, name=h),
        waterfall((h, 1), [Step(h, 1)], end=h, name=h),
        finish_curve(Finish(h, (D,), (1.0,), D)),
        response_curve(Response(h, (0, 1), (0, 1), (1, 1), 1, (0, 0), (0, 1)), axes=(h, h)),
        risk_matrix([Risk(h, h, 0.5, 1)], name=h),
        price_value_map([Offer(h, 1, 1, True), Offer(h, 2, 2)], axes=(h, h)),
    ]


def test_names_never_become_markup_and_every_picture_can_be_heard() -> None:
    for figure in _hostile():
        text = markup(figure)
        assert "<script" not in text
        again = fromstring(text)
        assert again.get("role") == "img"
        label = again.get("aria-label", "")
        assert HOSTILE in label or label.startswith(("Schedule of", "Load of"))


def test_no_picture_sets_a_colour_or_writes_nan() -> None:
    for figure in _hostile():
        for element in figure.iter():
            assert not {"fill", "stroke", "style"} & set(element.attrib)
            for value in element.attrib.values():
                assert value not in ("nan", "inf", "-inf")
