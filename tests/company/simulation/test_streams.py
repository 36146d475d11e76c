import re

import numpy as np
import pytest

from whet.company.simulation.streams import Streams, with_sobol
from whet.core.errors import InputError


def test_a_column_depends_on_the_seed_and_its_own_name_only() -> None:
    streams = Streams(1000, 7)
    first = streams.normal("effort", "a")
    streams.normal("effort", "b")  # drawn in between: nothing shifts
    assert np.array_equal(first, Streams(1000, 7).normal("effort", "a"))
    assert not np.array_equal(first, Streams(1000, 8).normal("effort", "a"))
    assert not np.array_equal(first, streams.normal("effort", "b"))


def test_uniform_numbers_lie_inside_the_interval() -> None:
    u = Streams(100_000, 0).uniform("x")
    assert u.min() > 0 and u.max() < 1


def test_sobol_columns_fill_the_line_more_evenly_than_chance() -> None:
    streams = with_sobol(Streams(1024, 3), ["a", "b"])
    u = np.sort(streams.uniform("a"))
    # Every one of the 1,024 equal parts holds exactly one point.
    assert np.array_equal(np.floor(u * 1024), np.arange(1024))
    assert abs(np.corrcoef(streams.normal("a"), streams.normal("b"))[0, 1]) < 0.01


def test_sobol_leaves_other_columns_alone() -> None:
    plain = Streams(64, 3)
    assert np.array_equal(with_sobol(plain, ["a"]).normal("c"), plain.normal("c"))
    assert with_sobol(plain, []) == plain


def test_sobol_needs_a_power_of_two() -> None:
    sentence = (
        "A Sobol sequence needs a power of two as the number of draws; found 10,000. "
        "Use 16,384, or plain random numbers."
    )
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        with_sobol(Streams(10_000, 0), ["a"])


@pytest.mark.parametrize("draws", [0, -5, 1_000_001])
def test_a_number_of_draws_out_of_bounds_is_refused(draws: int) -> None:
    sentence = (
        f"The number of draws must be from 1 to 1,000,000; found {draws:,}. "
        "10,000 give a probability to within one percentage point."
    )
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        Streams(draws, 0)
