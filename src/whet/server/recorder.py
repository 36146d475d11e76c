"""What was answered, and who used how much? Written in the background, a batch at a time.

A request does not wait for the database. A feedback may follow its prediction at once, so `find`
writes what is still pending before it looks.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Self

import structlog

from whet.core.errors import WhetError
from whet.store.predictions import Prediction
from whet.store.store import Store
from whet.store.usage import Use

INTERVAL_S = 2.0
MAX_PENDING = 100_000
"""Predictions kept while the store cannot be written; later ones are lost, and the log says so."""

_log = structlog.get_logger("whet.server")


class Recorder:
    """Collects predictions and use, and writes both to the store every few seconds."""

    def __init__(self, store: Store, *, interval_s: float = INTERVAL_S) -> None:
        self._store = store
        self._interval_s = interval_s
        self._predictions: dict[str, Prediction] = {}
        self._uses: list[Use] = []
        self._lock = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start to write in the background."""
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Write what is left."""
        self._stopping.set()
        if self._task is not None:
            await self._task
        await self._flush_or_log()

    def add(self, predictions: Sequence[Prediction], use: Use) -> None:
        """Remember the answers of one request and what it used."""
        self._uses.append(use)
        if len(self._predictions) + len(predictions) > MAX_PENDING:
            _log.error("predictions lost: the store cannot be written", count=len(predictions))
            return
        self._predictions.update((prediction.id, prediction) for prediction in predictions)

    async def find(self, prediction: str) -> Prediction:
        """Return a prediction that is in the store from now on.

        Raises:
            InputError: there is no such prediction.
        """
        if prediction in self._predictions:
            await self.flush()
        return await asyncio.to_thread(self._store.predictions.get, prediction)

    async def flush(self) -> None:
        """Write everything that is pending; after an error it is pending still."""
        async with self._lock:
            predictions, uses = list(self._predictions.values()), self._uses
            self._uses = []
            try:
                await asyncio.to_thread(self._store.usage.add, uses)
            except Exception:
                self._uses = uses + self._uses
                raise
            await asyncio.to_thread(self._store.predictions.add, predictions)
            for prediction in predictions:
                del self._predictions[prediction.id]

    async def _run(self) -> None:
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._interval_s)
            await self._flush_or_log()

    async def _flush_or_log(self) -> None:
        """Write what is pending; a store that is busy or gone must not end the service."""
        try:
            await self.flush()
        except Exception as error:
            reason = str(error) if isinstance(error, WhetError) else repr(error)
            count = len(self._predictions)
            _log.error("the store cannot be written", reason=reason, pending=count)
