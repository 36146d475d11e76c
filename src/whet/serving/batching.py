"""How do requests that arrive together share one pass of the model? A small asyncio batcher.

An idle batcher runs at once, so a single text never waits for company. While the model is busy,
texts gather; the next batch starts when the model is free, after at most 2 ms for stragglers.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Generic, TypeVar

from whet.core.errors import WhetError

MAX_TEXTS = 64
"""Texts in one call of the model; it sorts them by length and makes passes of its own size."""
MAX_WAITING = 2048
"""Texts that may wait; more are refused, because their answers would come too late to matter."""
WAIT_S = 0.002

T = TypeVar("T")


class OverloadedError(WhetError):
    """More texts are waiting than can be answered soon, or the server is stopping."""

    def __init__(self, text: str, *, retry_after_s: int) -> None:
        super().__init__(text)
        self.retry_after_s = retry_after_s


@dataclass
class Meter:
    """How long the model worked for one caller; waiting does not count."""

    seconds: float = 0.0
    """A batch's time is shared equally by its texts."""


@dataclass(frozen=True)
class _Waiting(Generic[T]):
    """A text in the queue."""

    text: str
    future: asyncio.Future[T]
    meter: Meter


class Batcher(Generic[T]):
    """Calls `run` with the texts of many callers at a time, in `executor`, one batch at a time.

    Args:
        run: maps a list of texts to as many results, in order; called in a thread.
        executor: where `run` is called; shared by the batchers of one model.
        max_texts: largest batch.
        max_waiting: bound of the queue, in texts.
        observe: is told the size of every batch.
    """

    def __init__(
        self,
        run: Callable[[list[str]], Sequence[T]],
        executor: Executor,
        *,
        max_texts: int = MAX_TEXTS,
        max_waiting: int = MAX_WAITING,
        observe: Callable[[int], None] = lambda size: None,
    ) -> None:
        self._run = run
        self._executor = executor
        self._max_texts = max_texts
        self._max_waiting = max_waiting
        self._observe = observe
        self._waiting: deque[_Waiting[T]] = deque()
        self._full = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def depth(self) -> int:
        """Return the number of texts that wait for the model."""
        return len(self._waiting)

    async def submit(self, texts: Sequence[str], *, meter: Meter | None = None) -> list[T]:
        """Return the result of each text. A caller who goes away takes his waiting texts along.

        `meter` is told how long the model worked for these texts.

        Raises:
            OverloadedError: the queue has no room for all of `texts`, or the batcher is closed.
        """
        self._check_room(len(texts))
        loop = asyncio.get_running_loop()
        futures: list[asyncio.Future[T]] = [loop.create_future() for _ in texts]
        told = meter or Meter()
        self._waiting.extend(
            _Waiting(text, future, told) for text, future in zip(texts, futures, strict=True)
        )
        if len(self._waiting) >= self._max_texts:
            self._full.set()
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await asyncio.gather(*futures)

    async def close(self) -> None:
        """Refuse new texts and return when those that wait are answered."""
        self._closed = True
        self._full.set()  # nobody else will come: do not wait for stragglers
        if self._worker is not None:
            await self._worker

    def _check_room(self, texts: int) -> None:
        """Refuse texts that the queue cannot hold."""
        if self._closed:
            raise OverloadedError("This model is being stopped; try again.", retry_after_s=1)
        if len(self._waiting) + texts > self._max_waiting:
            raise OverloadedError(
                f"At most {self._max_waiting} texts may wait for this model; "
                f"{len(self._waiting)} are waiting. Try again in a few seconds.",
                retry_after_s=2,
            )

    async def _work(self) -> None:
        """Run batches until nothing waits."""
        while batch := self._take():
            await self._answer(batch)
            if 0 < len(self._waiting) < self._max_texts and not self._closed:
                await self._stragglers()

    def _take(self) -> list[_Waiting[T]]:
        """Return the next batch, first come first served, without those whose caller has gone."""
        batch: list[_Waiting[T]] = []
        while self._waiting and len(batch) < self._max_texts:
            first = self._waiting.popleft()
            if not first.future.done():
                batch.append(first)
        return batch

    async def _stragglers(self) -> None:
        """Wait until a whole batch has gathered, but not longer than `WAIT_S`."""
        self._full.clear()
        try:
            await asyncio.wait_for(self._full.wait(), WAIT_S)
        except TimeoutError:
            return

    async def _answer(self, batch: list[_Waiting[T]]) -> None:
        """Run one batch in the executor and hand out its results, or its error."""
        self._observe(len(batch))
        loop = asyncio.get_running_loop()
        try:
            results, seconds = await loop.run_in_executor(
                self._executor, self._timed, [waiting.text for waiting in batch]
            )
            answers = list(zip(batch, results, strict=True))
        except Exception as error:  # whatever it was belongs to the callers, not to this task
            for waiting in batch:
                if not waiting.future.done():
                    waiting.future.set_exception(error)
            return
        for waiting, result in answers:
            waiting.meter.seconds += seconds / len(batch)
            if not waiting.future.done():
                waiting.future.set_result(result)

    def _timed(self, texts: list[str]) -> tuple[Sequence[T], float]:
        """Return the results of texts and the seconds that they took."""
        started = time.perf_counter()
        results = self._run(texts)
        return results, time.perf_counter() - started
