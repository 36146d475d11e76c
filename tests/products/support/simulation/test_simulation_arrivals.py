"""Arrivals follow the hours of a day, and are the same for a seed."""

import random
from datetime import UTC, datetime

import pytest

from whet.products.support.simulation.arrivals import BY_HOUR, arrivals

NINE = datetime(2026, 6, 17, 9, tzinfo=UTC)


def test_the_mean_hour_is_one() -> None:
    assert len(BY_HOUR) == 24
    assert sum(BY_HOUR) / 24 == pytest.approx(1.0)


def test_so_many_in_the_mean() -> None:
    counts = [len(arrivals(NINE, 8, 60, random.Random(seed))) for seed in range(40)]
    # 40 days of a Poisson count with mean 480: the mean is within 4 standard errors of it.
    assert abs(sum(counts) / 40 - 480) < 4 * (480 / 40) ** 0.5


def test_the_busy_hour_is_busier() -> None:
    at = arrivals(NINE.replace(hour=0), 24, 400, random.Random(1))
    ten = sum(1 for second in at if 10 * 3600 <= second < 11 * 3600)
    three = sum(1 for second in at if 3 * 3600 <= second < 4 * 3600)
    assert ten > 10 * three
    assert at == sorted(at)
    assert max(at) < 24 * 3600


def test_same_seed_same_day() -> None:
    one, same, other = (arrivals(NINE, 2, 30, random.Random(seed)) for seed in (1, 1, 2))
    assert one == same != other
