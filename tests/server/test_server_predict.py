"""Tests for POST /v1/predict: answers, refusals in one sentence, and never a 500."""

import hashlib
import json
from typing import Any

import httpx
import pytest

Running = Any


def error_of(response: httpx.Response) -> tuple[int, str, str, str]:
    """Return status, message, type and code of a refusal."""
    error = response.json()["error"]
    assert set(error) == {"message", "type", "code"}
    return response.status_code, error["message"], error["type"], error["code"]


def test_one_text(shared: Running) -> None:
    response = shared.post("/v1/predict/support", {"text": "lost card please"})
    assert response.status_code == 200
    body = response.json()
    assert (body["model"], body["version"]) == ("support", "1")
    assert len(body["predictions"]) == 1
    prediction = body["predictions"][0]
    assert set(prediction) == {
        "id",
        "label",
        "probability",
        "abstained",
        "confidence",
        "evidence",
        "truncated",
    }
    assert prediction["label"] == "card" and prediction["probability"] > 0.9
    assert prediction["id"].startswith("pred_")
    assert not prediction["abstained"] and not prediction["truncated"]
    assert prediction["evidence"][0] == {
        "text": "lost card please",
        "label": "card",
        "similarity": pytest.approx(1, abs=0.01),
    }


def test_many_texts_come_back_in_their_order(shared: Running) -> None:
    texts = ["card " * 20, "登录", "我要退款", "login"] * 64
    labels = [prediction["label"] for prediction in shared.predict(*texts)]
    assert labels == ["card", "login", "refund", "login"] * 64


def test_a_linear_package_answers_too(shared: Running) -> None:
    assert shared.predict("refund please", name="opinion")[0]["label"] == "refund"


@pytest.mark.parametrize("text", ["x" * 50_000, "😀", "我要退款" * 12_500])
def test_strange_texts_are_answered(shared: Running, text: str) -> None:
    assert shared.predict(text)[0]["label"] in ("card", "login", "refund")


def test_answers_and_use_are_recorded_without_the_text(server: Running) -> None:
    prediction = server.predict("lost card", "login")[0]
    server.post("/v1/feedback", {"prediction_id": prediction["id"], "label": "card"})
    stored = server.store.predictions.get(prediction["id"])
    assert (stored.name, stored.version, stored.label) == ("support", "1", "card")
    assert stored.probability == pytest.approx(prediction["probability"])
    assert stored.confidence == pytest.approx(prediction["confidence"])
    assert stored.input_sha256 == hashlib.sha256(b"lost card").hexdigest()
    assert stored.text is None and stored.key is None and stored.latency_ms > 0
    assert stored.abstained is False
    use = server.store.usage.report()
    assert [(u.key, u.model, u.requests, u.texts, u.tokens) for u in use] == [
        ("", "support", 1, 2, 4 + 3)
    ]


PATH = "/v1/predict/support"
INVALID = "invalid_request_error"
ONE_OF = "exactly one of 'text', 'texts' and 'inputs' must be given."


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {},
            (422, f"The body is not accepted: {ONE_OF}"),
        ),
        (
            {"text": "a", "texts": ["b"]},
            (422, f"The body is not accepted: {ONE_OF}"),
        ),
        ({"text": 5}, (422, "The body is not accepted: text: Input should be a valid string.")),
        (
            {"texts": ["a", None]},
            (422, "The body is not accepted: texts.1: Input should be a valid string."),
        ),
        (
            {"texts": []},
            (
                422,
                "The body is not accepted: texts: List should have at least 1 item after "
                "validation, not 0.",
            ),
        ),
        (
            {"texts": ["a"] * 257},
            (
                422,
                "The body is not accepted: texts: List should have at most 256 items after "
                "validation, not 257.",
            ),
        ),
        (
            {"txt": "a"},
            (422, "The body is not accepted: txt: Extra inputs are not permitted."),
        ),
        (
            ["a"],
            (422, "The body is not accepted: Input should be an object."),
        ),
        (
            {"texts": ["a", "  "]},
            (
                400,
                "Text 2 must not be empty; found 2 characters of white space. Leave it out.",
            ),
        ),
        (
            {"text": "a\x00b"},
            (400, "Text 1 must not hold a NUL character; found one at position 2. Remove it."),
        ),
    ],
)
def test_wrong_bodies_are_refused_in_one_sentence(
    shared: Running, body: Any, expected: tuple[int, str]
) -> None:
    status, message, kind, code = error_of(shared.post(PATH, body))
    assert (status, message) == expected
    assert (kind, code) == (INVALID, "invalid_body" if status == 422 else "invalid_value")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The body must be JSON; EOF while parsing a value at line 1 column 0."),
        (b"{", "The body must be JSON; EOF while parsing an object at line 1 column 1."),
        (b"\xff\xfe", "The body must be JSON; expected value at line 1 column 1."),
        (
            b"[" * 10_000 + b"]" * 10_000,
            "The body must be JSON; recursion limit exceeded at line 1 column 202.",
        ),
        (
            b'{"text":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001,
            "The body must be JSON; recursion limit exceeded at line 1 column 1009.",
        ),
        (
            b'{"text": "\\ud800"}',
            "The body must be JSON; unexpected end of hex escape at line 1 column 17.",
        ),
        (b'{"text": "a"} more', "The body must be JSON; trailing characters at line 1 column 15."),
    ],
)
def test_what_is_no_json_is_refused(shared: Running, body: bytes, message: str) -> None:
    response = shared.client.post(PATH, content=body, headers={"content-type": "application/json"})
    assert error_of(response) == (400, message, INVALID, "not_json")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_what_does_not_say_that_it_is_json_is_refused(
    shared: Running, content_type: str | None
) -> None:
    headers = {"content-type": content_type} if content_type else {}
    response = shared.client.post(PATH, content=json.dumps({"text": "a"}), headers=headers)
    found = content_type or "no content type"
    assert error_of(response) == (
        415,
        "The body must be JSON and say so. Send the header 'Content-Type: application/json'; "
        f"found {found!r}.",
        INVALID,
        "not_json",
    )


def test_an_unknown_model_is_refused_with_the_nearest(shared: Running) -> None:
    response = shared.post("/v1/predict/suport", {"text": "a"})
    message = "There is no model 'suport'. Did you mean 'support'?"
    assert error_of(response) == (404, message, INVALID, "model_not_found")


def test_unknown_paths_and_methods_are_json_too(shared: Running) -> None:
    assert error_of(shared.client.get("/v1/nothing")) == (
        404,
        "There is no /v1/nothing; the paths are listed in /openapi.json.",
        INVALID,
        "path_not_found",
    )
    response = shared.client.get(PATH)
    assert error_of(response) == (
        405,
        "/v1/predict/support does not answer GET; the header Allow lists what it answers.",
        INVALID,
        "method_not_allowed",
    )
    assert response.headers["allow"] == "POST"


def test_the_description_shows_the_bodies(shared: Running) -> None:
    paths = shared.client.get("/openapi.json").json()["paths"]
    body = paths["/v1/predict/{name}"]["post"]["requestBody"]["content"]["application/json"]
    assert set(body["schema"]["properties"]) == {"text", "texts", "inputs"}
    assert shared.client.get("/docs").status_code == 404  # it would load scripts from the net
