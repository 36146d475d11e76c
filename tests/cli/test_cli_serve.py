"""`whet serve`: a real server process, asked over HTTP and stopped."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
from tests.cli.conftest import Whet, run_whet


def test_a_package_folder_is_served_until_it_is_told_to_stop(linear_package: Path) -> None:
    command = [sys.executable, "-m", "whet.cli", "serve", str(linear_package), "--port", "0"]
    with subprocess.Popen(
        [*command, "--workspace", str(linear_package.parent)], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        lines = map(json.loads, process.stderr)
        url = next(line["url"] for line in lines if line["event"] == "serving")
        next(line for line in lines if line["event"] == "package live")
        response = httpx.post(f"{url}/v1/predict/support", json={"text": "我要退款"})
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert response.json()["predictions"][0]["label"] == "refund"


def test_a_taken_port_is_said_with_a_free_one(linear_package: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        place = ["--workspace", linear_package.parent]
        ran = run_whet("serve", linear_package, "--port", port, *place)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"whet: Port {port} on 127.0.0.1 is taken by another program. ")


def test_an_open_address_needs_a_key(linear_package: Path) -> None:
    place = ["--workspace", linear_package.parent]
    ran = run_whet("serve", linear_package, "--host", "0.0.0.0", "--port", "0", *place)
    assert (ran.code, ran.out) == (2, "")
    assert "must have an API key; this store has none in use" in ran.err


def test_an_unknown_name_is_refused(whet: Whet, tmp_path: Path) -> None:
    whet("key", "new", "--workspace", tmp_path)
    ran = whet("serve", "support", "--workspace", tmp_path)
    assert ran.code == 2
    assert ran.err == "whet: There is no package 'support': this store has no packages yet.\n"
