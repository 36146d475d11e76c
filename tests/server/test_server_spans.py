"""Tests for POST /v1/predict with a tagger: spans by character, what is kept, what is refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.server.conftest import Serve, register
from tests.serving.tagging.tiny_tagger import make_tagger_package

from whet.store.store import Store

Running = Any


@pytest.fixture
def tagging(serve: Serve, packages: Path, store: Store) -> Iterator[Running]:
    """A server with a tagger beside the other packages."""
    register(store, make_tagger_package(packages / "names" / "1"))
    store.packages.set_alias("names", "champion", "1")
    with serve() as one:
        one.wait_for("names", "1")
        yield one


def test_spans_come_with_characters_label_and_probability(tagging: Running) -> None:
    response = tagging.post("/v1/predict/names", {"texts": ["Ana lives in New Rome.", "lives"]})
    assert response.status_code == 200
    body = response.json()
    assert (body["model"], body["version"]) == ("names", "1")
    first, second = body["predictions"]
    assert set(first) == {"id", "spans"}
    assert [(s["start"], s["end"], s["label"], s["text"]) for s in first["spans"]] == [
        (0, 3, "PER", "Ana"),
        (13, 21, "LOC", "New Rome"),
    ]
    assert all(0.5 < span["probability"] <= 1 for span in first["spans"])
    assert second["spans"] == []
    # Packages with labels answer as before.
    assert tagging.predict("lost card please")[0]["label"] == "card"


def test_a_prediction_is_kept_without_a_label_and_feedback_is_refused(tagging: Running) -> None:
    (answer,) = tagging.predict("in Rome", name="names")
    response = tagging.post("/v1/feedback", {"prediction_id": answer["id"], "label": "LOC"})
    assert response.status_code == 400
    assert response.json()["error"]["message"] == (
        "Model 'names' finds spans; feedback takes one label for a text and cannot say which span "
        "is wrong. Keep corrected texts as training data."
    )
    kept = tagging.store.predictions.get(answer["id"])
    assert (kept.label, kept.probability, kept.abstained) == (None, None, False)


def test_a_tagger_has_no_embeddings(tagging: Running) -> None:
    response = tagging.post("/v1/embeddings", {"model": "names", "input": "Rome"})
    assert response.status_code == 400
    assert response.json()["error"]["message"] == (
        "Model 'names' finds spans and has no embedding. "
        "Ask a model whose package has the form 'onnx'."
    )
