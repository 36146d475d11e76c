"""Where does output go? Results to stdout; progress, notes and chatter of libraries to stderr."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from typing import Any

from rich.console import Console

_PIPE_WIDTH = 120
"""Width of tables that do not go to a terminal: enough for every column of ours."""


def stdout_console() -> Console:
    """Return the console for results. Texts of users may hold brackets: they are no markup."""
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH
    return Console(width=width, highlight=False, markup=False, emoji=False)


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object on one line; other scripts than Latin stay readable."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n")
    sys.stdout.flush()


@contextmanager
def chatter_to_stderr() -> Iterator[None]:
    """Send what libraries print while they work to stderr, so that stdout holds results only."""
    with redirect_stdout(sys.stderr):
        yield
