"""Tests for whet.ladder.curve: subsets are nested, mix the classes, and stay inside the fold."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests.ladder.workshop import context_of, make_rows, write_card

from whet.ladder.context import Context
from whet.ladder.curve import measure_curve
from whet.ladder.rungs.linear import FittedLinear, LinearRung
from whet.models.output import Ids


class Watched(LinearRung):
    """A linear rung that keeps the rows of every fit."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.fits: list[Ids] = []

    def fit(self, rows: Ids, *, deadline: float = float("inf")) -> FittedLinear:
        self.fits.append(rows)
        return super().fit(rows)


@pytest.fixture
def context(tmp_path: Path, base: Path) -> Context:
    return context_of(write_card(tmp_path, base, rows=make_rows(150)))


def test_larger_subsets_of_a_seed_hold_the_smaller_ones(context: Context) -> None:
    rung = Watched(context)
    points = list(measure_curve(context, "linear", rung))
    assert [(p.size, p.seed) for p in points] == [
        *((size, seed) for size in (8, 16, 28, 48) for seed in (0, 1, 2)),
        (80, 0),
    ]
    assert all(0 <= point.value <= 1 for point in points)
    by_seed = {
        seed: [set(f) for f, p in zip(rung.fits, points, strict=True) if p.seed == seed]
        for seed in (0, 1, 2)
    }
    for subsets in by_seed.values():
        for small, large in pairwise(subsets):
            assert small < large
    assert by_seed[0][0] != by_seed[1][0]
    fold = context.folds[0]
    assert set().union(*map(set, rung.fits)) == set(fold.train)


def test_small_subsets_hold_every_class_in_proportion(context: Context) -> None:
    rung = Watched(context)
    list(measure_curve(context, "linear", rung))
    for rows in rung.fits:
        counts = np.bincount(context.labels[rows], minlength=3)
        assert counts.max() - counts.min() <= 2


def test_the_same_curve_twice(context: Context) -> None:
    first, again = (list(measure_curve(context, "linear", LinearRung(context))) for _ in range(2))
    assert first == again


def test_a_fit_that_would_end_after_the_deadline_is_not_begun(context: Context) -> None:
    clock = [0.0]

    class Timed(Watched):
        """A rung whose fits take a second a row, on a clock of its own."""

        def fit(self, rows: Ids, *, deadline: float = float("inf")) -> FittedLinear:
            clock[0] += len(rows)
            return super().fit(rows)

    def sizes(deadline: float) -> list[int]:
        clock[0] = 0.0
        measured = measure_curve(
            context, "linear", Timed(context), deadline=deadline, now=lambda: clock[0]
        )
        return [point.size for point in measured]

    # Three fits of 8 rows end at 24; the next one, of 16 rows, would end at 40.
    assert sizes(39.0) == [8, 8, 8]
    assert sizes(40.0) == [8, 8, 8, 16]
    assert sizes(-1.0) == []
