"""Which package answers right now? Follows the champion of every name and swaps without a gap.

A poll asks the source which version of each name should be live. A new version is opened in a
thread while the old one goes on; then new requests go to the new one, and the old one answers what
it has accepted before it is closed. A package that cannot be opened is refused with a line in the
log, and is not tried again before `RETRY_S` has passed.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import structlog

from whet.core.errors import WhetError
from whet.serving.batching import Batcher, Meter
from whet.serving.embedded import Embedded
from whet.serving.opening import AnyAnswer, AnyPredictor, load_predictor
from whet.serving.package import open_package
from whet.serving.scorer import check_of, check_texts

INTERVAL_S = 1.0
RETRY_S = 60.0

_log = structlog.get_logger("whet.serving")


@dataclass(frozen=True)
class Target:
    """The version of a name that should be live."""

    version: str
    path: Path
    """Folder of the package."""
    manifest_sha256: str | None = None
    """SHA-256 of the manifest that was registered; None when nobody has registered it."""


Source = Callable[[], Mapping[str, Target]]
"""Says which version of each name should be live; called in a thread, once per poll."""


@dataclass(frozen=True)
class Refusal:
    """A version that should be live and cannot be opened."""

    target: Target
    until: float
    """When it is tried again, on the clock of the watcher."""


class Live:
    """A loaded version that answers: a predictor, a worker thread and two batchers over it."""

    def __init__(
        self,
        predictor: AnyPredictor,
        version: str,
        observe: Callable[[int], None] = lambda size: None,
    ) -> None:
        self.predictor = predictor
        self.version = version
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=f"whet-{predictor.name}")
        self._answers: Batcher[AnyAnswer] = Batcher(
            predictor.predict, self._executor, observe=observe
        )
        self._embeddings: Batcher[Embedded] = Batcher(
            predictor.embedded, self._executor, observe=observe
        )

    @property
    def depth(self) -> int:
        """Return the number of texts that wait for this version."""
        return self._answers.depth + self._embeddings.depth

    async def predict(self, texts: list[str], *, meter: Meter | None = None) -> list[AnyAnswer]:
        """Return the answer to each text; `meter` is told how long the model worked for them.

        Raises:
            InputError: a text is empty or cannot be read.
            OverloadedError: too many texts are waiting.
        """
        check_of(self.predictor.contents)(texts)
        return await self._answers.submit(texts, meter=meter)

    async def embed(self, texts: list[str], *, meter: Meter | None = None) -> list[Embedded]:
        """Return the embedding of each text; raises as `predict` does."""
        check_texts(texts)
        return await self._embeddings.submit(texts, meter=meter)

    async def close(self) -> None:
        """Answer what was accepted, then free the model."""
        await self._answers.close()
        await self._embeddings.close()
        self._executor.shutdown()


class Watcher:
    """Keeps the right version of every name live.

    Args:
        source: says which versions should be live.
        interval_s: pause between two polls.
        monotonic: clock in seconds, for the pause before a refused package is tried again.
        observe: is told the size of every batch.
    """

    def __init__(
        self,
        source: Source,
        *,
        interval_s: float = INTERVAL_S,
        monotonic: Callable[[], float] = time.monotonic,
        observe: Callable[[int], None] = lambda size: None,
    ) -> None:
        self._source = source
        self._interval_s = interval_s
        self._monotonic = monotonic
        self._observe = observe
        self._live: dict[str, Live] = {}
        self._refused: dict[str, Refusal] = {}
        self._source_failed = False
        self._poll: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def live(self) -> Mapping[str, Live]:
        """Return what answers now, by name."""
        return self._live

    @property
    def refused(self) -> Mapping[str, Refusal]:
        """Return what should answer now and cannot be opened, by name."""
        return self._refused

    async def __aenter__(self) -> Self:
        """Start to poll; the first packages are loaded in the background."""
        self._poll = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop to poll, answer what was accepted, free every model."""
        if self._poll is not None:
            self._poll.cancel()
            await asyncio.gather(self._poll, return_exceptions=True)
        for name in list(self._live):
            self._retire(name)
        await asyncio.gather(*self._closing)

    async def refresh(self) -> None:
        """Poll once: load what is new, retire what is no longer named."""
        try:
            targets = await asyncio.to_thread(self._source)
        except Exception as error:  # a locked database must not end the service
            if not self._source_failed:  # said once, not every second
                _log.error("the versions to serve cannot be read", reason=str(error))
            self._source_failed = True
            return
        self._source_failed = False
        for name, target in targets.items():
            await self._follow(name, target)
        for name in set(self._live) - set(targets):
            _log.info("package retired", name=name, version=self._live[name].version)
            self._retire(name)
        for name in set(self._refused) - set(targets):
            del self._refused[name]

    async def _run(self) -> None:
        while True:
            await self.refresh()
            await asyncio.sleep(self._interval_s)

    async def _follow(self, name: str, target: Target) -> None:
        """Make `target` live under `name` unless it is, or was refused a short while ago."""
        current = self._live.get(name)
        if current is not None and current.version == target.version:
            self._refused.pop(name, None)  # the alias went back to what answers
            return
        refusal = self._refused.get(name)
        if refusal and refusal.target == target and self._monotonic() < refusal.until:
            return
        try:
            predictor = await asyncio.to_thread(_load, target)
        except Exception as error:  # the old version goes on whatever is wrong with the new one
            self._refused[name] = Refusal(target, self._monotonic() + RETRY_S)
            reason = str(error) if isinstance(error, WhetError) else repr(error)
            _log.error("package refused", name=name, version=target.version, reason=reason)
            return
        self._refused.pop(name, None)
        self._retire(name)
        self._live[name] = Live(predictor, target.version, self._observe)
        _log.info("package live", name=name, version=target.version)

    def _retire(self, name: str) -> None:
        """Take the live version of `name` away; it is closed in the background."""
        if (live := self._live.pop(name, None)) is not None:
            task = asyncio.create_task(live.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)


def _load(target: Target) -> AnyPredictor:
    """Return a predictor over the verified package."""
    return load_predictor(open_package(target.path, manifest_sha256=target.manifest_sha256))
