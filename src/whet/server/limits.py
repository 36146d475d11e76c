"""How often may one caller ask? A token bucket each."""

import math
import time
from collections.abc import Callable

from whet.server.problems import ApiError


class RateLimiter:
    """Allows `per_minute` requests at once, and as many more in every minute.

    Only callers who have shown a right key get a bucket, so there are as many buckets as keys; all
    callers who need none share one.
    """

    def __init__(self, per_minute: int, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._monotonic = monotonic
        self._buckets: dict[str, tuple[float, float]] = {}

    def check(self, caller: str) -> None:
        """Take one token from the bucket of `caller`.

        Raises:
            ApiError: the bucket is empty (429, with the seconds until there is a token).
        """
        now = self._monotonic()
        tokens, since = self._buckets.get(caller, (float(self._per_minute), now))
        tokens = min(self._per_minute, tokens + (now - since) * self._per_minute / 60)
        if tokens < 1:
            self._buckets[caller] = (tokens, now)
            wait_s = max(1, math.ceil(round((1 - tokens) * 60 / self._per_minute, 6)))
            raise ApiError(
                f"At most {self._per_minute:,} requests a minute are answered for one key, or for "
                "all callers without one. "
                f"Wait {wait_s} s, or send more texts in each request.",
                status=429,
                code="rate_limit_exceeded",
                headers={"retry-after": str(wait_s)},
            )
        self._buckets[caller] = (tokens - 1, now)
