"""What does a new workspace start with? A card with advice, a little data, and the marker file.

The files lie in the folder ``starter`` beside this module; a copy differs in the card's name only.
"""

import os
import re
from pathlib import Path

from whet.cards.schema import Card
from whet.core.errors import InputError
from whet.core.files import write_atomic
from whet.core.workspace import MARKER
from whet.core.yaml.explain import PATTERN_WORDS

STARTER = Path(__file__).parent / "starter"
"""Folder of the starter files."""

_NAME = 'name: "starter"'  # in quotes, or YAML would read a name such as `2026` as a number


def write_workspace(folder: Path, name: str) -> list[Path]:
    """Write the files of a new workspace into `folder` and return their paths.

    Args:
        folder: made when it is missing; what it holds already is never changed.
        name: name of the card, and so of the packages that it builds.

    Raises:
        InputError: `name` cannot name a card, or `folder` holds one of the files already.
    """
    _check_name(name)
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise InputError(f"{folder} must be a folder; it is a file. Name another folder.")
    card = _starter("card.yaml").replace(_NAME, f'name: "{name}"', 1)
    texts = {
        MARKER: _starter("whet.toml"),
        "card.yaml": card,
        "messages.csv": _starter("messages.csv"),
    }
    if there := [file for file in texts if os.path.lexists(folder / file)]:
        raise InputError(
            f"{folder} must not hold {' or '.join(texts)} yet; found {', '.join(there)}. "
            "Name another folder; nothing was changed."
        )
    if not os.path.lexists(folder / ".gitignore"):  # a folder in a repository may have its own
        texts[".gitignore"] = _starter("gitignore")
    for file, text in texts.items():
        write_atomic(folder / file, text)
    return [folder / file for file in texts]


def _starter(file: str) -> str:
    """Return the text of a starter file. The one for git is kept without its dot: git obeys it."""
    return (STARTER / file).read_text(encoding="utf-8")


def _check_name(name: str) -> None:
    """Raise InputError when the schema would refuse a card of this name."""
    pattern = Card.model_json_schema()["properties"]["name"]["pattern"]
    if not re.fullmatch(pattern, name):
        raise InputError(f"the name must be {PATTERN_WORDS[pattern]}; found {name!r}.")
