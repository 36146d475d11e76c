"""Tests for POST /v1/predict with a model of several labels: what is shown, kept and refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.server.conftest import Serve, register
from tests.serving.tiny_scores import make_labels_package

from whet.store.store import Store

Running = Any


@pytest.fixture
def topics(serve: Serve, packages: Path, store: Store) -> Iterator[Running]:
    """A server with a model of topics beside the other packages."""
    register(store, make_labels_package(packages / "topics" / "1"))
    store.packages.set_alias("topics", "champion", "1")
    with serve() as one:
        one.wait_for("topics", "1")
        yield one


def test_labels_come_with_whether_they_are_shown(topics: Running) -> None:
    response = topics.post("/v1/predict/topics", {"texts": ["wheat barrel", "rain"]})
    both, none = response.json()["predictions"]
    assert {(one["label"], one["shown"]) for one in both["labels"]} == {
        ("oil", True),
        ("grain", False),
    }
    assert set(both) == {"id", "labels", "abstained", "evidence", "truncated"}
    assert (both["abstained"], none["labels"], none["abstained"]) == (True, [], False)


def test_that_it_abstained_is_kept_and_feedback_is_refused(topics: Running) -> None:
    (answer,) = topics.predict("wheat", name="topics")
    response = topics.post("/v1/feedback", {"prediction_id": answer["id"], "label": "oil"})
    assert response.status_code == 400
    assert response.json()["error"]["message"] == (
        "Model 'topics' gives several labels; feedback takes one label for a text and cannot say "
        "which of them are wrong. Keep corrected texts as training data."
    )
    kept = topics.store.predictions.get(answer["id"])
    assert (kept.label, kept.probability, kept.abstained) == (None, None, True)
