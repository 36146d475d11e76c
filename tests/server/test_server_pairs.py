"""Tests for POST /v1/predict with a model of pairs: both texts by name, embeddings of one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.server.conftest import Serve, register
from tests.serving.pairs.tiny_pairs import make_overlap_package

from whet.core.pairs import join_pair
from whet.store.store import Store

Running = Any


@pytest.fixture
def pairing(serve: Serve, packages: Path, store: Store) -> Iterator[Running]:
    """A server with a model of pairs beside the other packages."""
    register(store, make_overlap_package(packages / "same" / "1"))
    store.packages.set_alias("same", "champion", "1")
    with serve() as one:
        one.wait_for("same", "1")
        yield one


def test_both_texts_are_sent_by_their_names(pairing: Running) -> None:
    inputs = [
        {"first": "refund my card", "second": "refund  my card"},
        {"second": "lost card", "first": "how do I pay"},
    ]
    response = pairing.post("/v1/predict/same", {"inputs": inputs})
    assert response.status_code == 200, response.text
    same, other = response.json()["predictions"]
    assert (same["label"], other["label"]) == ("yes", "no")
    assert 0.5 < same["probability"] <= 1
    kept = pairing.post("/v1/feedback", {"prediction_id": same["id"], "label": "no"})
    assert kept.json()["recorded"]
    one = {"inputs": [{"text": "lost card please"}]}
    assert pairing.post("/v1/predict/support", one).json()["predictions"][0]["label"] == "card"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            {"text": "one alone"},
            "This model reads two texts: send 'inputs' with 'first' and 'second' for each "
            "answer; found 'text' or 'texts'.",
        ),
        (
            {"inputs": [{"first": "a", "third": "b"}]},
            "Entry 1 of 'inputs' must have 'first' and 'second'; found 'first' and 'third'.",
        ),
        (
            {"inputs": [{"first": "a", "second": "b"}, {"first": "a", "second": " "}]},
            "Text 2 must not be empty; found 0 characters of white space. Leave it out.",
        ),
        (
            {"texts": [join_pair("a", "b")], "inputs": []},
            "The body is not accepted: inputs: List should have at least 1 item after validation, "
            "not 0.",
        ),
    ],
)
def test_what_is_no_pair_is_refused(pairing: Running, body: dict[str, Any], told: str) -> None:
    response = pairing.post("/v1/predict/same", body)
    assert 400 <= response.status_code < 500
    assert response.json()["error"]["message"] == told


def test_words_in_common_have_no_embedding(pairing: Running) -> None:
    response = pairing.post("/v1/embeddings", {"model": "same", "input": "Rome"})
    assert response.status_code == 400
    assert "has no embedding" in response.json()["error"]["message"]
