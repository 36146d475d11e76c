"""How is the server put together? A factory: what it needs comes in, a FastAPI app comes out."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI

from whet import __version__
from whet.core.clock import Clock, utc_now
from whet.server.api import embeddings, feedback, health, models, predict
from whet.server.keyring import Keyring
from whet.server.limits import RateLimiter
from whet.server.metrics import Metrics
from whet.server.middleware.body import BodyLimit
from whet.server.middleware.callers import Callers
from whet.server.middleware.hosts import LOOPBACK_HOSTS, HostCheck
from whet.server.middleware.trace import Trace
from whet.server.options import Options
from whet.server.problems import add_handlers
from whet.server.recorder import Recorder
from whet.server.service import Service
from whet.serving.watch import Source, Watcher
from whet.store.store import Store

if TYPE_CHECKING:
    from whet.server.support.running import DeskService

_ROUTERS = (predict.router, feedback.router, embeddings.router, models.router, health.router)


def create_app(
    store: Store,
    source: Source,
    *,
    options: Options = Options(),  # noqa: B008 - frozen
    hosts: frozenset[str] | None = LOOPBACK_HOSTS,
    clock: Clock = utc_now,
    desk: "DeskService | None" = None,
) -> FastAPI:
    """Return the server as an ASGI app.

    Args:
        store: where keys are found and predictions, feedback and use are kept; not closed here.
        source: says which packages answer.
        options: limits and habits.
        hosts: names that a request may be for; None for any, on a server that requires keys.
        clock: the time that predictions carry.
        desk: a support desk whose channels are served too.
    """
    metrics, recorder = Metrics(), Recorder(store)
    watcher = Watcher(source, interval_s=options.poll_s, observe=metrics.observe_batch)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:  # left in the other order: nothing is lost
            await stack.enter_async_context(recorder)
            await stack.enter_async_context(watcher)
            if desk is not None:
                await stack.enter_async_context(desk.running())
            yield

    # The pages of FastAPI's documentation load scripts from the net, so only the description stays.
    app = FastAPI(
        title="Whet", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.state.service = Service(
        store,
        watcher.live,
        watcher.refused,
        recorder,
        metrics,
        clock=clock,
        keep_texts=options.keep_texts,
    )
    for router in _ROUTERS:
        app.include_router(router)
    app.state.keyring, app.state.desk = Keyring(store.keys), desk
    if desk is not None:
        # Only now: what a desk needs is heavy, and a server of models alone starts without it.
        from whet.server.support.mount import add_desk

        add_desk(app, store, desk)
    add_handlers(app)
    _add_middleware(app, metrics, options=options, hosts=hosts)
    return app


def _add_middleware(
    app: FastAPI,
    metrics: Metrics,
    *,
    options: Options,
    hosts: frozenset[str] | None,
) -> None:
    """Wrap the app; the last layer that is added is the first that a request meets."""
    limiter = RateLimiter(options.requests_per_minute)
    app.add_middleware(Callers, keyring=app.state.keyring, limiter=limiter)
    app.add_middleware(BodyLimit, limit=options.body_bytes)
    if hosts is not None:
        app.add_middleware(HostCheck, hosts=hosts)
    app.add_middleware(Trace, metrics=metrics)
