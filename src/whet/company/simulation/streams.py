"""Where do the random numbers of a simulation come from? One named column for each uncertainty.

Every uncertainty (a task's effort, a risk, a round's arrival) has a name, and its column depends
on the seed and on that name only: adding a task never shifts another, and two plans that differ in
one thing see the same world in all else (common random numbers). That is what makes the difference
between two simulations far more exact than either of them.

    streams = Streams(10_000, seed=0)
    z = streams.normal("effort", "train-v2")
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whet.core.errors import InputError
from whet.core.seeds import generator

Draws = NDArray[np.float64]
"""Numbers over draws; the last axis counts months or columns, where there is one."""

MOST_DRAWS = 1_000_000
_TINY = 2.0**-53


@dataclass(frozen=True)
class Streams:
    """Named columns of random numbers, all of the same length."""

    draws: int
    """Number of joint draws, 1 to 1,000,000."""
    seed: int
    """Seed of every column."""

    def __post_init__(self) -> None:
        if not 1 <= self.draws <= MOST_DRAWS:
            raise InputError(
                f"The number of draws must be from 1 to {MOST_DRAWS:,}; found {self.draws:,}. "
                "10,000 give a probability to within one percentage point."
            )

    def uniform(self, *names: str) -> Draws:
        """Return uniform numbers in (0, 1), shape (draws,), of the column named `names`."""
        found: Draws = generator(self.seed, *names).random(self.draws)
        return np.maximum(found, _TINY)

    def normal(self, *names: str) -> Draws:
        """Return standard normal numbers, shape (draws,), of the column named `names`."""
        found: Draws = generator(self.seed, *names).standard_normal(self.draws)
        return found

    def normals(self, columns: int, *names: str) -> Draws:
        """Return standard normal numbers, shape (draws, columns), of the block named `names`."""
        found: Draws = generator(self.seed, *names).standard_normal((self.draws, columns))
        return found
