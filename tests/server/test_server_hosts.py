"""Tests for whet.server.middleware.hosts: only names of this machine are answered."""

from typing import Any

import pytest

from whet.server.middleware.hosts import host_name

Running = Any


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:9", "[::1]", "[::1]:80"])
def test_names_of_this_machine(shared: Running, host: str) -> None:
    assert shared.client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("evil.example", "evil.example"),
        ("localhost.evil.example:8000", "localhost.evil.example"),
        ("127.0.0.1.evil.example", "127.0.0.1.evil.example"),
        ("", ""),
    ],
)
def test_names_of_others_are_refused(shared: Running, host: str, shown: str) -> None:
    response = shared.client.get("/v1/models", headers={"host": host})
    assert response.status_code == 421
    assert response.json()["error"] == {
        "message": "This server answers to 127.0.0.1, ::1, localhost; "
        f"the request was for '{shown}'. Use one of these names.",
        "type": "invalid_request_error",
        "code": "wrong_host",
    }


def test_there_are_no_cors_headers(shared: Running) -> None:
    headers = {"origin": "http://evil.example", "access-control-request-method": "POST"}
    response = shared.client.options("/v1/predict/support", headers=headers)
    assert response.status_code == 405
    answers = [response, shared.client.get("/v1/models", headers={"origin": "http://a.example"})]
    for answer in answers:
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_host_names_by_hand() -> None:
    assert host_name("Example.org:80") == "example.org"
    assert host_name("[FE80::1]:80") == "fe80::1"
