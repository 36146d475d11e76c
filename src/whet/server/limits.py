"""How often may one caller ask? A token bucket each."""

import math
import time
from collections.abc import Callable

from whet.server.problems import ApiError

_MINUTE_S = 60
_MOST_BUCKETS = 100_000


class RateLimiter:
    """Allows `per_minute` requests at once, and as many more in every minute.

    Callers are keys, or addresses where no key is needed. A bucket that is full again is forgotten
    when there are many, so that a stranger with many addresses does not fill the memory.
    """

    def __init__(
        self,
        per_minute: int,
        *,
        whose: str = "for one key, or for all callers without one",
        advice: str = "or send more texts in each request.",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_minute = per_minute
        self._whose, self._advice = whose, advice
        self._monotonic = monotonic
        self._buckets: dict[str, tuple[float, float]] = {}

    def check(self, caller: str) -> None:
        """Take one token from the bucket of `caller`.

        Raises:
            ApiError: the bucket is empty (429, with the seconds until there is a token).
        """
        now = self._monotonic()
        if len(self._buckets) >= _MOST_BUCKETS:
            self._forget(now)
        tokens, since = self._buckets.get(caller, (float(self._per_minute), now))
        tokens = min(self._per_minute, tokens + (now - since) * self._per_minute / 60)
        if tokens < 1:
            self._buckets[caller] = (tokens, now)
            wait_s = max(1, math.ceil(round((1 - tokens) * 60 / self._per_minute, 6)))
            raise ApiError(
                f"At most {self._per_minute:,} requests a minute are answered {self._whose}. "
                f"Wait {wait_s} s, {self._advice}",
                status=429,
                code="rate_limit_exceeded",
                headers={"retry-after": str(wait_s)},
            )
        self._buckets[caller] = (tokens - 1, now)

    def _forget(self, now: float) -> None:
        """Forget buckets that are full again, or all where that frees too little."""
        kept = {c: (n, at) for c, (n, at) in self._buckets.items() if now - at < _MINUTE_S}
        self._buckets = kept if len(kept) < _MOST_BUCKETS // 2 else {}
