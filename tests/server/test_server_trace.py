"""Tests for ids, log lines, metrics and the last resort: what an operator sees of a request."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs
from tests.server.conftest import register
from tests.serving.tiny_package import change_one_byte, make_linear_package

from whet.core.settings import settings
from whet.serving.watch import Live
from whet.store.store import Store

Running = Any


def samples(server: Running) -> dict[tuple[str, ...], float]:
    """Return the metrics: name and label values -> value."""
    response = server.client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def test_metrics_count_what_happened(server: Running) -> None:
    server.predict("card", "login", "😀")
    server.predict("card", name="opinion")
    server.post("/v1/predict/support", {"text": ""})
    server.client.get("/v1/anything/else")
    found = samples(server)
    predict = "/v1/predict/{name}"
    assert found["whet_requests_total", predict, "200"] == 2
    assert found["whet_requests_total", predict, "400"] == 1
    assert found["whet_requests_total", "unrouted", "404"] == 1
    assert found["whet_request_seconds_count", predict] == 3
    assert found["whet_texts_total", "support"] == 3
    assert found["whet_texts_total", "opinion"] == 1
    assert found["whet_abstentions_total", "support"] == 0
    assert found["whet_batch_texts_count",] == 2
    assert found["whet_batch_texts_sum",] == 4
    assert found["whet_waiting_texts",] == 0
    assert found["whet_package_info", "onnx", "support", "1"] == 1
    assert found["whet_package_info", "linear", "opinion", "1"] == 1


def test_a_version_that_was_swapped_out_is_no_longer_shown(server: Running) -> None:
    assert ("whet_package_info", "onnx", "support", "1") in samples(server)
    server.store.packages.set_alias("support", "champion", "2")
    server.wait_for("support", "2")
    found = samples(server)
    assert ("whet_package_info", "onnx", "support", "2") in found
    assert ("whet_package_info", "onnx", "support", "1") not in found


def test_until_a_package_is_loaded_nothing_is_ready(serve: Any, store: Any) -> None:
    with serve(wait=False) as server:  # a store without packages
        response = server.client.get("/readyz")
        nothing = {"status": "loading", "models": {}, "refused": {}}
        assert (response.status_code, response.json()) == (503, nothing)
        assert server.client.get("/healthz").json() == {"status": "ok"}
        response = server.post("/v1/predict/support", {"text": "card"})
        assert response.status_code == 503 and response.headers["retry-after"] == "1"
        assert response.json()["error"] == {
            "message": "No model is loaded yet. Try again in a moment; /readyz says when.",
            "type": "overloaded_error",
            "code": "not_ready",
        }


def test_a_loaded_package_makes_it_ready(shared: Running) -> None:
    response = shared.client.get("/readyz")
    assert response.status_code == 200
    models = {"opinion": "1", "support": "1"}
    assert response.json() == {"status": "ready", "models": models, "refused": {}}


def test_a_damaged_champion_is_named_beside_those_that_answer(
    serve: Any, store: Store, packages: Path
) -> None:
    change_one_byte(packages / "opinion" / "1" / "linear.safetensors")
    with serve() as server:
        for _ in range(500):
            if "refused" in (seen := server.client.get("/readyz").json()) and seen["refused"]:
                break
            time.sleep(0.01)
        assert seen == {
            "status": "degraded",
            "models": {"support": "1"},
            "refused": {"opinion": "1"},
        }
        metrics = server.client.get("/metrics").text
        assert 'whet_package_refused{name="opinion",version="1"} 1.0' in metrics
        response = server.post("/v1/predict/opinion", {"text": "card"})
        assert (response.status_code, response.json()["error"]["code"]) == (503, "model_refused")
        assert str(packages) not in response.text  # where it lies is not for the caller
        store.packages.set_alias("support", "champion", "2")
        server.wait_for("support", "2")  # the others go on as ever


def test_with_nothing_but_a_damaged_champion_nothing_is_ready(
    serve: Any, store: Store, tmp_path: Path
) -> None:
    folder = make_linear_package(tmp_path / "support" / "1")
    register(store, folder)
    store.packages.set_alias("support", "champion", "1")
    change_one_byte(folder / "linear.safetensors")
    with serve(wait=False) as server:
        for _ in range(500):
            if (response := server.client.get("/readyz")).json()["refused"]:
                break
            time.sleep(0.01)
        broken = {"status": "broken", "models": {}, "refused": {"support": "1"}}
        assert (response.status_code, response.json()) == (503, broken)


@pytest.mark.parametrize("given", ["abc-123", "A.b_c" * 12])
def test_a_sane_request_id_is_taken_over(shared: Running, given: str) -> None:
    response = shared.client.get("/healthz", headers={"x-request-id": given})
    assert response.headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "a b", 'a"b', "x" * 65, "a/b", "é".encode()])
def test_any_other_is_replaced(shared: Running, given: str | bytes) -> None:
    response = shared.client.get("/healthz", headers={"x-request-id": given})
    assert response.headers["x-request-id"].startswith("req_")


def test_refusals_carry_an_id_too(shared: Running) -> None:
    for response in (
        shared.client.get("/nothing"),
        shared.client.get("/healthz", headers={"host": "evil.example"}),
        shared.client.post("/v1/feedback", content=b"x" * 2_000_000),
    ):
        assert response.headers["x-request-id"].startswith("req_")


def line_of(logs: list[Any], request_id: str) -> dict[str, Any]:
    [line] = [one for one in logs if one["event"] == "request" and one["id"] == request_id]
    return dict(line)


def logged(server: Running, body: dict[str, Any]) -> tuple[httpx.Response, list[Any]]:
    """Return the response to a prediction, and what the server logged until the next request."""
    with capture_logs() as logs:
        response = server.post("/v1/predict/support", body, headers={"x-request-id": "mine"})
        server.client.get("/healthz")  # answered after the line of the first request is written
    return response, logs


def test_a_line_says_how_it_went_and_not_what_was_said(shared: Running) -> None:
    _, logs = logged(shared, {"texts": ["my secret card", "another secret"]})
    line = line_of(logs, "mine")
    assert line.pop("ms") > 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "id": "mine",
        "method": "POST",
        "route": "/v1/predict/{name}",
        "status": 200,
        "key": None,
        "texts": 2,
    }
    assert "secret" not in str(logs)


@pytest.mark.parametrize("body", [{"text": 5, "secret": "s"}, {"text": ["secret"]}])
def test_a_refused_body_is_not_logged_either(shared: Running, body: dict[str, Any]) -> None:
    response, logs = logged(shared, body)
    assert response.status_code == 422 and "secret" not in str(logs)


@pytest.fixture
def log_texts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("WHET_LOG_TEXTS", "true")
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_texts_are_logged_only_on_request(shared: Running, log_texts: None) -> None:
    _, logs = logged(shared, {"texts": ["my card", "login"]})
    assert line_of(logs, "mine")["messages"] == ["my card", "login"]


def test_what_nobody_expected_is_a_500_with_an_id_and_a_traceback(
    shared: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(live: Live, texts: list[str]) -> None:
        raise RuntimeError("the model is on fire")

    monkeypatch.setattr(Live, "predict", broken)
    response, logs = logged(shared, {"text": "card"})
    assert response.status_code == 500
    assert response.json()["error"] == {
        "message": "The server failed to answer; the reason is in its log under the id mine.",
        "type": "server_error",
        "code": "server_error",
    }
    failures = [line for line in logs if line["event"] == "a request failed"]
    assert [(line["id"], line["exc_info"]) for line in failures] == [("mine", True)]
    monkeypatch.undo()
    assert shared.predict("card")[0]["label"] == "card"


def test_texts_are_kept_only_when_the_operator_chose_so(
    serve: Any, packages: Any, store: Any
) -> None:
    from whet.server.options import Options

    with serve(Options(keep_texts=True)) as server:
        server.predict("my card")
    assert [prediction.text for prediction in store.predictions.recent()] == ["my card"]
