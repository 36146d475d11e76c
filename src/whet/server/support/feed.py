"""Who wants to know that something was said? Watchers of conversations, woken without asking each.

What this process says wakes a watcher at once. What another process says, or a person in the
console, is found by one query a second for all watched conversations together.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import structlog

from whet.core.errors import WhetError

INTERVAL_S = 1.0
_log = structlog.get_logger("whet.server")


class Feed:
    """Wakes who watches a conversation when it has new entries.

    Args:
        last_entries: returns the number of the last entry of each conversation.
        interval_s: seconds between two looks at what other processes have said.
    """

    def __init__(
        self,
        last_entries: Callable[[Sequence[str]], Mapping[str, int]],
        *,
        interval_s: float = INTERVAL_S,
    ) -> None:
        self._last_entries = last_entries
        self._interval_s = interval_s
        self._watchers: dict[str, set[asyncio.Event]] = {}
        self._seen: dict[str, int] = {}
        self.is_closed = False

    @property
    def watchers(self) -> int:
        """How many watch now."""
        return sum(map(len, self._watchers.values()))

    def watchers_of(self, conversation: str) -> int:
        """Return how many watch one conversation."""
        return len(self._watchers.get(conversation, ()))

    @contextmanager
    def watch(self, conversation: str) -> Iterator[asyncio.Event]:
        """Yield an event that is set when the conversation has news; clear it before you read."""
        news = asyncio.Event()
        self._watchers.setdefault(conversation, set()).add(news)
        try:
            yield news
        finally:
            watchers = self._watchers[conversation]
            watchers.discard(news)
            if not watchers:
                del self._watchers[conversation]
                self._seen.pop(conversation, None)

    def wake(self, conversation: str) -> None:
        """Wake who watches a conversation; to be called on the event loop."""
        for news in self._watchers.get(conversation, ()):
            news.set()

    def close(self) -> None:
        """Wake everybody, for the server stops."""
        self.is_closed = True
        for conversation in list(self._watchers):
            self.wake(conversation)

    async def run(self) -> None:
        """Look for what other processes said, until cancelled."""
        while True:
            await asyncio.sleep(self._interval_s)
            if self._watchers:
                with suppress(WhetError):  # a database that is gone for a minute comes back
                    await self._look()

    async def _look(self) -> None:
        """Wake the watchers of every conversation that has grown."""
        found = await asyncio.to_thread(self._last_entries, list(self._watchers))
        for conversation, last in found.items():
            if self._seen.get(conversation, -1) != last and conversation in self._watchers:
                self._seen[conversation] = last
                self.wake(conversation)
