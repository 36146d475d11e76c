"""Tests for whet.company.plan.estimate: every way to write an uncertain number."""

import math

import pytest
from pydantic import TypeAdapter, ValidationError

from whet.company.plan.estimate import Estimate, Share, certain


def read(value: object) -> tuple[float, float, float]:
    found = TypeAdapter(Estimate).validate_python(value, strict=True)
    return found.low, found.likely, found.high


def test_one_number_is_certain() -> None:
    assert read(4) == (4, 4, 4)
    assert certain(4).is_certain
    assert not Estimate(low=1, likely=2, high=3).is_certain


def test_three_numbers_are_low_likely_high() -> None:
    assert read([3, 5, 9.5]) == (3, 5, 9.5)
    assert read({"low": 3, "likely": 5, "high": 9}) == (3, 5, 9)


@pytest.mark.parametrize("text", ["2 to 8", "2-8", "2 – 8", " 2 to 8 days", "2.0 to 8.0 months"])
def test_a_range_has_its_geometric_mean_in_the_middle(text: str) -> None:
    assert read(text) == (2, 4, 8)


def test_a_range_from_nothing_has_its_mean_in_the_middle() -> None:
    assert read("0 to 3") == (0, 1.5, 3)


@pytest.mark.parametrize(
    "value", [True, -1, [1, 2], [1, 2, True], [-1, 2, 3], "2", "5 to 2", "-1 to 2", [3, 2, 4], None]
)
def test_all_else_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        read(value)


def test_a_share_ends_at_one() -> None:
    assert TypeAdapter(Share).validate_python([0.5, 0.9, 1]).high == 1
    with pytest.raises(ValidationError):
        TypeAdapter(Share).validate_python(1.2)


def test_the_json_schema_has_every_way_to_write_it() -> None:
    ways = Share.model_json_schema()["anyOf"]
    assert [way["type"] for way in ways] == ["number", "array", "string", "object"]
    assert ways[0]["maximum"] == 1
    assert "maximum" not in Estimate.model_json_schema()["anyOf"][0]
    assert math.isinf(Estimate.most)
