"""Tests for whet.store.predictions: batches, look-ups and retention."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from whet.core.clock import Clock
from whet.core.errors import InputError
from whet.store.predictions import Prediction
from whet.store.store import Store


def test_a_prediction_comes_back_as_it_was(store: Store, prediction: Prediction) -> None:
    bare = replace(
        prediction,
        id="bare",
        text=None,
        key=None,
        label=None,
        probability=None,
        confidence=None,
        abstained=True,
    )
    store.predictions.add([prediction, bare])
    assert store.predictions.get(prediction.id) == prediction
    assert store.predictions.get("bare") == bare


def test_texts_that_a_database_refuses_do_not_lose_the_batch(
    store: Store, prediction: Prediction
) -> None:
    odd = replace(prediction, id="odd", text="a\x00b\ud800 退款 \U0001f600", label="no\x00")
    store.predictions.add([odd, prediction])
    stored = store.predictions.get("odd")
    assert (stored.text, stored.label) == ("a\ufffdb\ufffd 退款 \U0001f600", "no\ufffd")


def test_numbers_that_are_none_are_stored_as_none(store: Store, prediction: Prediction) -> None:
    store.predictions.add([replace(prediction, confidence=float("nan"))])
    assert store.predictions.get(prediction.id).confidence is None


def test_a_batch_that_is_sent_again_counts_once(store: Store, prediction: Prediction) -> None:
    store.predictions.add([])
    store.predictions.add([prediction])
    store.predictions.add([replace(prediction, label="other"), replace(prediction, id="p2")])
    assert [p.id for p in store.predictions.recent()] == ["p2", "p1"]
    assert store.predictions.get(prediction.id) == prediction


def test_the_newest_answers_come_first(
    store: Store, prediction: Prediction, clock: Clock, advance: Callable[[float], None]
) -> None:
    for name, ident in (("support", "a"), ("opinion", "b"), ("support", "c")):
        store.predictions.add([replace(prediction, id=ident, name=name, at=clock())])
        advance(60)
    recent = store.predictions.recent
    assert [p.id for p in recent()] == ["c", "b", "a"]
    assert [p.id for p in recent("support")] == ["c", "a"]
    assert [p.id for p in recent(limit=1)] == ["c"]
    assert [p.id for p in recent(since=clock() - timedelta(seconds=120))] == ["c", "b"]


def test_times_are_the_same_moment_in_every_zone(store: Store, prediction: Prediction) -> None:
    beijing = prediction.at.astimezone(timezone(timedelta(hours=8)))
    store.predictions.add([replace(prediction, at=beijing)])
    stored = store.predictions.get(prediction.id)
    assert stored.at == prediction.at and stored.at.utcoffset() == timedelta(0)
    assert store.predictions.recent(since=beijing) == [stored]
    assert store.predictions.recent(since=beijing + timedelta(microseconds=1)) == []


def test_a_time_without_a_zone_is_refused(store: Store, prediction: Prediction) -> None:
    naive = datetime(2026, 11, 22, 12, 0)
    for refused in (
        lambda: store.predictions.add([replace(prediction, at=naive)]),
        lambda: store.predictions.prune(naive),
    ):
        with pytest.raises(InputError) as error:
            refused()
        assert str(error.value) == (
            "A time must carry its time zone; found 2026-11-22T12:00:00. "
            "Write 2026-11-22T12:00:00+00:00 for UTC."
        )


def test_pruning_deletes_what_is_older_with_its_feedback(
    store: Store, prediction: Prediction
) -> None:
    old = replace(prediction, id="old", at=prediction.at - timedelta(microseconds=1))
    store.predictions.add([old, prediction])
    store.feedback.add("f1", "old", label="refund", source="agent")
    store.feedback.add("f2", prediction.id, label="refund", source="agent")
    assert store.predictions.prune(prediction.at) == 1
    assert store.predictions.recent() == [prediction]
    assert [said.id for _, said in store.feedback.corrections(prediction.name)] == ["f2"]


def test_an_unknown_prediction_is_refused(store: Store) -> None:
    with pytest.raises(InputError) as error:
        store.predictions.get("nothing")
    assert str(error.value) == (
        "There is no prediction 'nothing'. Send the id exactly as the answer gave it."
    )
