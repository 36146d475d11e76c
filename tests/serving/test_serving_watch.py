"""Tests for whet.serving.watch: the champion is followed; what is broken is refused."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict
from tests.serving.pairs.tiny_pairs import make_overlap_package
from tests.serving.tiny_package import change_one_byte, make_linear_package

from whet.core.errors import InputError
from whet.core.files import sha256_file
from whet.core.pairs import join_pair
from whet.serving.batching import OverloadedError
from whet.serving.predictor import Answer
from whet.serving.watch import RETRY_S, Target, Watcher


class Wanted:
    """A source and a clock that tests set."""

    def __init__(self) -> None:
        self.targets: dict[str, Target] = {}
        self.now = 0.0
        self.error: Exception | None = None

    def source(self) -> dict[str, Target]:
        if self.error is not None:
            raise self.error
        return self.targets

    def watcher(self) -> Watcher:
        return Watcher(self.source, monotonic=lambda: self.now)


@pytest.fixture
def wanted(tmp_path: Path) -> Wanted:
    state = Wanted()
    for version in ("1", "2"):
        make_linear_package(tmp_path / version, version=version)
    state.targets["support"] = Target("1", tmp_path / "1")
    return state


def run(main: Coroutine[Any, Any, None]) -> list[EventDict]:
    """Run a test's coroutine and return what was logged."""
    with capture_logs() as logs:
        asyncio.run(main)
    return logs


async def closed(watcher: Watcher) -> None:
    """Close a watcher whose polls the test makes itself."""
    await watcher.__aexit__()


def test_a_new_champion_takes_over(wanted: Wanted, tmp_path: Path) -> None:
    async def main() -> None:
        watcher = wanted.watcher()
        await watcher.refresh()
        first = watcher.live["support"]
        await watcher.refresh()
        assert watcher.live["support"] is first
        wanted.targets["support"] = Target("2", tmp_path / "2")
        await watcher.refresh()
        assert watcher.live["support"].version == "2"
        (answer,) = await watcher.live["support"].predict(["card"])
        assert isinstance(answer, Answer) and answer.label == "card"
        await closed(watcher)

    events = [(line["event"], line["version"]) for line in run(main())]
    assert events == [("package live", "1"), ("package live", "2")]


def test_the_old_version_answers_what_it_has_accepted(wanted: Wanted, tmp_path: Path) -> None:
    async def main() -> None:
        watcher = wanted.watcher()
        await watcher.refresh()
        old = watcher.live["support"]
        accepted = [asyncio.create_task(old.predict(["card"] * 100)) for _ in range(5)]
        await asyncio.sleep(0)
        assert old.depth > 0
        wanted.targets["support"] = Target("2", tmp_path / "2")
        await watcher.refresh()
        assert [len(answers) for answers in await asyncio.gather(*accepted)] == [100] * 5
        await closed(watcher)
        with pytest.raises(OverloadedError):
            await old.predict(["card"])

    run(main())


def test_a_changed_byte_is_refused_and_the_old_version_goes_on(
    wanted: Wanted, tmp_path: Path
) -> None:
    change_one_byte(tmp_path / "2" / "linear.safetensors")

    async def main() -> None:
        watcher = wanted.watcher()
        await watcher.refresh()
        wanted.targets["support"] = Target("2", tmp_path / "2")
        for _ in range(3):
            await watcher.refresh()
        assert watcher.live["support"].version == "1"
        assert watcher.refused["support"].target.version == "2"
        (answer,) = await watcher.live["support"].predict(["card"])
        assert isinstance(answer, Answer) and answer.label == "card"
        wanted.targets["support"] = Target("1", tmp_path / "1")  # taken back
        await watcher.refresh()
        assert not watcher.refused
        await closed(watcher)

    logs = run(main())
    assert [line["event"] for line in logs] == ["package live", "package refused"]
    assert logs[1]["log_level"] == "error"
    assert "linear.safetensors is not the file that was written" in logs[1]["reason"]


def test_a_refused_version_is_tried_again_after_a_while(wanted: Wanted, tmp_path: Path) -> None:
    file = tmp_path / "1" / "linear.safetensors"
    change_one_byte(file)

    async def main() -> None:
        watcher = wanted.watcher()
        await watcher.refresh()
        change_one_byte(file)  # the same bit again: the file is whole now
        wanted.now = RETRY_S - 1
        await watcher.refresh()
        assert not watcher.live
        assert list(watcher.refused) == ["support"]
        wanted.now = RETRY_S
        await watcher.refresh()
        assert watcher.live["support"].version == "1"
        assert not watcher.refused
        await closed(watcher)

    assert [line["event"] for line in run(main())] == ["package refused", "package live"]


def test_a_package_that_is_not_the_registered_one_is_refused(
    wanted: Wanted, tmp_path: Path
) -> None:
    right = sha256_file(tmp_path / "1" / "manifest.json")

    async def main() -> None:
        watcher = wanted.watcher()
        wanted.targets["support"] = Target("1", tmp_path / "1", "0" * 64)
        await watcher.refresh()
        assert not watcher.live
        wanted.targets["support"] = Target("1", tmp_path / "1", right)
        await watcher.refresh()
        assert list(watcher.live) == ["support"]
        await closed(watcher)

    run(main())


def test_what_is_refused_and_no_longer_named_is_forgotten(wanted: Wanted, tmp_path: Path) -> None:
    change_one_byte(tmp_path / "1" / "linear.safetensors")

    async def main() -> None:
        watcher = wanted.watcher()
        await watcher.refresh()
        assert list(watcher.refused) == ["support"]
        wanted.targets.clear()
        await watcher.refresh()
        assert not watcher.refused
        await closed(watcher)

    run(main())


def test_what_is_no_longer_named_is_retired(wanted: Wanted) -> None:
    async def main() -> None:
        watcher = wanted.watcher()
        await watcher.refresh()
        wanted.targets.clear()
        await watcher.refresh()
        assert not watcher.live
        await closed(watcher)

    assert [line["event"] for line in run(main())] == ["package live", "package retired"]


def test_a_source_that_fails_changes_nothing_and_is_said_once_each_time(
    wanted: Wanted, tmp_path: Path
) -> None:
    async def main() -> None:
        watcher = wanted.watcher()
        await watcher.refresh()
        wanted.error = InputError("The store is gone.")
        await watcher.refresh()
        await watcher.refresh()
        assert watcher.live["support"].version == "1"
        wanted.error = None
        wanted.targets["support"] = Target("2", tmp_path / "2")
        await watcher.refresh()
        assert watcher.live["support"].version == "2"
        wanted.error = InputError("Gone again.")
        await watcher.refresh()
        await closed(watcher)

    logs = run(main())
    assert [line["event"] for line in logs] == [
        "package live",
        "the versions to serve cannot be read",
        "package live",
        "the versions to serve cannot be read",
    ]
    assert logs[1]["reason"] == "The store is gone."


def test_polling_starts_and_stops_with_the_block(wanted: Wanted, tmp_path: Path) -> None:
    async def main() -> None:
        async with Watcher(wanted.source, interval_s=0.001) as watcher:
            for version in ("1", "2"):
                wanted.targets["support"] = Target(version, tmp_path / version)
                while "support" not in watcher.live or watcher.live["support"].version != version:
                    await asyncio.sleep(0.001)
            live = watcher.live["support"]
        assert not watcher.live
        with pytest.raises(OverloadedError):
            await live.predict(["card"])

    run(main())


def test_texts_are_checked_before_they_wait(wanted: Wanted) -> None:
    async def main() -> None:
        watcher = wanted.watcher()
        await watcher.refresh()
        live = watcher.live["support"]
        with pytest.raises(InputError, match="Text 2 must not be empty"):
            await live.predict(["card", ""])
        with pytest.raises(InputError, match="Text 1 must not be empty"):
            await live.embed([" "])
        await closed(watcher)

    run(main())


def test_a_pair_that_cannot_be_read_spoils_no_other_request(wanted: Wanted, tmp_path: Path) -> None:
    wanted.targets["same"] = Target("1", make_overlap_package(tmp_path / "same"))
    good, bad = join_pair("lost card", "lost card"), join_pair("lost card", " ")

    async def main() -> None:
        watcher = wanted.watcher()
        await watcher.refresh()
        live = watcher.live["same"]
        asked = (live.predict([good, bad]), live.predict([good]))  # both wait for one batch
        refused, answers = await asyncio.gather(*asked, return_exceptions=True)
        assert isinstance(refused, InputError) and "Text 2 must not be empty" in str(refused)
        assert not isinstance(answers, BaseException)
        assert [answer.label for answer in answers if isinstance(answer, Answer)] == ["yes"]
        await closed(watcher)

    run(main())
