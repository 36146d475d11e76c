"""A clock that tests set, an open store, and two processes that are already warm."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from whet.store.predictions import Prediction
from whet.store.runs import NewRun
from whet.store.store import Store, open_store

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """A clock that stands still until a test moves it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def advance(clock: FakeClock) -> Callable[[float], None]:
    """Return the function that moves the clock by seconds."""
    return clock.advance


@pytest.fixture
def store(store_url: str, clock: FakeClock) -> Iterator[Store]:
    with open_store(store_url, clock=clock) as opened:
        yield opened


@pytest.fixture
def new_run() -> NewRun:
    return NewRun(
        name="support",
        card={"name": "support", "use": "退款 or refund", "seed": 0},
        card_path="cards/support.yaml",
        data_version="d" * 64,
        seed=0,
        environment={"python": "3.11", "threads": 2},
        git={"commit": "abc", "clean": True},
    )


@pytest.fixture
def prediction(clock: FakeClock) -> Prediction:
    return Prediction(
        id="p1",
        name="support",
        version="1",
        at=clock(),
        input_sha256="e" * 64,
        label="refund",
        probability=0.875,
        confidence=1.5,
        abstained=False,
        latency_ms=3.25,
        key="key_1",
        text="我要退款, please",
    )


@pytest.fixture(scope="session")
def two_processes() -> Iterator[ProcessPoolExecutor]:
    """Yield two spawned processes; the first test that uses them pays for their start."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool
