"""Which intent did an agent answer? The one whose template the answer holds, edited or not."""

from collections.abc import Mapping
from itertools import pairwise

from whet.core.text import words
from whet.products.support.desk.templates import SLOT, Template

LEAST = 0.7
"""Share of a template's word pairs that an answer must hold. An agent who adds a greeting or
changes a name keeps nearly all of them; another answer to a like question less than half."""

LEAD = 0.15
"""By how much the best template must be ahead of that of any other intent."""

_FEWEST = 4
"""Word pairs that a template must have to be told from small talk."""


def answered_intent(text: str, templates: Mapping[str, Template]) -> str | None:
    """Return the intent whose template an answer holds; None where none or several may be."""
    held = _pairs(text)
    shares = sorted(
        ((_best(held, template), name) for name, template in templates.items()), reverse=True
    )
    if not shares or shares[0][0] < LEAST:
        return None
    if len(shares) > 1 and shares[0][0] - shares[1][0] < LEAD:
        return None
    return shares[0][1]


def _best(held: set[tuple[str, str]], template: Template) -> float:
    """Return the largest share of a template's word pairs, over its languages, that are held."""
    shares = [0.0]
    for text in template.by_language().values():
        # What fills a slot stands in the answer instead of its name: pairs across it are not asked.
        wanted = set().union(*(_pairs(piece) for piece in SLOT.split(text)[::2]))
        if len(wanted) >= _FEWEST:
            shares.append(len(wanted & held) / len(wanted))
    return max(shares)


def _pairs(text: str) -> set[tuple[str, str]]:
    """Return the pairs of words that follow each other in a text."""
    found = words(text)
    return set(pairwise(found))
