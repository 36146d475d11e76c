"""Tests for whet.store.feedback: once per id, and the latest opinion counts."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from whet.core.clock import Clock
from whet.core.errors import InputError
from whet.store.feedback import Feedback
from whet.store.predictions import Prediction
from whet.store.store import Store


@pytest.fixture(autouse=True)
def _stored(store: Store, prediction: Prediction) -> None:
    store.predictions.add([prediction, replace(prediction, id="p2")])


def test_the_same_feedback_twice_counts_once(
    store: Store, prediction: Prediction, clock: Clock, advance: Callable[[float], None]
) -> None:
    given = Feedback("f1", prediction.id, "退款", "customer", clock())
    assert store.feedback.add("f1", prediction.id, label="退款", source="customer") is True
    advance(5)
    assert store.feedback.add("f1", prediction.id, label="退款", source="customer") is False
    assert store.feedback.corrections("support") == [(prediction, given)]


@pytest.mark.parametrize(("about", "label"), [("p1", "other"), ("p2", "退款")])
def test_an_id_that_said_something_else_is_refused(store: Store, about: str, label: str) -> None:
    store.feedback.add("f1", "p1", label="退款", source="customer")
    with pytest.raises(InputError) as error:
        store.feedback.add("f1", about, label=label, source="customer")
    assert str(error.value) == (
        "Feedback 'f1' already says '退款' about prediction 'p1'. "
        "Send a new id with each new opinion."
    )


def test_a_label_that_no_database_holds_is_idempotent_too(store: Store) -> None:
    assert store.feedback.add("f1", "p1", label="a\x00", source="customer") is True
    assert store.feedback.add("f1", "p1", label="a\x00", source="customer") is False


def test_feedback_that_nobody_can_use_is_refused(store: Store) -> None:
    refusals = {
        ("", "p1", "a"): "The id of a feedback must have 1 to 200 characters; found 0. "
        "A UUID does well.",
        ("x" * 201, "p1", "a"): "The id of a feedback must have 1 to 200 characters; found 201. "
        "A UUID does well.",
        ("f1", "p1", " "): "Feedback needs the right label; found an empty text.",
        ("f1", "p9", "a"): "There is no prediction 'p9'. Send the id exactly as the answer gave "
        "it.",
    }
    for (ident, about, label), text in refusals.items():
        with pytest.raises(InputError) as error:
            store.feedback.add(ident, about, label=label, source="customer")
        assert str(error.value) == text
    assert store.feedback.corrections("support") == []


def test_the_latest_opinion_about_each_answer_is_the_correction(
    store: Store, prediction: Prediction, clock: Clock, advance: Callable[[float], None]
) -> None:
    store.predictions.add([replace(prediction, id="p3", name="opinion")])
    store.feedback.add("f1", "p1", label="a", source="customer")
    advance(10)
    store.feedback.add("f2", "p2", label="b", source="customer")
    advance(10)
    store.feedback.add("f3", "p1", label="c", source="agent")
    store.feedback.add("f4", "p3", label="d", source="agent")
    pairs = store.feedback.corrections("support")
    assert [(said.id, answer.id) for answer, said in pairs] == [("f2", "p2"), ("f3", "p1")]
    assert pairs[1][0] == prediction
    assert [said.id for _, said in store.feedback.corrections("support", since=clock())] == ["f3"]
    assert store.feedback.corrections("nothing") == []
