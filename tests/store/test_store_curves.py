"""Tests for whet.store.curves: points over all runs of a card."""

from dataclasses import replace

import pytest

from whet.core.errors import InputError
from whet.store.curves import CurvePoint
from whet.store.runs import NewRun
from whet.store.store import Store


def test_points_of_a_card_over_all_its_runs(store: Store, new_run: NewRun) -> None:
    first, second = store.runs.create(new_run), store.runs.create(new_run)
    other = store.runs.create(replace(new_run, name="opinion"))
    small = CurvePoint(first, "probe", "macro_f1", 100, 0, 0.5)
    large = CurvePoint(second, "probe", "macro_f1", 1000, 0, 0.75)
    linear = CurvePoint(first, "linear", "macro_f1", 1000, 0, 0.625)
    store.curves.add([large, small, linear])
    store.curves.add([CurvePoint(other, "probe", "macro_f1", 10, 0, 0.25)])
    assert store.curves.points("support") == [linear, small, large]
    assert store.curves.points("support", run=first) == [linear, small]
    assert store.curves.points("nothing") == []


def test_a_point_that_is_measured_again_replaces_the_old_one(store: Store, new_run: NewRun) -> None:
    point = CurvePoint(store.runs.create(new_run), "probe", "macro_f1", 100, 0, 0.5)
    store.curves.add([point])
    store.curves.add([replace(point, value=0.25), replace(point, seed=1)])
    assert [(p.seed, p.value) for p in store.curves.points("support")] == [(0, 0.25), (1, 0.5)]


def test_points_of_an_unknown_run_are_refused_and_none_is_kept(
    store: Store, new_run: NewRun
) -> None:
    run = store.runs.create(new_run)
    good = CurvePoint(run, "probe", "macro_f1", 100, 0, 0.5)
    with pytest.raises(InputError) as error:
        store.curves.add([good, replace(good, run="x")])
    assert str(error.value) == f"There is no run 'x'. Valid names: {run}."
    assert store.curves.points("support") == []
