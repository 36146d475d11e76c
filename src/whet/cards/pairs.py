"""What may a card say of pairs of texts?"""

from typing import Literal

from whet.cards.part import Part


class PairTarget(Part):
    """Whether two texts match; the card has two inputs."""

    kind: Literal["pair"] = "pair"
    """Kind of this target."""
    column: str
    """Column that holds the label, one of two words."""
    match: str | None = None
    """The label of a match; when left out, the one that is `1`, `true`, `yes` or `match`."""
