"""Fixtures for card tests: a folder with data files, and a function that writes a card into it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from whet.cards.read import read_card
from whet.core.errors import InputError

MINIMAL = """\
name: demo
data:
  source:
    path: messages.csv
inputs:
  - column: message
target:
  column: intent
"""

Complaints = Callable[[str], list[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "messages.csv").write_text("message,intent\nhello,greeting\n")
    (tmp_path / "test.csv").write_text("message,intent\nhi,greeting\n")
    return tmp_path


@pytest.fixture
def minimal() -> str:
    """Return the shortest card that is right; its last line is line 8."""
    return MINIMAL


@pytest.fixture
def complaints(folder: Path) -> Complaints:
    """Return a function from a card's text to its problems, one ``line: field: sentence`` each."""

    def complain(text: str) -> list[str]:
        path = folder / "card.yaml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as caught:
            read_card(path)
        return [line.removeprefix(f"{path}:") for line in str(caught.value).splitlines()]

    return complain
