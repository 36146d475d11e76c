"""Tests for whet.company.labels.refusals: short, rising and flat curves, and sizes too far."""

from dataclasses import replace

import pytest
from tests.company.labels.conftest import MakeCurve

from whet.company.labels.refusals import check_curve, check_reach, refusal
from whet.core.errors import InputError


def test_a_good_curve_is_not_refused(make_curve: MakeCurve) -> None:
    assert refusal(make_curve()) is None
    assert sum(refusal(make_curve(seed)) is not None for seed in range(100)) == 0


def test_a_curve_with_three_points(make_curve: MakeCurve) -> None:
    with pytest.raises(InputError) as error:
        check_curve(make_curve(points=3))
    assert str(error.value) == (
        "The curve support/probe must have at least 5 sizes to be extrapolated; it has 3. Measure "
        "it at more sizes, for example at doublings from 25 to 400, with 3 seeds each."
    )


def test_a_curve_that_gets_worse(make_curve: MakeCurve) -> None:
    curve = make_curve()
    worse = replace(curve, errors=(*curve.errors[:5], curve.errors[3]))
    found = refusal(worse)
    assert found is not None and found.kind == "rising"
    assert found.sentence() == (
        "The curve support/probe must not get worse with more labels; its accuracy goes from 0.887 "
        "at 1,600 to 0.867 at 3,200, which is 4.7 standard errors. Measure those sizes again with "
        "more seeds; if the accuracy stays worse, look for a change in the data or in the training "
        "between them."
    )


def test_a_rise_within_the_noise_is_not_refused(make_curve: MakeCurve) -> None:
    curve = make_curve(se=0.01)
    slightly = replace(curve, errors=(*curve.errors[:5], curve.errors[4] + 0.028))
    assert refusal(slightly) is None
    more = replace(curve, errors=(*curve.errors[:5], curve.errors[4] + 0.029))
    found = refusal(more)
    assert found is not None and found.kind == "rising"


def test_a_flat_curve(make_curve: MakeCurve) -> None:
    flat = make_curve(errors=(0.2, 0.21, 0.2, 0.19, 0.2, 0.2), se=0.01)
    with pytest.raises(InputError) as error:
        check_curve(flat)
    assert str(error.value) == (
        "The curve support/probe must show that more labels help; from 100 to 3,200 its accuracy "
        "does not improve by more than 2 standard errors. Measure smaller sizes or more seeds to "
        "see the slope; if there is none, more labels will not help: change the model, the labels' "
        "quality or the target."
    )


def test_beyond_two_doublings(make_curve: MakeCurve) -> None:
    check_reach(make_curve(), 12_800)
    with pytest.raises(InputError) as error:
        check_reach(make_curve(), 20_000)
    assert str(error.value) == (
        "A forecast must stay within two doublings of the 3,200 labels that were measured, at most "
        "12,800; 20,000 were asked. Measure support/probe at a larger size first, for example at "
        "5,000."
    )


def test_below_what_was_measured(make_curve: MakeCurve) -> None:
    with pytest.raises(InputError) as error:
        check_reach(make_curve(), 1_000)
    assert str(error.value) == (
        "A forecast must ask for at least the 3,200 labels that were measured; 1,000 were asked. "
        "Read the measured curve instead."
    )
