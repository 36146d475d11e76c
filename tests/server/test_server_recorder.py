"""Tests for whet.server.recorder: nothing is lost while the store is away, nothing counts twice."""

import asyncio
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from whet.core.errors import BusyError, InputError
from whet.server import recorder as module
from whet.server.recorder import Recorder
from whet.store.predictions import Prediction
from whet.store.store import Store
from whet.store.usage import Use

NOW = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def prediction(name: str) -> Prediction:
    return Prediction(
        id=name,
        name="support",
        version="1",
        at=NOW,
        input_sha256="0" * 64,
        label="card",
        probability=0.9,
        confidence=1.0,
        abstained=False,
        latency_ms=2.0,
    )


USE = Use("", "support", NOW, requests=1, texts=1, tokens=3, milliseconds=2.0)


class Fragile:
    """A real store that is away when the test says so."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.is_away = False

    @property
    def usage(self) -> object:
        if self.is_away:
            raise BusyError("The store is busy.")
        return self._store.usage

    @property
    def predictions(self) -> object:
        return self._store.predictions


def counted(store: Store) -> tuple[int, int]:
    """Return how many predictions and how many texts the store knows."""
    texts = sum(use.texts for use in store.usage.report())
    return len(store.predictions.recent(limit=1000)), texts


def test_what_is_added_is_written_by_the_end(store: Store) -> None:
    async def main() -> None:
        async with Recorder(store, interval_s=3600) as recorder:
            recorder.add([prediction("a"), prediction("b")], USE)
            recorder.add([], USE)

    asyncio.run(main())
    assert counted(store) == (2, 2)


def test_it_is_written_in_the_background_too(store: Store) -> None:
    async def main() -> None:
        async with Recorder(store, interval_s=0.001) as recorder:
            recorder.add([prediction("a")], USE)
            while counted(store) != (1, 1):
                await asyncio.sleep(0.001)

    asyncio.run(main())


def test_a_pending_prediction_is_found(store: Store) -> None:
    async def main() -> None:
        async with Recorder(store, interval_s=3600) as recorder:
            recorder.add([prediction("a")], USE)
            assert (await recorder.find("a")).label == "card"
            assert counted(store) == (1, 1)
            assert (await recorder.find("a")).label == "card"
            with pytest.raises(InputError, match="There is no prediction 'b'"):
                await recorder.find("b")

    asyncio.run(main())
    assert counted(store) == (1, 1)


def test_a_store_that_was_away_gets_everything_once(store: Store) -> None:
    fragile = Fragile(store)

    async def main() -> None:
        async with Recorder(fragile, interval_s=0.001) as recorder:  # type: ignore[arg-type]
            fragile.is_away = True
            recorder.add([prediction("a")], USE)
            with pytest.raises(BusyError):
                await recorder.find("a")
            recorder.add([prediction("b")], USE)
            await asyncio.sleep(0.01)
            fragile.is_away = False

    with capture_logs() as logs:
        asyncio.run(main())
    assert counted(store) == (2, 2)
    assert logs[0]["event"] == "the store cannot be written"
    assert (logs[0]["reason"], logs[0]["pending"]) == ("The store is busy.", 2)


def test_what_cannot_be_kept_is_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PENDING", 1)

    async def main() -> None:
        async with Recorder(store, interval_s=3600) as recorder:
            recorder.add([prediction("a")], USE)
            recorder.add([prediction("b")], USE)

    with capture_logs() as logs:
        asyncio.run(main())
    assert counted(store) == (1, 2)
    assert logs[0]["event"] == "predictions lost: the store cannot be written"
    assert logs[0]["count"] == 1
