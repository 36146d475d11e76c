"""How does a desk come into the server? Its channels, its widget and its console."""

from functools import partial

from fastapi import FastAPI

from whet.server.console.ask import ConsoleDesk
from whet.server.console.mount import add_console
from whet.server.support import chatwoot, completions, pages, rasa, widget
from whet.server.support.chatwoot_delivery import catch_up
from whet.server.support.origins import Origins
from whet.server.support.running import DeskService
from whet.store.store import Store

_ROUTERS = (
    completions.router,
    rasa.router,
    chatwoot.router,
    widget.router,
    pages.router,
)


def add_desk(app: FastAPI, store: Store, desk: DeskService) -> None:
    """Serve a desk's channels and its console."""
    for router in _ROUTERS:
        app.include_router(router)
    add_console(app, ConsoleDesk.of(desk.desk, store))
    if desk.chatwoot is not None:
        desk.also_due.append(partial(catch_up, desk, desk.chatwoot, store))
    app.add_middleware(Origins, allowed=desk.desk.files.desk.channels.widget.origins)
