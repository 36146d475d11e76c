"""Tests for whet.ladder.rungs.tuned_blend: no training twice, a mix chosen on held rows."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.ladder.workshop import context_of, make_rows, write_card

from whet.ladder.context import Context
from whet.ladder.rungs import tuned_blend as module
from whet.ladder.rungs.blend import FittedBlend, choose_mix
from whet.ladder.rungs.registry import open_rung
from whet.ladder.rungs.tuned import FittedTuned
from whet.ladder.rungs.tuned_blend import TunedBlendRung
from whet.models.output import Ids, Output


@pytest.fixture
def context(tmp_path: Path, base: Path) -> Context:
    tuning = {"learning_rate": 0.002, "epochs": 2}
    return context_of(write_card(tmp_path, base, rows=make_rows(90), tuning=tuning))


def test_a_training_that_is_done_is_taken_up(context: Context) -> None:
    rows = context.folds[0].train
    blend = TunedBlendRung(context, "full")
    dear = blend.predicted_seconds(len(rows), 1)
    alone = open_rung("full", context).fit(rows)
    steps: list[int] = []
    watched = replace(context, on_training=lambda step, values: steps.append(step))
    fitted = TunedBlendRung(watched, "full").fit(rows)
    assert steps == []
    assert TunedBlendRung(context, "full").predicted_seconds(len(rows), 1) < dear
    said, expected = (f.predict(context.test_rows).logits for f in (fitted.reader, alone))
    np.testing.assert_array_equal(said, expected)


def test_the_mix_is_chosen_on_rows_that_neither_model_learnt_from(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = context.folds[0].train
    judges: list[Ids] = []

    def watch(linear: Output, reader: Output, truth: Ids) -> object:
        judges.append(truth)
        return choose_mix(linear, reader, truth)

    monkeypatch.setattr(module, "choose_mix", watch)
    fitted = TunedBlendRung(context, "full").fit(rows)
    assert isinstance(fitted.reader, FittedTuned)
    held = np.setdiff1d(rows, fitted.reader.rows)
    assert 0 < len(held) < len(rows)
    np.testing.assert_array_equal(judges, [context.labels[held]])


def test_both_models_learn_again_and_the_mix_stays(context: Context) -> None:
    rung = TunedBlendRung(context, "full")
    first = rung.fit(context.folds[0].train)
    again = rung.learn_again(context.development_rows)
    assert isinstance(again, FittedBlend) and isinstance(again.reader, FittedTuned)
    assert again.mix == first.mix
    assert isinstance(first.reader, FittedTuned)
    assert len(again.reader.rows) > len(first.reader.rows)


def test_without_time_it_does_not_learn_again(context: Context) -> None:
    rung = TunedBlendRung(context, "full")
    rung.fit(context.folds[0].train)
    assert rung.learn_again(context.development_rows, deadline=0.0) is None
