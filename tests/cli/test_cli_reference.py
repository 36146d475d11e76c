"""The reference pages say what the code does, because they are written from it."""

from pathlib import Path
from typing import Any

import pytest
import typer

from whet.cli.main import app
from whet.cli.reference import PAGES, card_page, cli_page, settings_page
from whet.core.settings import Settings

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_says(name: str) -> None:
    written = (REFERENCE / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), "run `make docs`"


def test_every_command_is_described() -> None:
    page = cli_page()
    names = _names(typer.main.get_command(app))
    assert [name for name in names if f"\n## whet {name}\n" not in page] == []
    assert "None" not in page


def _names(command: Any, before: str = "") -> list[str]:
    """Return the names of all commands below one, groups within groups too."""
    inner = getattr(command, "commands", None)
    if not inner:
        return [before.strip()]
    return [name for sub, c in inner.items() for name in _names(c, f"{before} {sub}")]


def test_a_field_shows_type_bounds_default_and_meaning() -> None:
    page = card_page()
    assert (
        "| `confidence` | number, above 0.5, below 1 | `0.9` | Confidence with which the bound "
        "holds on messages like the calibration rows. |" in page
    )
    assert '| `also` | list of text | `["accuracy", "micro_f1", "ece"]` |' in page
    assert "## data.source\n\nWhere the rows come from.\n" in page
    assert "## split (kind: group)\n" in page


def test_every_setting_is_described() -> None:
    page = settings_page()
    missing = [n for n in Settings.model_fields if f"| `WHET_{n.upper()}` |" not in page]
    assert missing == []
