"""The command line as a whole: help, errors, exit codes, interrupts."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Whet, run_whet

from whet import __version__

COMMANDS = [
    "demo",
    "new",
    "card",
    "data",
    "audit",
    "build",
    "runs",
    "report",
    "serve",
    "predict",
    "key",
    "doctor",
]
HEAVY = "torch transformers sklearn numpy polars pydantic sqlalchemy fastapi uvicorn httpx yaml"


def test_help_names_every_command(whet: Whet) -> None:
    ran = whet("--help")
    assert ran.code == 0
    assert [name for name in COMMANDS if f" {name} " not in ran.out] == []


def test_the_command_line_loads_nothing_heavy_before_a_command_runs() -> None:
    program = "import sys, whet.cli.main; print(*set(sys.argv[1].split()) & set(sys.modules))"
    command = [sys.executable, "-c", program, HEAVY]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "\n"


def test_version(whet: Whet) -> None:
    ran = whet("--version")
    assert (ran.code, ran.out) == (0, f"whet {__version__}\n")


def test_a_mistyped_command_is_corrected(whet: Whet) -> None:
    ran = whet("biuld")
    assert (ran.code, ran.out) == (2, "")
    assert "No such command 'biuld'. Did you mean 'build'?" in ran.err


def test_a_mistake_of_the_user_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    ran = run_whet("runs", "list", "--workspace", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"whet: {tmp_path} must be a workspace in which something was built; it has no store. "
        "Name another folder with --workspace, or run `whet build CARD`.\n"
    )
    assert list(tmp_path.iterdir()) == []  # looking made nothing


def test_ctrl_c_ends_with_130_and_a_word(linear_package: Path) -> None:
    command = [sys.executable, "-m", "whet.cli", "predict", str(linear_package), "--json"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin and process.stdout
        # More than a block and a pipe hold: answers are flowing, and the command waits for more.
        process.stdin.write(b"my card\n" * 600)
        process.stdin.flush()
        process.stdout.readline()
        os.kill(process.pid, signal.SIGINT)
        errors = process.communicate()[1]
    assert (process.returncode, errors) == (130, b"Stopped.\n")


def test_a_reader_who_goes_away_is_no_error(linear_package: Path) -> None:
    words = [sys.executable, "-m", "whet.cli", "predict", str(linear_package)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdout.close()
        process.stdin.write(b"my card\n" * 5000)
        process.stdin.close()
        assert process.stderr.read() == b""
