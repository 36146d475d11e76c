"""The REST channel sends what Rasa's clients send, and says what went wrong in a sentence."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from whet.core.errors import InputError, WhetError
from whet.products.support.simulation.channels import RasaRest, check_server

SEEN: list[tuple[str, dict[str, object]]] = []


class _Rasa(BaseHTTPRequestHandler):
    """Answers as Rasa does; refuses the word `no`."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        SEEN.append((self.path, body))
        data = json.dumps([{"recipient_id": body["sender"], "text": "Hi"}]).encode()
        self.send_response(429 if body["message"] == "no" else 200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    """A server that answers as Rasa does."""
    SEEN.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Rasa)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_is_sent(url: str) -> None:
    channel = RasaRest(url)
    channel.send("day-1", "day-1-0", "hello")
    channel.close()
    ((path, body),) = SEEN
    assert path == "/webhooks/rest/webhook"
    assert body == {
        "sender": "day-1",
        "message": "hello",
        "metadata": {"message_id": "day-1-0"},
    }


def test_what_went_wrong(url: str) -> None:
    channel = RasaRest(url)
    with pytest.raises(WhetError, match="The server answered 429"):
        channel.send("day-1", "day-1-0", "no")
    channel.close()
    gone = RasaRest("http://127.0.0.1:9", pauses_s=(0.0,))
    with pytest.raises(WhetError, match="could not be asked"):
        gone.send("day-1", "day-1-0", "hello")
    gone.close()


def test_a_server_that_restarts_is_waited_for() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    SEEN.clear()
    started: list[ThreadingHTTPServer] = []

    def start() -> None:
        server = ThreadingHTTPServer(("127.0.0.1", port), _Rasa)
        started.append(server)
        server.serve_forever(poll_interval=0.01)

    later = threading.Timer(0.4, start)
    later.start()
    channel = RasaRest(f"http://127.0.0.1:{port}", pauses_s=(0.05, 0.1, 0.2, 0.5, 1, 2, 4))
    channel.send("day-1", "day-1-0", "hello")
    channel.close()
    started[0].shutdown()
    later.join()
    started[0].server_close()
    assert [body["sender"] for _, body in SEEN] == ["day-1"]


def test_a_server_must_be_there(url: str) -> None:
    with pytest.raises(InputError) as refused:
        check_server("http://127.0.0.1:9")
    assert str(refused.value) == (
        "http://127.0.0.1:9 must be a server that is ready; it could not be asked (ConnectError). "
        "Start one: `whet support serve`."
    )
    with pytest.raises(InputError, match="it answered 501"):
        check_server(url)
