"""Tests for whet.server.run: where it listens, what it refuses, and how it stops."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.server.conftest import register
from tests.serving.tiny_package import make_onnx_package
from threadpoolctl import threadpool_info, threadpool_limits  # type: ignore[import-untyped]

from whet.core.errors import BusyError, InputError
from whet.server import run
from whet.serving import sources
from whet.store.store import Store, open_store

PROGRAM = """
import sys
from whet.server.run import serve
from whet.serving import sources
from whet.store.store import open_store

with open_store(sys.argv[1]) as store:
    serve(store, sources.champions(store), port=0)
    print("returned")
"""


@pytest.fixture
def taken() -> Iterator[int]:
    """Return a port on which somebody else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_one_sentence_with_the_next_free_one(taken: int) -> None:
    with pytest.raises(BusyError) as error, run.listening_socket("127.0.0.1", taken):
        pass
    free = int(str(error.value).split()[-3])
    assert str(error.value) == (
        f"Port {taken} on 127.0.0.1 is taken by another program. Port {free} is free."
    )
    with run.listening_socket("127.0.0.1", free) as listener:
        assert listener.getsockname() == ("127.0.0.1", free)


def test_a_port_that_was_just_left_is_free_again() -> None:
    with run.listening_socket("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            listener.accept()[0].close()
    with run.listening_socket("127.0.0.1", port):
        pass


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(InputError) as error, run.listening_socket("192.0.2.1", 8000):
        pass
    assert str(error.value) == (
        "The server cannot listen on 192.0.2.1 port 8000: Cannot assign requested address. "
        "Choose an address of this machine and a port above 1023."
    )


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(InputError) as error, run.listening_socket("127.0.0.1", port):
        pass
    assert str(error.value) == f"A port must be 0 to 65535; found {port}. 0 takes a free one."


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_without_a_key_only_this_machine_is_served(store: Store, host: str) -> None:
    store.keys.create("old", ["predict"])
    store.keys.revoke("old")
    with pytest.raises(InputError) as error:
        run.serve(store, sources.champions(store), host=host)
    assert str(error.value) == (
        f"A server that other machines can reach ({host}) must have an API key; this store has "
        "none in use. Make one with `whet key new`, or serve on 127.0.0.1."
    )


def test_an_unknown_package_is_said_at_the_start(store: Store) -> None:
    with pytest.raises(InputError) as error:
        run.serve(store, sources.chosen(store, {"support": "champion"}))
    assert str(error.value) == "There is no package 'support': this store has no packages yet."


def test_numpy_computes_on_one_thread_while_it_serves(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = list[int]()

    class Looking:
        def run(self, sockets: list[socket.socket]) -> None:
            found = threadpool_info()
            seen.extend(one["num_threads"] for one in found if one["user_api"] == "blas")

    monkeypatch.setattr(run, "make_server", lambda _: Looking())
    for deed in ("configure_logging", "allow_many_connections"):  # they outlive the test
        monkeypatch.setattr(run, deed, lambda: None)
    with threadpool_limits(2, user_api="blas"):
        run.serve(store, sources.champions(store), port=0)
    assert set(seen) == {1}


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_everything_written(tmp_path: Path, stop: signal.Signals) -> None:
    url = f"sqlite:///{tmp_path}/whet.db"
    with open_store(url) as store:
        register(store, make_onnx_package(tmp_path / "package"))
        store.packages.set_alias("support", "champion", "1")
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, url],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "WHET_LOG_LEVEL": "info"},
        )
        assert process.stderr is not None
        lines: list[dict[str, Any]] = []
        while not lines or lines[-1]["event"] != "package live":
            lines.append(json.loads(process.stderr.readline()))
        address = lines[0]["url"]
        answer = httpx.post(f"{address}/v1/predict/support", json={"text": "secret card"})
        prediction = answer.json()["predictions"][0]["id"]
        process.send_signal(stop)
        output, log = process.communicate(timeout=30)
        assert (output, process.returncode) == ("returned\n", 0)
        assert store.predictions.get(prediction).label == "card"
        assert [use.texts for use in store.usage.report()] == [1]
    events = [line["event"] for line in lines]
    assert events[:2] == [
        "serving",
        "no API key exists: callers on this machine are served without one",
    ]
    [request] = [json.loads(line) for line in log.splitlines()]
    assert request["event"] == "request" and request["texts"] == 1
    assert "secret" not in log


def test_running_requests_are_finished(serve: Any, packages: Path) -> None:
    with serve() as server:
        host, _, port = server.url.removeprefix("http://").partition(":")
        body = json.dumps({"texts": ["card"] * 256}).encode()
        slow = socket.create_connection((host, int(port)), timeout=10)
        slow.sendall(
            b"POST /v1/predict/support HTTP/1.1\r\nhost: localhost\r\n"
            b"content-type: application/json\r\n"
            + f"content-length: {len(body)}\r\n\r\n".encode()
            + body[:-1]
        )
        time.sleep(0.05)  # the request has begun when the server is told to stop
        slow.sendall(body[-1:])
    with slow:
        data = b""
        while piece := slow.recv(65536):
            data += piece
    assert data.startswith(b"HTTP/1.1 200 ") and data.count(b'"id":"pred_') == 256
