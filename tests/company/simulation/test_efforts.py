import re

import numpy as np
import pytest

from whet.company.simulation.efforts import EstimateError, draw_efforts
from whet.company.simulation.estimates import Z90, ThreePoint
from whet.company.simulation.streams import Streams
from whet.core.errors import InputError

TWO = {"a": ThreePoint(8, 10, 12), "b": ThreePoint(8, 10, 12)}


@pytest.mark.parametrize("rho", [0.0, 0.4, 1.0])
def test_errors_of_two_tasks_have_the_correlation(rho: float) -> None:
    efforts = draw_efforts(TWO, Streams(40_000, 1), error=EstimateError(correlation=rho))
    assert np.corrcoef(efforts["a"], efforts["b"])[0, 1] == pytest.approx(rho, abs=0.02)
    assert efforts["a"].std() == pytest.approx(2 / Z90, rel=0.02)


def test_a_bias_multiplies_every_effort() -> None:
    streams = Streams(100, 1)
    plain = draw_efforts(TWO, streams)
    longer = draw_efforts(TWO, streams, error=EstimateError(bias=1.2))
    assert longer["a"] == pytest.approx(1.2 * plain["a"])


def test_a_new_task_does_not_shift_another() -> None:
    streams = Streams(100, 1)
    alone = draw_efforts({"a": TWO["a"]}, streams)
    assert np.array_equal(alone["a"], draw_efforts(TWO, streams)["a"])


def test_a_correlation_above_one_is_refused() -> None:
    sentence = "The correlation of estimates must be from 0 to 1; found 1.5."
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        EstimateError(correlation=1.5)


def test_a_bias_of_nothing_is_refused() -> None:
    sentence = "The bias of estimates must be above 0 and at most 100; found 0."
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        EstimateError(bias=0)
