"""Tests for whet.company.labels.effort: what the schedule's tasks take."""

import numpy as np
import pytest
from tests.company.labels.conftest import MakeCurve

from whet.company.labels.effort import Workload, effort_for
from whet.company.labels.forecast import Forecast, forecast_curve
from whet.company.labels.requirement import Target, requirement, sizes_needed
from whet.core.errors import InputError

WORK = Workload(labels_per_person_day=200, train_days_fixed=1, train_days_per_label=1e-4)


@pytest.fixture
def forecast(make_curve: MakeCurve) -> Forecast:
    return forecast_curve(make_curve(se=0.004), seed=1)


def test_effort_is_that_of_the_labels_needed(forecast: Forecast) -> None:
    effort = effort_for(forecast, Target(0.9), WORK)
    needed = np.minimum(sizes_needed(forecast, Target(0.9)), 12_800)
    assert effort.label_days == pytest.approx((needed - 3200) / 200)
    assert effort.train_days == pytest.approx(1 + 1e-4 * needed)
    low, middle, high = effort.label_estimate()
    assert low <= middle <= high
    half = requirement(forecast, Target(0.9), (0.5,)).quantiles[0]
    assert half is not None
    assert middle == pytest.approx((half - 3200) / 200, abs=0.2)


def test_a_worse_curve_takes_more_work(make_curve: MakeCurve) -> None:
    good = effort_for(forecast_curve(make_curve()), Target(0.9), WORK)
    errors = tuple(error + 0.01 for error in make_curve().errors)
    bad = effort_for(forecast_curve(make_curve(errors=errors)), Target(0.9), WORK)
    assert bad.label_estimate()[1] > good.label_estimate()[1]
    assert bad.within_reach <= good.within_reach


def test_out_of_reach_is_told(forecast: Forecast) -> None:
    effort = effort_for(forecast, Target(0.99), WORK)
    assert effort.within_reach == 0
    assert effort.label_estimate() == pytest.approx((48, 48, 48))


def test_no_more_work_than_there_are_labels(forecast: Forecast) -> None:
    effort = effort_for(forecast, Target(0.91), WORK, most=4000)
    assert effort.label_days.max() == pytest.approx(800 / 200)
    assert effort.within_reach == np.mean(sizes_needed(forecast, Target(0.91)) <= 4000)
    there = effort_for(forecast, Target(0.91), WORK, at_hand=500, most=4000)
    assert there.label_days.max() == pytest.approx(300 / 200)


def test_there_is_a_round_for_each_doubling_begun(forecast: Forecast) -> None:
    staged = Workload(200, train_days_fixed=2, stages=5)
    assert effort_for(forecast, Target(0.99), staged).train_days == pytest.approx(np.full(1000, 4))
    assert effort_for(forecast, Target(0.2), staged).train_days == pytest.approx(np.full(1000, 2))
    capped = Workload(200, train_days_fixed=2, stages=1)
    assert effort_for(forecast, Target(0.99), capped).train_days == pytest.approx(np.full(1000, 2))


def test_impossible_work_is_refused(forecast: Forecast) -> None:
    with pytest.raises(InputError) as error:
        effort_for(forecast, Target(0.9), Workload(0))
    assert str(error.value) == (
        "Labels per person-day must be more than 0; found 0. Give a rate of labelling."
    )
    with pytest.raises(InputError) as error:
        effort_for(forecast, Target(0.9), Workload(1, -1))
    assert str(error.value) == (
        "The days of a training must be at least 0; found -1 and 0 for each label. Correct them."
    )
