"""What is the embedding of a text, and what did it cost to read?"""

from dataclasses import dataclass

from whet.serving.outputs import Floats


@dataclass(frozen=True)
class Embedded:
    """The embedding of one text."""

    vector: Floats
    """(d,), of length 1."""
    tokens: int
    """Number of tokens that were read."""
