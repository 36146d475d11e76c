"""Is this card right, and what does it say? Every problem at once, each with its line.

``read_card(path)`` returns the card or raises with all problems; ``check_card(path)`` lists them.
"""

from pathlib import Path
from typing import Any

from whet.cards.checks import cross_problems
from whet.cards.schema import Card
from whet.core.yaml.document import Problem
from whet.core.yaml.kind import FileKind
from whet.core.yaml.read import examine, json_schema, values_of

CARD = FileKind(
    model=Card,
    word="card",
    example="card.yaml",
    fields="`name:` and `data:`",
    when_missing="`whet new DIR` writes a card.",
    when_empty="`whet new DIR` writes one to start from.",
)
"""The kind of file that a card is."""


def read_card(path: Path) -> Card:
    """Return the card in the file `path`.

    Raises:
        InputError: the file is not a card, or a card with mistakes; one line per mistake, each
            ``file:line: field: what must hold; what was found``.
    """
    return Card.model_validate(values_of(path, CARD, cross_problems), strict=True)


def check_card(path: Path) -> list[Problem]:
    """Return what is wrong with the card in the file `path`, in the order of its lines."""
    return examine(path, CARD, cross_problems)[1]


def card_schema() -> dict[str, Any]:
    """Return the JSON Schema of a card, with the meaning of every field, for editors and forms."""
    return json_schema(CARD)
