"""Tests for whet.server.log: JSON lines on stderr, from Whet and from the libraries."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

PROGRAM = """
import logging
import structlog
from whet.server.log import configure_logging

configure_logging()
log = structlog.get_logger("whet.test")
log.debug("hidden")
log.info("ours", text="退款")
logging.getLogger("library").info("hidden")
logging.getLogger("library").warning("theirs %s", 5)
try:
    secret = "a text that is nobody's business"
    raise ValueError("broken")
except ValueError:
    log.exception("failed")
"""


def run(level: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "WHET_LOG_LEVEL": level}
    command = [sys.executable, "-c", PROGRAM]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_every_line_is_json_and_local_variables_stay_secret() -> None:
    done = run("info")
    assert (done.stdout, done.returncode) == ("", 0)
    assert "nobody's business" not in done.stderr.replace("secret = ", "")
    lines: list[dict[str, Any]] = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["event"], line["level"]) for line in lines] == [
        ("ours", "info"),
        ("theirs 5", "warning"),
        ("failed", "error"),
    ]
    assert lines[0]["text"] == "退款"
    assert lines[2]["exception"].endswith("ValueError: broken")


@pytest.mark.parametrize("level", ["verbose", "warn"])
def test_an_unknown_level_is_refused(level: str) -> None:
    found = run(level).stderr.splitlines()[-1]
    advice = {
        "verbose": "Valid names: debug, error, info, warning.",
        "warn": "Did you mean 'warning'?",
    }
    assert found == (
        "whet.core.errors.InputError: WHET_LOG_LEVEL must be one of debug, info, warning, error; "
        f"found '{level}'. {advice[level]}"
    )
