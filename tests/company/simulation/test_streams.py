import re

import numpy as np
import pytest

from whet.company.simulation.streams import Streams
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


@pytest.mark.parametrize("draws", [0, -5, 1_000_001])
def test_a_number_of_draws_out_of_bounds_is_refused(draws: int) -> None:
    sentence = (
        f"The number of draws must be from 1 to 1,000,000; found {draws:,}. "
        "10,000 give a probability to within one percentage point."
    )
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        Streams(draws, 0)
