"""A real HTTP server on the loopback that answers as a test says: well, late, large or wrongly."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Heard:
    """A request that came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass
class Says:
    """What a path is answered with."""

    body: Any = None
    """JSON; bytes are sent as they are."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait_s: float = 0.0
    """Pause before the answer."""
    drip_s: float = 0.0
    """Pause after every byte."""


class TinyServer:
    """The server; a context manager."""

    def __init__(self) -> None:
        self.says: dict[str, Says | Callable[[Heard], Says]] = {}
        """By path without its query."""
        self.heard: list[Heard] = []
        self.stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def chats(self, text: str, **fields: Any) -> None:
        """Answer `/v1/chat/completions` with a text."""
        message = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 100, "completion_tokens": 20}
        self.says["/v1/chat/completions"] = Says({"choices": [message], "usage": usage}, **fields)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _drip(out: BufferedIOBase, data: bytes, pause_s: float, stopping: threading.Event) -> None:
    """Write a byte at a time."""
    for i in range(len(data)):
        if stopping.wait(pause_s):
            return
        out.write(data[i : i + 1])
        out.flush()


def _handler(server: TinyServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            self._answer(json.loads(self.rfile.read(length) or b"null"))

        def _answer(self, body: Any) -> None:
            heard = Heard(self.command, self.path, dict(self.headers), body)
            server.heard.append(heard)
            says = server.says.get(self.path.partition("?")[0], Says({"error": "none"}, 404))
            says = says if isinstance(says, Says) else says(heard)
            server.stopping.wait(says.wait_s)
            data = says.body if isinstance(says.body, bytes) else json.dumps(says.body).encode()
            try:
                self._send(says, data)
            except OSError:
                return  # the desk has hung up

        def _send(self, says: Says, data: bytes) -> None:
            self.send_response(says.status)
            for name, value in says.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if says.drip_s:
                _drip(self.wfile, data, says.drip_s, server.stopping)
            else:
                self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            return

    return Handler
