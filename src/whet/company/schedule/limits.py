"""How long may a solver search, and how sure is its answer? Limits, levels and their gaps."""

import math
from dataclasses import dataclass

from whet.core.errors import InputError


@dataclass(frozen=True)
class Limits:
    """What a search may use."""

    seconds: float = 10.0
    """Seconds by the clock; with one worker, units of the solver's own deterministic time (about a
    second each), so that the same seed gives the same schedule on any machine."""
    workers: int = 2
    """Threads. One makes the answer repeatable."""
    seed: int = 0
    """Seed of everything random."""

    @property
    def is_repeatable(self) -> bool:
        """Return whether two searches under these limits give the same schedule."""
        return self.workers == 1


@dataclass(frozen=True)
class Level:
    """One goal of a schedule, in the order of their rank."""

    name: str
    """What is measured, such as `makespan`."""
    value: float
    """What the schedule reaches; less is better."""
    bound: float
    """What no schedule can go below, given the levels before."""

    @property
    def is_proved(self) -> bool:
        """Return whether nothing better exists."""
        return self.value <= self.bound + 1e-6

    @property
    def gap(self) -> float:
        """Return how much better it could be at most, as a share of the value."""
        return 0.0 if self.is_proved else (self.value - self.bound) / self.value


def checked_limits(seconds: float, workers: int, seed: int) -> Limits:
    """Return limits from numbers that a user gave.

    Raises:
        InputError: a number is out of range.
    """
    if not 0 < seconds < math.inf:
        raise InputError(f"The seconds to search must be a positive number; found {seconds:g}.")
    if workers < 1:
        raise InputError(f"There must be at least one worker; found {workers}.")
    if not 0 <= seed < 2**31:
        raise InputError(f"The seed must be a whole number from 0 to 2147483647; found {seed}.")
    return Limits(seconds, workers, seed)
