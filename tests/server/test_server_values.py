"""Tests for POST /v1/predict with a model of numbers: value, interval, what is kept and refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.server.conftest import Serve, register
from tests.serving.tiny_scores import make_value_package

from whet.store.store import Store

Running = Any


@pytest.fixture
def pricing(serve: Serve, packages: Path, store: Store) -> Iterator[Running]:
    """A server with a model of prices beside the other packages."""
    band = {"coverage": 0.9, "factor": 3.0}
    register(store, make_value_package(packages / "prices" / "1", band=band))
    store.packages.set_alias("prices", "champion", "1")
    with serve() as one:
        one.wait_for("prices", "1")
        yield one


def test_a_number_comes_with_its_interval(pricing: Running) -> None:
    (answer,) = pricing.predict("a lamp", name="prices")
    assert {name: answer[name] for name in answer if name != "id"} == {
        "value": 50.0,
        "low": 47.0,
        "high": 53.0,
        "evidence": [],
        "truncated": False,
    }


def test_it_is_kept_without_a_label_and_feedback_is_refused(pricing: Running) -> None:
    (answer,) = pricing.predict("a lamp", name="prices")
    response = pricing.post("/v1/feedback", {"prediction_id": answer["id"], "label": "5"})
    assert response.status_code == 400
    assert response.json()["error"]["message"] == (
        "Model 'prices' predicts a number; feedback takes one label for a text and cannot say "
        "what the number is. Keep corrected texts as training data."
    )
    kept = pricing.store.predictions.get(answer["id"])
    assert (kept.label, kept.probability, kept.abstained) == (None, None, False)
