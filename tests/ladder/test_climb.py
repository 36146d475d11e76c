"""Tests for whet.ladder.climb: gates by the worse end, and a mix that a rare class cannot drown."""

from pathlib import Path

import numpy as np
import pytest
from tests.ladder.workshop import context_of, make_rows, write_card

from whet.core.seeds import generator
from whet.evaluation.intervals import Interval
from whet.ladder.candidates import gate_holds, units_of
from whet.ladder.rungs.blend import MIX_HELD_BACK, BlendRung


@pytest.mark.parametrize(
    ("metric", "required", "holds"),
    [
        ("macro_f1", 0.80, True),
        ("macro_f1", 0.81, False),
        ("ece", 0.95, True),
        ("ece", 0.94, False),
        ("log_loss", 0.9, False),
    ],
)
def test_the_worse_end_of_the_interval_must_hold(metric: str, required: float, holds: bool) -> None:
    assert gate_holds(metric, required, Interval(0.9, 0.8, 0.95)) is holds


def test_a_class_seen_only_on_the_rows_held_back_does_not_decide_the_mix(
    tmp_path: Path, base: Path
) -> None:
    rows = make_rows(150, labels=("crash", "login"))
    context = context_of(write_card(tmp_path, base, rows=[*rows, *make_rows(9, start=150)]))
    dev = context.development_rows
    context.labels[context.labels == 2] = 0
    held = generator(context.seed, "mix").random(len(dev)) < MIX_HELD_BACK
    context.labels[np.flatnonzero(held)[0]] = 2
    rung = BlendRung(context)
    rung.fit(dev)
    assert rung.mix is not None
    assert max(rung.mix.linear_temperature, rung.mix.reader_temperature) < 2


def test_rows_without_a_group_are_units_of_their_own(tmp_path: Path, base: Path) -> None:
    rows = make_rows(30)
    data = {"source": {"path": "rows.csv"}, "groups": ["talk"]}
    card = write_card(tmp_path, base, rows=rows, data=data)
    lines = (tmp_path / "rows.csv").read_text(encoding="utf-8").splitlines()
    talks = ["talk", "t1", "t1", *[""] * 28]
    (tmp_path / "rows.csv").write_text(
        "\n".join(f"{line},{talk}" for line, talk in zip(lines, talks, strict=True)), "utf-8"
    )
    context = context_of(card)
    units = units_of(context, context.development_rows)
    assert units is not None
    named = [talk for talk in context.development.columns["talk"] if talk]
    assert len(set(units)) == len(units) - max(0, len(named) - 1)
