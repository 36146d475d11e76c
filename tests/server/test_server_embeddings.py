"""Tests for /v1/embeddings and /v1/models, with OpenAI's own client."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openai
import pytest

from whet.serving.package import open_package
from whet.serving.predictor import Predictor

Running = Any
TEXTS = ["lost card", "我要退款", "the login"]


@pytest.fixture
def client(shared: Running) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{shared.url}/v1", api_key="none", max_retries=0) as made:
        yield made


def test_the_embeddings_are_those_of_the_package(client: openai.OpenAI, shared: Running) -> None:
    registered = shared.store.packages.resolve("support", "1")
    expected = Predictor(open_package(Path(registered.path))).embed(TEXTS)
    response = client.embeddings.create(model="support", input=TEXTS)  # base64 on the wire
    np.testing.assert_allclose([e.embedding for e in response.data], expected, rtol=1e-6)
    assert [e.index for e in response.data] == [0, 1, 2]
    assert response.model == "support"
    assert response.usage.prompt_tokens == response.usage.total_tokens == 4 + 6 + 4


def test_one_text_as_numbers(client: openai.OpenAI) -> None:
    numbers = client.embeddings.create(model="support", input="card", encoding_format="float")
    coded = client.embeddings.create(model="support", input=["card"], encoding_format="base64")
    vector = base64.b64decode(str(coded.data[0].embedding))
    np.testing.assert_allclose(numbers.data[0].embedding, np.frombuffer(vector, "<f4"), rtol=1e-6)


def test_use_is_metered(server: Running) -> None:
    server.post("/v1/embeddings", {"model": "support", "input": TEXTS})
    prediction = server.predict("card")[0]["id"]  # feedback writes what is pending
    server.post("/v1/feedback", {"prediction_id": prediction, "label": "card"})
    [use] = server.store.usage.report()
    assert (use.model, use.requests, use.texts, use.tokens) == ("support", 2, 4, 14 + 3)


def test_models_are_listed(client: openai.OpenAI) -> None:
    models = client.models.list().data
    assert [(m.id, m.object, m.owned_by) for m in models] == [
        ("opinion", "model", "whet"),
        ("support", "model", "whet"),
    ]
    assert client.models.retrieve("support").created == 1767323045


def test_an_unknown_model_is_an_error_of_the_client(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as error:
        client.embeddings.create(model="suport", input="card")
    assert error.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("nothing")


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        (
            {"model": "opinion", "input": "card"},
            400,
            "Model 'opinion' is linear and has no embedding. "
            "Ask a model whose package has the form 'onnx'.",
        ),
        (
            {"model": "support", "input": "card", "dimensions": 2},
            400,
            "The embedding of 'support' has 3 dimensions and cannot be cut to 2. "
            "Leave 'dimensions' out.",
        ),
        (
            {"model": "support", "input": []},
            422,
            "The body is not accepted: 'input' must hold 1 to 1024 texts.",
        ),
        (
            {"model": "support", "input": [[1, 2]]},
            422,
            "The body is not accepted: input.0: Input should be a valid string.",
        ),
        (
            {"model": "support", "input": ["card", ""]},
            400,
            "Text 2 must not be empty; found 0 characters of white space. Leave it out.",
        ),
    ],
)
def test_what_cannot_be_embedded_is_refused(
    shared: Running, body: dict[str, Any], status: int, message: str
) -> None:
    response = shared.post("/v1/embeddings", body)
    assert (response.status_code, response.json()["error"]["message"]) == (status, message)


def test_fields_that_mean_nothing_here_are_ignored(shared: Running) -> None:
    body = {"model": "support", "input": "card", "user": "me", "dimensions": 3}
    response = shared.post("/v1/embeddings", body)
    assert response.status_code == 200 and len(response.json()["data"][0]["embedding"]) == 3
