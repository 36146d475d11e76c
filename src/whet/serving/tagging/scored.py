"""What does a model say of the words of a text, before it is decoded?"""

from dataclasses import dataclass

from whet.serving.tagging.tag_set import Floats


@dataclass(frozen=True)
class Scored:
    """The words of one text and the scores of their tags."""

    words: list[tuple[int, int]]
    """Begin and end of each word, in characters."""
    scores: Floats
    """(w, k)."""
    tokens: int
    """What was read of the text; tokens in the overlap of two windows count twice."""
