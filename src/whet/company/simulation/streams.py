"""Where do the random numbers of a simulation come from? One named column for each uncertainty.

Every uncertainty (a task's effort, a risk, a round's arrival) has a name, and its column depends
on the seed and on that name only: adding a task never shifts another, and two plans that differ in
one thing see the same world in all else (common random numbers). That is what makes the difference
between two simulations far more exact than either of them.

    streams = Streams(10_000, seed=0)
    z = streams.normal("effort", "train-v2")

`with_sobol` replaces named columns by those of one scrambled Sobol sequence, which fills the space
more evenly; there, adding a name does shift others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

from whet.core.errors import InputError
from whet.core.seeds import derived_seed, generator

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
    columns: Mapping[str, Draws] = field(default_factory=dict, repr=False)
    """Uniform columns in (0, 1) that were set beforehand, by name (see `with_sobol`)."""

    def __post_init__(self) -> None:
        if not 1 <= self.draws <= MOST_DRAWS:
            raise InputError(
                f"The number of draws must be from 1 to {MOST_DRAWS:,}; found {self.draws:,}. "
                "10,000 give a probability to within one percentage point."
            )

    def uniform(self, *names: str) -> Draws:
        """Return uniform numbers in (0, 1), shape (draws,), of the column named `names`."""
        key = "/".join(names)
        if key in self.columns:
            return self.columns[key]
        found: Draws = generator(self.seed, *names).random(self.draws)
        return np.maximum(found, _TINY)

    def normal(self, *names: str) -> Draws:
        """Return standard normal numbers, shape (draws,), of the column named `names`."""
        key = "/".join(names)
        if key in self.columns:
            return np.asarray(ndtri(self.columns[key]), dtype=np.float64)
        found: Draws = generator(self.seed, *names).standard_normal(self.draws)
        return found

    def normals(self, columns: int, *names: str) -> Draws:
        """Return standard normal numbers, shape (draws, columns), of the block named `names`."""
        found: Draws = generator(self.seed, *names).standard_normal((self.draws, columns))
        return found


def with_sobol(streams: Streams, names: Iterable[str]) -> Streams:
    """Return streams whose columns `names` (parts joined by `/`) come from one Sobol sequence.

    Scrambled after Owen, so that the columns are uniform and unbiased. Put the names that matter
    most first: the first dimensions of the sequence are its best.

    Raises:
        InputError: the number of draws is not a power of two, which the sequence's balance needs.

    Source: A. B. Owen, "Scrambling Sobol' and Niederreiter-Xing Points", J. Complexity 14 (1998);
    "On dropping the first Sobol' point" (2022) for the power of two.
    """
    wanted = list(dict.fromkeys(names))
    if streams.draws & (streams.draws - 1):
        near = 1 << (streams.draws - 1).bit_length()
        raise InputError(
            f"A Sobol sequence needs a power of two as the number of draws; found "
            f"{streams.draws:,}. Use {near:,}, or plain random numbers."
        )
    if not wanted:
        return streams
    sequence = qmc.Sobol(len(wanted), rng=derived_seed(streams.seed, "sobol"))
    points = np.clip(sequence.random(streams.draws), _TINY, 1 - _TINY)
    fixed = {name: np.ascontiguousarray(points[:, i]) for i, name in enumerate(wanted)}
    return replace(streams, columns={**streams.columns, **fixed})
