"""Tests for whet.server.middleware.body: what is too large is refused without being read."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

Running = Any
LIMIT = 1 << 20
MESSAGE = "A request body must be at most 1,048,576 bytes. Send fewer texts at a time."
PATH = "/v1/predict/support"
JSON = {"content-type": "application/json"}


def body_of(size: int) -> bytes:
    """Return a valid body of exactly `size` bytes."""
    frame = json.dumps({"text": ""}).encode()
    return frame.replace(b'""', b'"' + b"a" * (size - len(frame)) + b'"')


def pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), 1 << 16):
        yield data[start : start + (1 << 16)]


@pytest.mark.parametrize("is_chunked", [False, True])
def test_the_limit_itself_is_answered_and_one_byte_more_is_not(
    shared: Running, is_chunked: bool
) -> None:
    for size, status in ((LIMIT, 200), (LIMIT + 1, 413)):
        body = body_of(size)
        content = pieces(body) if is_chunked else body
        response = shared.client.post(PATH, content=content, headers=JSON)
        assert response.status_code == status
    assert response.json()["error"] == {
        "message": MESSAGE,
        "type": "invalid_request_error",
        "code": "body_too_large",
    }


class RawClient:
    """A client that may lie and that counts what it could send."""

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self._socket = socket.create_connection((host, int(port)), timeout=10)

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def send_until_closed(self, piece: bytes, count: int) -> int:
        """Send a piece `count` times, or until the server closes; return how many were sent."""
        for sent in range(count):
            try:
                self._socket.sendall(piece)
            except OSError:
                return sent
        return count

    def answer(self) -> bytes:
        """Return all that the server says until it closes."""
        data = b""
        try:
            while piece := self._socket.recv(65536):
                data += piece
        except ConnectionResetError:
            pass
        return data

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def raw(shared: Running) -> Iterator[RawClient]:
    client = RawClient(shared.url)
    yield client
    client.close()


def head(*lines: str) -> bytes:
    first = (f"POST {PATH} HTTP/1.1", "host: 127.0.0.1", "content-type: application/json")
    return "\r\n".join((*first, *lines, "", "")).encode()


def test_a_declared_size_is_refused_before_a_byte_is_sent(raw: RawClient) -> None:
    raw.send(head("content-length: 100000000"))
    answer = raw.answer()
    assert answer.startswith(b"HTTP/1.1 413 ") and b"connection: close" in answer
    assert MESSAGE.encode() in answer


def test_a_hundred_megabytes_in_chunks_are_not_read(raw: RawClient) -> None:
    raw.send(head("transfer-encoding: chunked"))
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    assert raw.send_until_closed(chunk, 1600) < 800


def test_a_refused_caller_cannot_make_the_server_read_on(raw: RawClient) -> None:
    # 415 is said before the body is read; the connection then ends instead of draining it.
    first = head("transfer-encoding: chunked").replace(b"application/json", b"text/plain")
    raw.send(first)
    answer = raw.answer()
    assert answer.startswith(b"HTTP/1.1 415 ") and b"connection: close" in answer


def test_a_size_declared_too_small_is_cut_there(raw: RawClient) -> None:
    raw.send(head("content-length: 16", "connection: close") + b'{"text": "card"}' + b"a" * 1000)
    assert raw.answer().startswith(b"HTTP/1.1 200 ")


def test_a_connection_is_kept_after_ordinary_requests(shared: Running) -> None:
    for response in (
        shared.client.get("/healthz"),
        shared.post(PATH, {"text": "card"}),
        shared.post(PATH, {"text": ""}),
    ):
        assert "connection" not in response.headers
