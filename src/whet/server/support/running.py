"""What does a desk need while the server runs? Its feed, its clock, and its calls off the loop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, ParamSpec, TypeVar

import structlog
from fastapi import Depends, Request

from whet.products.support.engine import Handled
from whet.products.support.opening import Desk
from whet.server.limits import RateLimiter
from whet.server.support.chatwoot_client import ChatwootClient
from whet.server.support.feed import Feed
from whet.store.conversation_rows import Conversation

TICK_S = 2.0
_log = structlog.get_logger("whet.server")
P = ParamSpec("P")
T = TypeVar("T")


class DeskService:
    """A desk that is served. Made with the app; `running` is entered while the server runs."""

    def __init__(
        self, desk: Desk, *, chatwoot: ChatwootClient | None = None, tick_s: float = TICK_S
    ) -> None:
        self.desk = desk
        self.chatwoot = chatwoot
        self.feed = Feed(desk.conversations.last_entries)
        widget = desk.files.desk.channels.widget
        self.starts = RateLimiter(
            widget.starts_per_minute, whose="from one address", advice="Try again then."
        )
        self.also_due: list[Callable[[], Awaitable[None]]] = []
        """What a channel does every few seconds."""
        self.caught_up: dict[str, int] = {}
        """Number of the last entry up to which a channel that is told is up to date."""
        self._tick_s = tick_s
        self._turns: dict[str, tuple[asyncio.Lock, int]] = {}
        self._kept: set[asyncio.Task[str]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer what was owed at the start, and do what is due until left."""
        works = (self._tick(), self._tick_channels(), self.feed.run())
        tasks = [asyncio.create_task(work) for work in works]
        try:
            yield
        finally:
            self.stop()
            await asyncio.gather(*self._kept, return_exceptions=True)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.to_thread(self.desk.close)
            if self.chatwoot is not None:
                await self.chatwoot.close()

    def as_model(self) -> dict[str, Any]:
        """Return the desk as OpenAI describes a model."""
        return {"id": self.desk.name, "object": "model", "created": 0, "owned_by": "whet"}

    def stop(self) -> None:
        """End every stream: the server waits for nobody who only listens."""
        self.feed.close()

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call what asks the database, off the event loop."""
        return await asyncio.to_thread(function, *args, **kwargs)

    async def handle(self, conversation: Conversation, client_id: str, text: str) -> Handled:
        """Keep and answer a customer's message, and wake who watches."""
        try:
            return await self.desk.engine.handle_async(
                conversation.id, client_id=client_id, text=text
            )
        finally:
            self.feed.wake(conversation.id)

    def keep(self, work: asyncio.Task[str]) -> None:
        """Let work go on after its request was answered; why it failed is for the log."""
        self._kept.add(work)
        work.add_done_callback(self._forget)

    @asynccontextmanager
    async def turn(self, conversation: str) -> AsyncIterator[None]:
        """Hold a conversation, so that answers are delivered one after the other."""
        lock, waiting = self._turns.get(conversation, (asyncio.Lock(), 0))
        self._turns[conversation] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._turns.pop(conversation)
            if waiting > 1:
                self._turns[conversation] = (lock, waiting - 1)

    def _forget(self, work: asyncio.Task[str]) -> None:
        """Forget work that is done."""
        self._kept.discard(work)
        if not work.cancelled() and (error := work.exception()) is not None:
            _log.error("an answer could not be delivered", reason=str(error) or repr(error))

    async def _tick(self) -> None:
        """Do what is due, every few seconds; an error is for the log, and not the end."""
        while True:
            try:
                await asyncio.to_thread(self.desk.look)
            except Exception:
                _log.exception("what is due to the desk could not be done")
            await asyncio.sleep(self._tick_s)

    async def _tick_channels(self) -> None:
        """Do what is due to the channels; apart from the desk's own, for theirs may be slow."""
        while True:
            for also in self.also_due:
                try:
                    await also()
                except Exception:
                    _log.exception("what is due to a channel could not be done")
            await asyncio.sleep(self._tick_s)


async def _desk_service(request: Request) -> DeskService:
    service: DeskService = request.app.state.desk
    return service


CurrentDesk = Annotated[DeskService, Depends(_desk_service)]
