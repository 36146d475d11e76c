"""Tests for whet.serving.batching: who shares a batch, who is refused, and who may go away."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from whet.serving.batching import Batcher, Meter, OverloadedError


class Gate:
    """A model that answers with the length of each text, and only when the test lets it."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.open = threading.Event()

    def run(self, texts: list[str]) -> list[int]:
        self.batches.append(texts)
        assert self.open.wait(10)
        if "bad" in texts:
            raise ValueError("bad text")
        return [len(text) for text in texts]


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


async def started(coroutine: Coroutine[Any, Any, list[int]]) -> "asyncio.Task[list[int]]":
    """Return a task that has reached the queue."""
    task = asyncio.create_task(coroutine)
    await asyncio.sleep(0)
    return task


def test_an_idle_batcher_runs_at_once_and_a_busy_one_gathers(executor: ThreadPoolExecutor) -> None:
    gate, sizes = Gate(), list[int]()

    async def main() -> list[list[int]]:
        batcher = Batcher(gate.run, executor, observe=sizes.append)
        tasks = [await started(batcher.submit(["a"]))]
        while not gate.batches:
            await asyncio.sleep(0.001)
        tasks += [await started(batcher.submit(texts)) for texts in (["bb", "c"], ["ddd"], ["e"])]
        assert batcher.depth == 4
        gate.open.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(main()) == [[1], [2, 1], [3], [1]]
    assert gate.batches == [["a"], ["bb", "c", "ddd", "e"]]
    assert sizes == [1, 4]


def test_a_large_request_is_split_and_comes_back_in_order(executor: ThreadPoolExecutor) -> None:
    gate = Gate()
    gate.open.set()
    texts = ["x" * n for n in range(1, 11)]

    async def main() -> list[int]:
        return await Batcher(gate.run, executor, max_texts=4).submit(texts)

    assert asyncio.run(main()) == list(range(1, 11))
    assert [len(batch) for batch in gate.batches] == [4, 4, 2]


def test_a_full_queue_refuses_the_whole_request(executor: ThreadPoolExecutor) -> None:
    gate = Gate()

    async def main() -> list[list[int]]:
        batcher = Batcher(gate.run, executor, max_texts=1, max_waiting=3)
        tasks = [await started(batcher.submit(["a"]))]
        await asyncio.sleep(0)  # the worker takes the first text out of the queue
        tasks += [await started(batcher.submit([text])) for text in ("b", "c")]
        with pytest.raises(OverloadedError) as error:
            await batcher.submit(["d", "e"])
        assert str(error.value) == (
            "At most 3 texts may wait for this model; 2 are waiting. Try again in a few seconds."
        )
        assert error.value.retry_after_s == 2
        tasks += [await started(batcher.submit(["f"]))]
        gate.open.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(main()) == [[1], [1], [1], [1]]
    assert gate.batches == [["a"], ["b"], ["c"], ["f"]]


def test_who_goes_away_takes_his_waiting_texts_along(executor: ThreadPoolExecutor) -> None:
    gate = Gate()

    async def main() -> list[list[int]]:
        batcher = Batcher(gate.run, executor)
        first = await started(batcher.submit(["a"]))
        while not gate.batches:
            await asyncio.sleep(0.001)
        gone = await started(batcher.submit(["gone", "gone too"]))
        stays = await started(batcher.submit(["bb"]))
        gone.cancel()
        gate.open.set()
        with pytest.raises(asyncio.CancelledError):
            await gone
        return [await first, await stays]

    assert asyncio.run(main()) == [[1], [2]]
    assert gate.batches == [["a"], ["bb"]]


def test_who_goes_away_during_the_batch_disturbs_nobody(executor: ThreadPoolExecutor) -> None:
    gate = Gate()

    async def main() -> list[int]:
        batcher = Batcher(gate.run, executor, max_texts=2)
        blocker = await started(batcher.submit(["a"]))
        while not gate.batches:
            await asyncio.sleep(0.001)
        gone = await started(batcher.submit(["gone"]))
        stays = await started(batcher.submit(["bb"]))
        gate.open.set()
        while len(gate.batches) < 2:
            await asyncio.sleep(0)
        gone.cancel()
        await blocker
        return await stays

    assert asyncio.run(main()) == [2]


def test_an_error_reaches_its_batch_and_the_next_batch_runs(executor: ThreadPoolExecutor) -> None:
    gate = Gate()
    gate.open.set()

    async def main() -> list[int]:
        batcher = Batcher(gate.run, executor)
        with pytest.raises(ValueError, match="bad text"):
            await batcher.submit(["bad", "other"])
        return await batcher.submit(["good"])

    assert asyncio.run(main()) == [4]


def test_a_model_that_answers_too_little_is_an_error_and_not_a_hang(
    executor: ThreadPoolExecutor,
) -> None:
    async def main() -> None:
        with pytest.raises(ValueError, match="zip"):
            await Batcher(lambda texts: texts[:1], executor).submit(["a", "b"])

    asyncio.run(main())


def test_closing_answers_what_waits_and_refuses_the_rest(executor: ThreadPoolExecutor) -> None:
    gate = Gate()

    async def main() -> list[list[int]]:
        batcher = Batcher(gate.run, executor, max_texts=1)
        tasks = [await started(batcher.submit([text])) for text in ("a", "bb", "ccc")]
        closing = asyncio.create_task(batcher.close())
        await asyncio.sleep(0)
        with pytest.raises(OverloadedError) as error:
            await batcher.submit(["late"])
        assert str(error.value) == "This model is being stopped; try again."
        gate.open.set()
        await closing
        assert all(task.done() for task in tasks)
        return [task.result() for task in tasks]

    assert asyncio.run(main()) == [[1], [2], [3]]


def test_no_texts_need_no_model(executor: ThreadPoolExecutor) -> None:
    gate = Gate()

    async def main() -> list[int]:
        return await Batcher(gate.run, executor).submit([])

    assert asyncio.run(main()) == []
    assert gate.batches == []


def test_a_meter_counts_work_and_not_waiting(
    executor: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr("whet.serving.batching.time.perf_counter", lambda: clock[0])

    def run(texts: list[str]) -> list[str]:
        clock[0] += 3.0  # a batch takes three seconds, however many texts it has
        return texts

    async def main() -> list[float]:
        batcher = Batcher(run, executor, max_texts=3)
        meters = [Meter(), Meter()]
        one, two = (
            batcher.submit(texts, meter=meter)
            for texts, meter in zip((["a"], ["b", "c", "d", "e"]), meters, strict=True)
        )
        await asyncio.gather(one, two)
        return [meter.seconds for meter in meters]

    # The batches are a, b, c and d, e: the first text has a third of three seconds.
    assert asyncio.run(main()) == [pytest.approx(1.0), pytest.approx(5.0)]
