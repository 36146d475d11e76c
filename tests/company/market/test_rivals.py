"""Tests for whet.company.market.rivals: by hand, ranks under drawn weights, refusals."""

from collections.abc import Mapping

import pytest

from whet.company.market.rivals import Offer, segment_map
from whet.core.errors import InputError

WEIGHTS = {"accuracy": 3.0, "privacy": 1.0}
OURS = Offer("ours", 100, {"accuracy": 0.8, "privacy": 1.0}, is_ours=True)
RIVALS = (
    Offer("cheap", 60, {"accuracy": 0.4, "privacy": 0.4}),
    Offer("dear", 140, {"accuracy": 0.9, "privacy": 0.1}),
)


def test_values_positions_and_fair_prices_by_hand() -> None:
    found = segment_map("banks", WEIGHTS, [OURS, *RIVALS])
    places = {place.offer: place for place in found.places}
    assert [place.offer for place in found.places] == ["ours", "dear", "cheap"]
    assert places["ours"].value == pytest.approx(0.85)
    assert places["dear"].value == pytest.approx(0.7)
    assert places["cheap"].position == "worse and cheaper"
    assert places["dear"].dominated_by == ("ours",)
    # Slopes: cheap-dear 266.7, cheap-ours 88.9, dear-ours -266.7; the median is 88.9. The median
    # of price is 100 and of value .7: 100 + 88.9 (v - .7).
    assert places["ours"].fair_price == pytest.approx(100 + 80 / 0.9 * 0.15)


def test_where_we_trail_and_what_catching_up_is_worth() -> None:
    gap = segment_map("banks", WEIGHTS, [OURS, *RIVALS]).gaps
    assert [(g.feature, g.leader) for g in gap] == [("accuracy", "dear")]
    assert gap[0].gain == pytest.approx(0.75 * 0.1)


def test_a_leader_by_every_weight_is_always_first() -> None:
    best = Offer("best", 10, {"accuracy": 1.0, "privacy": 1.0})
    found = segment_map("banks", WEIGHTS, [OURS, best])
    assert found.places[0].offer == "best" and found.places[0].first == 1
    assert found.places[1].dominated_by == ("best",)


def test_twins_share_the_first_place() -> None:
    twin = Offer("twin", 90, OURS.features)
    found = segment_map("banks", WEIGHTS, [OURS, twin])
    assert [place.first for place in found.places] == pytest.approx([0.5, 0.5])


def test_prices_that_fall_with_value_give_no_fair_price() -> None:
    offers = [Offer(str(v), 100 - v, {"accuracy": v / 10}) for v in (1, 5, 9)]
    assert {p.fair_price for p in segment_map("x", {"accuracy": 1.0}, offers).places} == {None}


@pytest.mark.parametrize(
    ("weights", "offers", "sentence"),
    [
        (WEIGHTS, [], "the segment 'banks' needs at least one offer; found none."),
        (
            {"accuracy": 0.0},
            [OURS],
            "the segment 'banks' must weigh its features by numbers of 0 or more, one above 0 at "
            "least; found {'accuracy': 0.0}.",
        ),
        (
            WEIGHTS,
            [Offer("x", -1, {})],
            "the offer 'x' must have a price of 0 or more; found -1.",
        ),
        (
            WEIGHTS,
            [Offer("x", 1, {"acuracy": 1.0})],
            "the offer 'x' has the feature 'acuracy', which the segment 'banks' does not weigh. "
            "Did you mean 'accuracy'?",
        ),
        (
            WEIGHTS,
            [Offer("x", 1, {"accuracy": 4.0})],
            "the offer 'x': the score of 'accuracy' must lie between 0 and 1; found 4.",
        ),
    ],
)
def test_refusals(weights: Mapping[str, float], offers: list[Offer], sentence: str) -> None:
    with pytest.raises(InputError) as error:
        segment_map("banks", weights, offers)
    assert str(error.value) == sentence
