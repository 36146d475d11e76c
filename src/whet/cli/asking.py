"""How does the demo serve and ask? A real server on a free port, asked over HTTP."""

import logging
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import structlog

from whet.core.errors import WhetError
from whet.core.text import is_chinese
from whet.products.support.desk.templates import SLOT, Template
from whet.products.support.opening import open_desk
from whet.server.app import create_app
from whet.server.run import HOST, listening_socket, make_server
from whet.server.support.running import DeskService
from whet.serving.sources import folder
from whet.store.store import Store

_READY_WITHIN_S = 60


@contextmanager
def serving(store: Store, package: Path, desk: Path | None = None) -> Iterator[str]:
    """Serve a package, and a desk where one is named, from a thread; yield the URL.

    It stops in order at the end.

    A thread and not a child process: it ends with this process whatever happens to it.
    """
    _log_warnings_only()
    with listening_socket(HOST, 0) as listener:
        service = None if desk is None else DeskService(open_desk(desk, store))
        server = make_server(create_app(store, folder(package), desk=service))
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="whet-demo-server", daemon=True
        )
        thread.start()
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        try:
            _wait_until_ready(url)
            yield url
        finally:
            server.should_exit = True
            thread.join()


def ask(url: str, name: str, texts: Sequence[str]) -> list[dict[str, Any]]:
    """Return the server's answer to each text, asked one at a time as customers would."""
    with httpx.Client(base_url=url, timeout=30) as client:
        return [_asked(client, name, text) for text in texts]


def reply(answer: dict[str, Any], text: str, templates: Mapping[str, Template]) -> str:
    """Return what the customer would be told, in the language of the message.

    What only the desk can fill in, from the message or the company's systems, is left open.
    """
    if answer["abstained"]:
        return "abstains: this message goes to a person"
    return SLOT.sub("…", templates[answer["label"]].said("zh" if is_chinese(text) else "en"))


def wait_for_interrupt() -> None:
    """Return at Ctrl-C."""
    try:
        # Not `Event().wait()`: once polars is imported, Ctrl-C no longer ends a wait for a lock.
        signal.pause()
    except KeyboardInterrupt:
        return


def _asked(client: httpx.Client, name: str, text: str) -> dict[str, Any]:
    """Return the answer to one text."""
    response = client.post(f"/v1/predict/{name}", json={"text": text})
    response.raise_for_status()
    prediction: dict[str, Any] = response.json()["predictions"][0]
    return prediction


def _wait_until_ready(url: str) -> None:
    """Return when the server has loaded the model.

    Raises:
        WhetError: it has not within a minute.
    """
    give_up = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < give_up:
        try:
            if httpx.get(f"{url}/readyz").is_success:
                return
        except httpx.TransportError:
            pass  # the socket listens already, but nothing accepts yet
        time.sleep(0.05)
    raise WhetError(f"The server at {url} was not ready within {_READY_WITHIN_S} seconds.")


def _log_warnings_only() -> None:
    """Keep the server's lines of every request off the demo's screen."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
