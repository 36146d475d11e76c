"""What time is it at the desk, where a day is played faster than it passes?"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True)
class FastClock:
    """A clock that runs `speed` times as fast as time does; safe for several threads."""

    start: datetime
    """What it shows first, with a time zone."""
    speed: float
    """Above 0."""
    monotonic: Callable[[], float] = time.monotonic
    passed_s: float = 0.0
    """Seconds that have passed on it before, where a day goes on."""
    began: float = field(init=False)

    def __post_init__(self) -> None:
        """Start it."""
        object.__setattr__(self, "began", self.monotonic())

    def __call__(self) -> datetime:
        """Return what it shows."""
        return self.start + timedelta(seconds=self.elapsed_s())

    def elapsed_s(self) -> float:
        """Return the seconds that passed on it."""
        return self.passed_s + self.speed * (self.monotonic() - self.began)

    def wait_s(self, elapsed_s: float) -> float:
        """Return the seconds to wait until so many have passed on it; 0 where they have."""
        return max(0.0, (elapsed_s - self.elapsed_s()) / self.speed)
