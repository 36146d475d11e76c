"""`whet serve`: a real server process, asked over HTTP and stopped."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from tests.cli.conftest import Whet, register_champion, run_whet
from tests.serving.tiny_package import change_one_byte, make_linear_package


@contextmanager
def serving(package: Path, *options: object) -> Iterator[str]:
    """Yield the address of a server process; it must end with 0 when it is told to stop."""
    command = [sys.executable, "-m", "whet.cli", "serve", package, "--port", 0, *options]
    command += ["--workspace", package.parent]
    with subprocess.Popen(list(map(str, command)), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        lines = map(json.loads, process.stderr)
        url = next(line["url"] for line in lines if line["event"] == "serving")
        next(line for line in lines if line["event"] == "package live")
        yield url
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_a_package_folder_is_served_until_it_is_told_to_stop(linear_package: Path) -> None:
    with serving(linear_package) as url:
        response = httpx.post(f"{url}/v1/predict/support", json={"text": "我要退款"})
    assert response.json()["predictions"][0]["label"] == "refund"


def test_its_limits_can_be_set(linear_package: Path) -> None:
    limits = ("--requests-per-minute", 1, "--body-bytes", 1024)
    with serving(linear_package, *limits) as url:
        sent = [{"text": "refund"}, {"text": "refund " * 200}, {"text": "refund"}]
        codes = [httpx.post(f"{url}/v1/predict/support", json=body).status_code for body in sent]
    assert codes == [200, 413, 429]


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


def test_a_damaged_champion_is_said_before_the_server_starts(
    linear_package: Path, tmp_path: Path
) -> None:
    register_champion(tmp_path, linear_package)
    change_one_byte(linear_package / "linear.safetensors")
    ran = run_whet("serve", "support", "--port", "0", "--workspace", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "linear.safetensors" in ran.err


def test_champions_that_are_all_damaged_are_said_before_the_server_starts(
    linear_package: Path, tmp_path: Path
) -> None:
    register_champion(tmp_path, linear_package)
    change_one_byte(linear_package / "linear.safetensors")
    ran = run_whet("serve", "--port", "0", "--workspace", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "linear.safetensors is not the file that was written" in ran.err


def test_a_damaged_champion_among_others_is_said_and_the_others_are_served(
    linear_package: Path, tmp_path: Path
) -> None:
    register_champion(tmp_path, linear_package)
    damaged = make_linear_package(tmp_path / "opinion", name="opinion")
    register_champion(tmp_path, damaged)
    change_one_byte(damaged / "linear.safetensors")
    command = [sys.executable, "-m", "whet.cli", "serve", "--port", "0", "--workspace", tmp_path]
    with subprocess.Popen(list(map(str, command)), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        said = process.stderr.readline()
        events = (json.loads(line) for line in process.stderr)
        live = next(event for event in events if event["event"] == "package live")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert said.startswith("whet: 'opinion' cannot answer: ")
    assert "linear.safetensors is not the file that was written" in said
    assert live["name"] == "support"


def test_a_folder_that_is_no_package_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "no package").mkdir()
    ran = run_whet("serve", tmp_path / "no package", "--workspace", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert [path.name for path in tmp_path.iterdir()] == ["no package"]
