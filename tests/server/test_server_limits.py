"""Tests for whet.server.limits: a bucket per caller, by hand, and over HTTP."""

from typing import Any

import pytest

from whet.server.limits import RateLimiter
from whet.server.options import Options
from whet.server.problems import ApiError


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def refused(limiter: RateLimiter, caller: str) -> str | None:
    """Return the seconds to wait; None when the request is admitted."""
    try:
        limiter.check(caller)
    except ApiError as error:
        assert (error.status, error.code) == (429, "rate_limit_exceeded")
        return error.headers["retry-after"]
    return None


def test_a_bucket_by_hand() -> None:
    # Two a minute: two at once, then one every 30 s.
    clock = Clock()
    limiter = RateLimiter(2, monotonic=clock)
    assert [refused(limiter, "a") for _ in range(3)] == [None, None, "30"]
    clock.now += 20
    assert refused(limiter, "a") == "10"
    clock.now += 10
    assert [refused(limiter, "a") for _ in range(2)] == [None, "30"]


def test_a_pause_fills_the_bucket_and_no_more() -> None:
    clock = Clock()
    limiter = RateLimiter(2, monotonic=clock)
    clock.now += 3600
    assert [refused(limiter, "a") for _ in range(3)] == [None, None, "30"]


def test_callers_do_not_share_a_bucket() -> None:
    limiter = RateLimiter(1, monotonic=Clock())
    assert [refused(limiter, caller) for caller in ("a", "b", "a")] == [None, None, "60"]


def test_the_sentence_says_what_to_do() -> None:
    limiter = RateLimiter(1, monotonic=Clock())
    limiter.check("a")
    with pytest.raises(ApiError) as error:
        limiter.check("a")
    assert str(error.value) == (
        "At most 1 requests a minute are answered for one key, or for all callers without one. "
        "Wait 60 s, or send more texts in each request."
    )


def test_over_http(serve: Any, packages: Any) -> None:
    with serve(Options(requests_per_minute=2)) as server:
        assert [server.client.get("/v1/models").status_code for _ in range(3)] == [200, 200, 429]
        response = server.client.get("/v1/models")
        assert response.headers["retry-after"] == "30"
        assert response.json()["error"]["type"] == "rate_limit_error"
        assert server.client.get("/healthz").status_code == 200
