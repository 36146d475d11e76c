"""`whet support test`, `build --keep-model` and `simulate`, as a user meets them."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from tests.cli.conftest import Whet, register_champion
from tests.serving.tiny_package import make_linear_package

SUITE = """\
cases:
  - {name: a person, when: [hello, "[b]talk to a person[/b]"], then: {hands_over: true}}
"""
TALK = {"author": "customer", "text": "talk to a person", "expects": {"person": True}}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A desk with a suite and conversations in a workspace with a model."""
    (tmp_path / "whet.toml").write_text("")
    (tmp_path / "desk.yaml").write_text("name: Lark shop\ncard: tiny\n", encoding="utf-8")
    (tmp_path / "tests.yaml").write_text(SUITE, encoding="utf-8")
    script = {"id": "a", "language": "en", "channel": "chat", "outcome": "handed_over"}
    line = json.dumps(script | {"turns": [TALK]})
    (tmp_path / "conversations.jsonl").write_text(line + "\n", encoding="utf-8")
    package = make_linear_package(tmp_path / ".whet" / "packages" / "tiny" / "1", name="tiny")
    register_champion(tmp_path, package)
    return tmp_path


def test_a_suite_that_holds(whet: Whet, desk: Path) -> None:
    ran = whet("support", "test", desk)
    assert (ran.code, ran.out) == (0, f"{desk}/tests.yaml: 1 of 1 cases hold.\n")
    found = json.loads(whet("support", "test", desk, "--json").out)
    assert (found["cases"], found["held"], found["failures"]) == (1, 1, [])


def test_a_case_that_fails(whet: Whet, desk: Path) -> None:
    (desk / "tests.yaml").write_text(SUITE.replace("true", "false"), encoding="utf-8")
    ran = whet("support", "test", desk)
    assert ran.code == 1
    assert "must not hand over" in " ".join(ran.out.split())
    assert "[b]talk" in ran.out  # what a customer writes is no markup
    assert ran.out.endswith("0 of 1 cases hold.\n")
    (failure,) = json.loads(whet("support", "test", desk, "--json").out)["failures"]
    assert (failure["name"], failure["line"]) == ("a person", 2)
    assert failure["problems"] == ["must not hand over; it does"]
    assert [said["author"] for said in failure["said"]] == ["customer", "bot"] * 2


def test_a_broken_suite(whet: Whet, desk: Path) -> None:
    (desk / "tests.yaml").write_text("cases: [{name: a, wen: b}]\n", encoding="utf-8")
    ran = whet("support", "test", desk)
    assert (ran.code, ran.out) == (2, "")
    assert f"{desk}/tests.yaml:1: cases[0].wen: is no field. Did you mean 'when'?" in ran.err


def test_build_says_what_the_desk_can_do(whet: Whet, desk: Path) -> None:
    ran = whet("support", "build", desk, "--keep-model")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines() == [
        f"{desk}/tests.yaml: 1 of 1 cases hold.",
        "Lark shop knows 3 intents, 0 of them with a template, and 0 articles.",
    ]
    found = json.loads(whet("support", "build", desk, "--keep-model", "--json").out)
    assert (found["is_good"], found["model"], found["suite"]["held"]) == (True, None, 1)


def test_a_day(whet: Whet, desk: Path) -> None:
    words = ("--hours", "0.05", "--rate", "200", "--speed", "600", "--json")
    ran = whet("support", "simulate", desk, *words)
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    verdict = found["verdict"]
    assert verdict["messages"] > 0
    assert (verdict["lost"], verdict["doubled"], verdict["talked_over"]) == (0, 0, 0)
    assert verdict["handed_over"] == verdict["judged"] == verdict["messages"]


@contextmanager
def served(desk: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a server process of a desk that is ready; it is killed at the end."""
    command = [sys.executable, "-m", "whet.cli", "support", "serve", "--desk", str(desk)]
    command += ["--port", str(port), "--requests-per-minute", "100000"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while True:
            assert process.poll() is None and time.monotonic() < until
            with suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{port}/readyz").is_success:
                    break
            time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_day_over_http_loses_nothing_where_the_server_is_killed(desk: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["--hours", "0.1", "--rate", "600", "--speed", "45", "--json", "--agents", "2"]
    words += ["--url", f"http://127.0.0.1:{port}", "--journal", str(desk / "day.jsonl")]
    command = [sys.executable, "-m", "whet.cli", "support", "simulate", str(desk), *words]
    with served(desk, port):
        playing = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while _lines(desk / "day.jsonl", "sending") < 10:
            assert time.monotonic() < until
            time.sleep(0.05)
    with served(desk, port):  # again, where the first was killed
        out, _ = playing.communicate(timeout=120)
        assert playing.returncode == 0, out
    found = json.loads(out)
    verdict = found["verdict"]
    assert verdict["messages"] == _lines(desk / "day.jsonl", "sending") > 15
    assert (verdict["lost"], verdict["doubled"], verdict["talked_over"]) == (0, 0, 0)
    assert (verdict["refused"], found["memory_mb"]) == (0, [])


def _lines(journal: Path, kind: str) -> int:
    """Return how many lines of a kind a journal has."""
    if not journal.exists():
        return 0
    return journal.read_text(encoding="utf-8").count(f'{{"{kind}":')


def test_the_memory_of_a_server_is_looked_at(whet: Whet, desk: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ("--hours", "0.05", "--rate", "200", "--speed", "600", "--url")
    with served(desk, port) as process:
        place = (f"http://127.0.0.1:{port}", "--server-pid", process.pid)
        ran = whet("support", "simulate", desk, *words, *place)
        assert ran.code == 0, ran.out + ran.err
    assert "Memory minute by minute (MB): " in ran.out
    ran = whet("support", "simulate", desk, *words, f"http://127.0.0.1:{port}")
    assert (ran.code, ran.out) == (2, "")
    assert "must be a server that is ready; it could not be asked (ConnectError)" in ran.err


def test_what_only_a_server_has(whet: Whet, desk: Path) -> None:
    ran = whet("support", "simulate", desk, "--journal", desk / "day.jsonl")
    assert (ran.code, ran.err) == (
        2,
        "whet: --journal must come with --url; a desk in this process has no server.\n",
    )
    ran = whet("support", "simulate", desk, "--server-pid", 1)
    assert ran.code == 2 and "--server-pid must come with --url" in ran.err


def test_a_desk_that_was_not_built(whet: Whet, tmp_path: Path) -> None:
    (tmp_path / "whet.toml").write_text("")
    (tmp_path / "desk.yaml").write_text("name: Lark shop\n", encoding="utf-8")
    line = {"id": "a", "language": "en", "channel": "chat", "outcome": "answered", "turns": [TALK]}
    (tmp_path / "conversations.jsonl").write_text(json.dumps(line), encoding="utf-8")
    ran = whet("support", "simulate", tmp_path)
    assert (ran.code, ran.err) == (
        2,
        f"whet: {tmp_path}/desk.yaml must be a desk that was built. Run `whet support build`.\n",
    )


def test_a_desk_that_is_not_there_leaves_nothing_behind(whet: Whet, tmp_path: Path) -> None:
    (tmp_path / "whet.toml").write_text("")
    ran = whet("support", "build", tmp_path)
    assert ran.code == 2
    assert ran.err.startswith(f"whet: {tmp_path}/desk.yaml: there is no such file.")
    assert [path.name for path in tmp_path.iterdir()] == ["whet.toml"]
