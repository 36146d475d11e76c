"""Which fields does a card have, and in which do two differ? Each by its place in the card."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MISSING = "(not there)"


@dataclass(frozen=True)
class Difference:
    """One field whose value is not the same in both cards."""

    name: str
    """Place in the card, for example `budget.minutes`."""
    first: Any
    second: Any


def differing_fields(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Difference]:
    """Return the fields that differ, in the order of the first card.

    >>> differing_fields({"base": "a", "budget": {"minutes": 1}}, {"base": "a", "budget": {}})
    [Difference(name='budget.minutes', first=1, second='(not there)')]
    """
    one, two = dict(card_fields(first)), dict(card_fields(second))
    return [
        Difference(name, one.get(name, MISSING), two.get(name, MISSING))
        for name in dict.fromkeys([*one, *two])
        if one.get(name, MISSING) != two.get(name, MISSING)
    ]


def card_fields(card: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every field of a card that holds no others, with its place.

    >>> list(card_fields({"base": "a", "budget": {"minutes": 1}, "gate": {}}))
    [('base', 'a'), ('budget.minutes', 1)]
    """
    for key, value in card.items():
        if isinstance(value, Mapping):
            yield from card_fields(value, f"{place}{key}.")
        else:
            yield f"{place}{key}", value
