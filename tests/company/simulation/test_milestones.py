from datetime import date

import numpy as np
import pytest

from whet.company.simulation.milestones import lateness, milestone_dates

START = date(2027, 2, 26)


def test_dates_and_odds_by_hand() -> None:
    finish = np.arange(1.0, 101.0)  # the evening of the first to the hundredth day
    found = milestone_dates("beta", finish, start=START, deadline=date(2027, 4, 16))
    assert [(d.level, d.date) for d in found.dates] == [
        (0.5, date(2027, 4, 17)),
        (0.8, date(2027, 5, 17)),
        (0.95, date(2027, 6, 1)),
    ]
    # The deadline is the evening of the 50th day.
    assert found.late is not None and found.late.value == 0.5
    assert found.tardiness is not None
    assert found.tardiness.value == pytest.approx(np.arange(1, 51).sum() / 100)
    assert found.mean.value == 50.5


def test_work_that_ends_on_the_day_is_in_time() -> None:
    deadline = date(2027, 3, 1)  # the fourth day
    assert lateness(np.array([3.2, 4.0, 4.0 + 1e-9, 4.1, 5.0, 5.1]), START, deadline).tolist() == [
        0,
        0,
        0,
        1,
        1,
        2,
    ]


def test_without_a_deadline_there_is_no_lateness() -> None:
    found = milestone_dates("beta", np.ones(10), start=START)
    assert found.late is None and found.tardiness is None
    assert {d.date for d in found.dates} == {START}


def test_levels_can_be_chosen() -> None:
    found = milestone_dates("beta", np.arange(10.0), start=START, levels=[0.9])
    assert [d.level for d in found.dates] == [0.9]
