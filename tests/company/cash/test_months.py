import re
from datetime import date

import numpy as np
import pytest

from whet.company.cash.months import DAYS_PER_MONTH, Months, delayed, paid_once, present
from whet.core.errors import InputError


def test_a_leap_february_has_29_days() -> None:
    months = Months(date(2028, 2, 1), 2)
    assert months.edges.tolist() == [0, 29, 60]
    assert months.at(date(2028, 2, 29)) == pytest.approx(28 / 29)
    assert months.after(date(2028, 2, 29)) == 1.0
    assert Months(date(2027, 2, 1), 1).edges.tolist() == [0, 28]


def test_a_plan_from_the_middle_of_a_month_has_half_of_it() -> None:
    months = Months(date(2026, 11, 16), 3)
    assert months.begin == 0.5
    assert months.names == ["2026-11", "2026-12", "2027-01"]
    assert months.position(np.array([15.0, 15 + 31.0]))[0] == 1.0
    assert months.position(np.array([15.0, 15 + 31.0]))[1] == 2.0


def test_a_month_s_end_stays_the_month_s_end() -> None:
    months = Months(date(2027, 1, 31), 14)
    assert months.names[1] == "2027-02" and months.names[-1] == "2028-02"
    assert months.begin == pytest.approx(30 / 31)
    assert months.first_day(1) == date(2027, 2, 1)


def test_days_before_the_start_count_as_the_start() -> None:
    months = Months(date(2026, 11, 16), 3)
    assert months.at(None) == months.at(date(2020, 1, 1)) == 0.5
    assert months.after(None) == np.inf
    # Somebody who left before the plan began is never there.
    assert present(np.array([0.5]), months.after(date(2026, 10, 31)), 3).sum() == 0


def test_beyond_the_horizon_months_go_on_and_never_is_never() -> None:
    months = Months(date(2026, 11, 1), 1)
    found = months.position(np.array([30 + 2 * DAYS_PER_MONTH, np.inf]))
    assert found.tolist() == pytest.approx([3.0, np.inf])


def test_presence_by_hand() -> None:
    assert present(np.array([0.25, 2.0]), 2.5, 3).tolist() == [[0.75, 1, 0.5], [0, 0, 0.5]]
    assert present(np.array([0.0, 0.0]), np.array([1.0, np.inf]), 2).tolist() == [[1, 0], [1, 1]]


def test_one_payment_falls_into_its_month() -> None:
    flow = paid_once(np.array([0.5, 1.0, 3.0, np.inf]), np.array([1.0, 2.0, 3.0, 4.0]), 3)
    assert flow.tolist() == [[1, 0, 0], [0, 2, 0], [0, 0, 0], [0, 0, 0]]


def test_a_delay_moves_money_into_later_months() -> None:
    flow = np.array([[100.0, 0.0, 0.0, 40.0]])
    assert delayed(flow, DAYS_PER_MONTH).tolist() == [[0, 100, 0, 0]]
    assert delayed(flow, 0).tolist() == flow.tolist()
    quarter = delayed(flow, 0.25 * DAYS_PER_MONTH)
    assert quarter[0] == pytest.approx([75, 25, 0, 30])
    assert delayed(flow, 10_000).tolist() == [[0, 0, 0, 0]]


def test_what_a_part_of_the_first_month_earns_is_delayed_from_that_part_on() -> None:
    flow = np.array([[50.0, 100.0, 100.0]])
    # Earned in the second half; half a month later it comes in the first half of the next month.
    found = delayed(flow, 0.5 * DAYS_PER_MONTH, begin=0.5)
    assert found[0] == pytest.approx([0, 50 + 50, 50 + 50])
    assert delayed(flow, 0.25 * DAYS_PER_MONTH, begin=0.5)[0] == pytest.approx([25, 100, 100])


@pytest.mark.parametrize("count", [0, 241])
def test_a_horizon_out_of_bounds_is_refused(count: int) -> None:
    sentence = f"A plan of cash needs from 1 to 240 months; found {count}."
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        Months(date(2026, 11, 1), count)
