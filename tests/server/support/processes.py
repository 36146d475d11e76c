"""Desks that are served by processes of their own, as `whet support serve` does."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx


def free_port() -> int:
    """Return a port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def start(
    folder: Path, port: int, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start `whet support serve`, and wait until it answers."""
    command = [sys.executable, "-m", "whet.cli", "support", "serve", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--workspace", str(folder)],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(1200):
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False)
            return process
        except httpx.HTTPError:
            assert process.poll() is None
            time.sleep(0.1)
    process.kill()
    raise TimeoutError("the server never answered")


@contextmanager
def serving(
    folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Yield the address and the process of a served desk."""
    port = free_port()
    process = start(folder, port, environment)
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait()


def send(url: str, path: str, body: Any, headers: dict[str, str]) -> Any:
    """Post as the widget does: again and again under one id, until it is acknowledged."""
    for _ in range(1200):
        try:
            with httpx.Client(base_url=url, trust_env=False, timeout=20) as client:
                response = client.post(path, json=body, headers=headers)
            if response.status_code == 200:
                return response.json()
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise TimeoutError("a message was never acknowledged")
