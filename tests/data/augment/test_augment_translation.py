"""Tests for whet.data.augment.translation: a real server, the answers kept, and what goes wrong."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from whet.core.errors import InputError
from whet.core.settings import Settings
from whet.data.augment.translation import Translator

Json = dict[str, Any]


class Endpoint(ThreadingHTTPServer):
    """A server that turns a text around and names the languages, in either convention."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, Json, str | None]] = []
        self.broken: tuple[int, bytes] | None = None
        self.wait_s = 0.0

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that did not wait."""

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """Answers POST."""

    server: Endpoint

    def do_POST(self) -> None:
        """Answer one request."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, body, self.headers.get("Authorization")))
        time.sleep(self.server.wait_s)
        status, content = self.server.broken or (200, self.answer(body))
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def answer(self, body: Json) -> bytes:
        """Return the translation in the convention that was asked."""
        if self.path == "/translate":
            answer: Json = {"translatedText": f"{body['target']}:{body['q'][::-1]}"}
        else:
            said = body["messages"][-1]["content"].upper()
            answer = {"choices": [{"message": {"content": f" {said}\n"}}]}
        return json.dumps(answer).encode()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """Run the server for one test."""
    with Endpoint() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def _settings(url: str | None, **fields: str) -> Settings:
    named: dict[str, Any] = {f"translate_{name}": value for name, value in fields.items()}
    return Settings(translate_url=url, **named)


def test_libretranslate_is_asked_there_and_back(endpoint: Endpoint, tmp_path: Path) -> None:
    with Translator(_settings(endpoint.url + "/", key="k"), tmp_path) as translator:
        assert list(translator.there_and_back(["ab", "退款"], "de")) == ["en:ab:ed", "zh:退款:ed"]
    assert [path for path, _, _ in endpoint.asked] == ["/translate"] * 4
    first = endpoint.asked[0][1]
    assert first == {
        "q": "ab",
        "source": "en",
        "target": "de",
        "format": "text",
        "api_key": "k",
    }
    assert [(b["source"], b["target"]) for _, b, _ in endpoint.asked[1:]] == [
        ("de", "en"),
        ("zh", "de"),
        ("de", "zh"),
    ]


def test_with_a_model_the_chat_convention_is_spoken(endpoint: Endpoint, tmp_path: Path) -> None:
    settings = _settings(endpoint.url + "/v1", model="m", key="secret")
    with Translator(settings, tmp_path) as translator:
        assert translator.translated("ab", "en", "fr") == "AB"
    path, body, authorization = endpoint.asked[0]
    assert (path, body["model"], authorization) == ("/v1/chat/completions", "m", "Bearer secret")
    assert "from en to fr" in body["messages"][0]["content"]


def test_what_was_answered_is_not_asked_again(endpoint: Endpoint, tmp_path: Path) -> None:
    for _ in range(2):
        with Translator(_settings(endpoint.url), tmp_path) as translator:
            assert list(translator.there_and_back(["ab", "ab"], "de")) == ["en:ab:ed"] * 2
    assert len(endpoint.asked) == 2
    with Translator(_settings(endpoint.url), tmp_path) as translator:
        list(translator.there_and_back(["ab"], "fr"))
    assert len(endpoint.asked) == 4


def test_texts_are_asked_one_at_a_time(endpoint: Endpoint, tmp_path: Path) -> None:
    def texts() -> Iterator[str]:
        yield "ab"
        raise AssertionError("the second text was read before it was needed")

    with Translator(_settings(endpoint.url), tmp_path) as translator:
        assert next(translator.there_and_back(texts(), "de")) == "en:ab:ed"


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ((500, b"no model\n"), "it said 500: no model."),
        ((200, b'{"text": "a"}'), "it said {'text': 'a'}."),
        ((200, b"[]"), "it said []."),
        ((200, b'{"translatedText": " "}'), "its translation of 'ab' was ' '."),
    ],
)
def test_an_endpoint_that_does_not_translate_is_named(
    endpoint: Endpoint, tmp_path: Path, broken: tuple[int, bytes], said: str
) -> None:
    endpoint.broken = broken
    with (
        Translator(_settings(endpoint.url), tmp_path) as translator,
        pytest.raises(InputError) as refused,
    ):
        translator.translated("ab", "en", "de")
    assert str(refused.value) == (
        f"The translation endpoint {endpoint.url} must translate; {said} Mend it, set "
        "WHET_TRANSLATE_URL, or leave 'back_translation' out of augment.ways."
    )
    assert not list(tmp_path.rglob("*.json"))


def test_an_endpoint_that_is_too_slow_or_away_is_named(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.wait_s = 1.0
    with (
        Translator(_settings(endpoint.url), tmp_path, timeout_s=0.1) as translator,
        pytest.raises(InputError, match=r"must translate; timed out"),
    ):
        translator.translated("ab", "en", "de")
    with (
        Translator(_settings("http://127.0.0.1:1"), tmp_path) as translator,
        pytest.raises(InputError, match=r"must translate; .*refused"),
    ):
        translator.translated("ab", "en", "de")


@pytest.mark.parametrize("url", [None, "", "localhost:5000"])
def test_without_an_endpoint_the_setting_is_named(url: str | None, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        Translator(_settings(url), tmp_path)
    assert str(refused.value) == (
        "WHET_TRANSLATE_URL must be the http(s) address of a translation endpoint for "
        f"back_translation; found {url or 'nothing'!r}. Set it, or leave 'back_translation' out of "
        "augment.ways."
    )
