"""Tests for POST /v1/predict with a model of answers: both texts by name, why there is none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.server.conftest import Serve, register
from tests.serving.passages.tiny_reader import make_reader_package

from whet.store.store import Store

Running = Any


@pytest.fixture
def reading(serve: Serve, packages: Path, store: Store) -> Iterator[Running]:
    """A server with a model of answers beside the other packages."""
    register(store, make_reader_package(packages / "notes" / "1"))
    store.packages.set_alias("notes", "champion", "1")
    with serve() as one:
        one.wait_for("notes", "1")
        yield one


def asked(*passages: str) -> dict[str, Any]:
    return {"inputs": [{"question": "where is she?", "passage": text} for text in passages]}


def test_answers_come_with_their_characters_and_why_there_is_none(reading: Running) -> None:
    passage = " She  is\nin  Rome."
    response = reading.post("/v1/predict/notes", asked(passage, "she is", "Rome, in Oslo"))
    assert response.status_code == 200, response.text
    first, none, unsure = response.json()["predictions"]
    keys = {"id", "answer", "start", "end", "confidence", "abstained", "reason", "truncated"}
    assert set(first) == keys
    assert passage[first["start"] : first["end"]] == first["answer"] == "Rome"
    assert (first["abstained"], first["reason"]) == (False, None)
    assert (none["answer"], none["start"], none["reason"]) == (None, None, "no_answer")
    assert (unsure["abstained"], unsure["reason"]) == (True, "unsure")
    kept = reading.post("/v1/feedback", {"prediction_id": first["id"], "label": "Rome"})
    assert kept.json()["error"]["message"] == (
        "Model 'notes' answers from a passage; feedback takes one label for a text and cannot say "
        "where the answer stands. Keep corrected texts as training data."
    )
    assert not reading.store.predictions.get(first["id"]).abstained
    assert reading.store.predictions.get(unsure["id"]).label is None


def test_a_question_alone_is_refused(reading: Running) -> None:
    response = reading.post("/v1/predict/notes", {"text": "where is she?"})
    assert response.status_code == 400
    assert response.json()["error"]["message"] == (
        "This model reads two texts: send 'inputs' with 'question' and 'passage' for each answer; "
        "found 'text' or 'texts'."
    )
    response = reading.post("/v1/embeddings", {"model": "notes", "input": "Rome"})
    assert "reads two texts at once and has no embedding" in response.json()["error"]["message"]
