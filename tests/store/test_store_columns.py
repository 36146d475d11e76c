"""Tests for whet.store.columns: the same value from both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whet.store.columns import storable_text
from whet.store.predictions import Prediction
from whet.store.runs import NewRun
from whet.store.store import Store


@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_storable_text_is_utf8_without_nul_and_keeps_the_rest(text: str) -> None:
    clean = storable_text(text)
    assert clean.encode("utf-8").count(0) == 0
    assert len(clean) == len(text)
    assert all(new in (old, "\ufffd") for old, new in zip(text, clean, strict=True))
    assert storable_text(clean) == clean


def test_times_sort_as_moments_to_the_microsecond(store: Store, prediction: Prediction) -> None:
    start = datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    steps = [0, 1, 2, 1_000_000]
    moments = [start + timedelta(microseconds=step) for step in steps]
    store.predictions.add([replace(prediction, id=str(n), at=at) for n, at in enumerate(moments)])
    assert [p.at for p in store.predictions.recent()] == moments[::-1]


def test_json_keeps_the_order_of_keys_and_every_character(store: Store, new_run: NewRun) -> None:
    card = {"z": "退款 \U0001f600", "a": ["\x00", "\ud800", 1e300, 2**60, None, True], "": {}}
    kept = store.runs.show(store.runs.create(replace(new_run, card=card))).card
    assert kept == card and list(kept) == ["z", "a", ""]


def test_a_nan_in_json_is_refused_by_both(store: Store, new_run: NewRun) -> None:
    with pytest.raises(ValueError, match="Out of range float values are not JSON compliant"):
        store.runs.create(replace(new_run, card={"x": float("nan")}))
    assert store.runs.recent() == []
