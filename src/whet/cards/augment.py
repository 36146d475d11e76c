"""How may a card have training texts altered? The ways by name, and how strongly."""

from pydantic import Field

from whet.core.yaml.part import Part

WAYS: dict[str, str] = {
    "noise": "copies with slips of the pen",
    "deletion": "copies without some words",
    "synonyms": "copies with words that lie near in the base's own embeddings",
    "mixup": "weighted means of two rows' views, with both labels",
    "fgm": "a second pass with the words' embeddings shifted to where the loss is greatest",
    "back_translation": "copies translated to another language and back",
}
"""Name and meaning of every way to augment."""

COPIES: frozenset[str] = frozenset({"noise", "deletion", "synonyms", "back_translation"})
"""Ways that make altered copies of texts; the others act on what a model makes of a text."""


class Augment(Part):
    """Which ways to augment are tried on the best rung; each is kept only if it beats it."""

    ways: list[str] = Field(default_factory=list)
    """Ways to try, in this order: `noise`, `deletion`, `synonyms`, `mixup`, `fgm`,
    `back_translation`. None by default: each costs about another fit of the best rung, and hurts
    as often as it helps."""
    share: float = Field(default=0.3, gt=0, le=1)
    """Share of the words that may be altered which are; words that carry the class may not."""
    weight: float = Field(default=0.5, gt=0, le=1)
    """Weight of a copy against a row's 1, where the model is a probe."""
    mixup: float = Field(default=0.2, gt=0, le=10)
    """Parameter of the Beta distribution from which `mixup` draws its shares."""
    radius: float = Field(default=0.1, gt=0, le=1)
    """Length of the shift of `fgm` over that of the text's embeddings."""
    via: str = Field(default="de", min_length=2, max_length=10)
    """Language through which `back_translation` goes, as the endpoint names it."""
