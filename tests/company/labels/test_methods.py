"""Tests for whet.company.labels.methods: who is ahead later, not today."""

from tests.company.labels.conftest import MakeCurve

from whet.company.labels.methods import rank_methods
from whet.company.labels.origin import Origin


def test_the_method_that_gets_farther_comes_first(make_curve: MakeCurve) -> None:
    sizes = make_curve().sizes
    slow = make_curve(name="linear", errors=tuple(0.075 + 0.5 * n**-0.4 for n in sizes))
    fast = make_curve(name="probe")
    flat = make_curve(name="last", errors=(0.05,) * 6)
    assert slow.errors[-1] < fast.errors[-1]
    ranked = rank_methods([(flat, Origin("c")), (slow, Origin("a")), (fast, Origin("b"))])
    assert [method.curve.name for method in ranked] == ["probe", "linear", "last"]
    assert ranked[0].size == 6400
    assert ranked[0].low is not None and ranked[0].middle is not None
    assert ranked[0].low < ranked[0].middle
    assert ranked[2].middle is None
    assert ranked[2].today == 0.95


def test_a_shorter_curve_is_forecast_as_far_as_it_may(make_curve: MakeCurve) -> None:
    short = make_curve(points=5)
    long = make_curve(points=8)
    ranked = rank_methods([(short, Origin("a")), (long, Origin("b"))])
    assert {method.curve.name: method.size for method in ranked}
    assert sorted(method.size for method in ranked) == [4 * 1600, 2 * 12_800]
