"""Tests for keys over HTTP: who may come under /v1, in which shape the others are refused."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.server.conftest import running

from whet.store.keys import SCOPES
from whet.store.schema import KEYS
from whet.store.store import open_store

Running = Any
NO_KEY = (
    "An API key is required. Send the header 'Authorization: Bearer whet_…'; "
    "`whet key new` makes a key."
)
WRONG_KEY = "This API key is not right, or was revoked."


def bearer(plain: str) -> dict[str, str]:
    return {"authorization": f"Bearer {plain}"}


def refusal(response: httpx.Response) -> tuple[int, dict[str, str]]:
    return response.status_code, response.json()["error"]


def test_without_any_key_callers_on_this_machine_need_none(server: Running) -> None:
    assert server.client.get("/v1/models").status_code == 200
    # OpenAI's client always sends something.
    assert server.client.get("/v1/models", headers=bearer("sk-none")).status_code == 200


@pytest.mark.parametrize("path", ["/v1/models", "/v1/feedback", "/v1/nothing", "/v1"])
@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, NO_KEY),
        ({"authorization": "whet_abc"}, NO_KEY),
        ({"authorization": "Basic whet_abc"}, NO_KEY),
        ({"authorization": "Bearer"}, NO_KEY),
        (bearer("whet_abc"), WRONG_KEY),
    ],
)
def test_with_a_key_in_the_store_a_right_one_is_required(
    guarded: Running, path: str, headers: dict[str, str], message: str
) -> None:
    response = guarded.client.get(path, headers=headers)
    assert refusal(response) == (
        401,
        {"message": message, "type": "authentication_error", "code": "invalid_api_key"},
    )
    assert response.headers["www-authenticate"] == "Bearer"


def test_health_and_metrics_need_no_key(guarded: Running) -> None:
    statuses = [guarded.client.get(p).status_code for p in ("/healthz", "/readyz", "/metrics")]
    assert statuses == [200, 503, 200]  # this server has no package


def test_a_right_key_opens_and_its_use_is_metered(server: Running) -> None:
    new = server.store.keys.create("bot", ["predict", "feedback"])
    body, headers = {"texts": ["my card", "login"]}, bearer(new.plain)
    answer = server.post("/v1/predict/support", body, headers=headers)
    assert answer.status_code == 200
    prediction = answer.json()["predictions"][0]["id"]
    feedback = {"prediction_id": prediction, "label": "card"}
    assert server.post("/v1/feedback", feedback, headers=headers).status_code == 200
    [use] = server.store.usage.report()
    assert (use.key, use.requests, use.texts) == (new.key.id, 1, 2)
    assert server.store.predictions.get(prediction).key == new.key.id


REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "predict": ("/v1/predict/support", {"text": "my card"}),
    "embeddings": ("/v1/embeddings", {"model": "support", "input": "my card"}),
    "feedback": ("/v1/feedback", {"prediction_id": "pred_0", "label": "card"}),
}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_opens_what_it_was_made_for_and_nothing_else(server: Running, scope: str) -> None:
    headers = bearer(server.store.keys.create("bot", [scope]).plain)
    for needed, (path, body) in REQUESTS.items():
        response = server.post(path, body, headers=headers)
        if needed == scope:
            # The id of the feedback is unknown: the request went through to the store.
            assert response.status_code == (404 if scope == "feedback" else 200)
            continue
        message = (
            f"This needs a key with the scope {needed!r}; this key has {scope!r}. "
            f"`whet key new --scope {needed}` makes one."
        )
        error = {"message": message, "type": "permission_error", "code": "insufficient_scope"}
        assert refusal(response) == (403, error)
        assert response.headers["www-authenticate"].startswith('Bearer error="insufficient_scope"')
    assert server.client.get("/v1/models", headers=headers).status_code == 200


def test_every_request_with_a_body_needs_a_scope(guarded: Running) -> None:
    """A key that is allowed nothing gets through to no route that does something."""
    made = guarded.store.keys.create("idle", ["predict"])
    with guarded.store.database.write() as connection:
        connection.execute(KEYS.update().where(KEYS.c.name == "idle").values(scopes=[]))
    paths = guarded.client.get("/openapi.json").json()["paths"]
    posts = [path for path, methods in paths.items() if "post" in methods]
    assert set(posts) >= {"/v1/predict/{name}", "/v1/embeddings", "/v1/feedback"}
    statuses = [guarded.post(path, headers=bearer(made.plain)).status_code for path in posts]
    assert statuses == [403] * len(posts)


def test_a_key_is_refused_before_its_body_is_read(guarded: Running) -> None:
    response = guarded.client.post("/v1/predict/support", content=b"x" * 500_000)
    assert response.status_code == 401


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server whose store has a key."""
    folder = tmp_path_factory.mktemp("guarded")
    with open_store(f"sqlite:///{folder}/whet.db") as store:
        store.keys.create("bot", ["predict"])
        with running(store, wait=False) as one:
            yield one
