"""How does a request reach its page? Language, session, role, origin; then the page, in a thread.

    add_console(app, ConsoleDesk(store, conversations, folder))

Every route is a line of `routes.ROUTES`; there is no other way in.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from whet.core.errors import InputError, WhetError
from whet.products.support.conversation.refusals import Refused
from whet.server.console.ask import ROOT, Ask, ConsoleDesk, Facts, Upload, go
from whet.server.console.guards import (
    SESSION,
    address_of,
    is_from_here,
    language_of,
    with_headers,
)
from whet.server.console.rendering import page
from whet.server.console.routes import ROUTES, Route
from whet.store.users import User

_MOST_FIELDS = 60


def add_console(app: FastAPI, desk: ConsoleDesk) -> None:
    """Add every page of the console to a server, below /console."""
    for route in ROUTES:
        app.add_api_route(
            f"{ROOT}{route.path}",
            _endpoint(route, desk),
            methods=[route.method],
            include_in_schema=False,
            response_model=None,
            name=f"console {route.method} {route.path}",
        )


def _endpoint(route: Route, desk: ConsoleDesk) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers a route."""

    async def answer(request: Request) -> Response:
        ask = Ask(desk.now(), request, language_of(request), address_of(request))
        if route.method != "GET" and not is_from_here(request):
            shown = page(ask, "problem.html", status=403, title="csrf", why="csrf.why", values={})
            return with_headers(shown)
        # A form is read only from somebody who may send it.
        ask = replace(ask, user=await run_in_threadpool(_user, ask))
        refused = _refused(ask, route)
        if refused is None:
            if route.method != "GET":
                ask = await _with_form(ask)
            refused = await run_in_threadpool(_answered, route, ask)
        return with_headers(refused)

    return answer


def _user(ask: Ask) -> User | None:
    """Return whose session the request carries."""
    return ask.store.sessions.user_of(ask.request.cookies.get(SESSION, ""))


def _refused(ask: Ask, route: Route) -> Response | None:
    """Return what somebody sees who may not enter a route; None for who may."""
    if route.role is None:
        return None
    if ask.user is None:
        wanted = ask.request.url.path.removeprefix(ROOT) if route.method == "GET" else ""
        return go("/sign-in", to=wanted)
    if not ask.user.may(route.role):
        values = {"role": f"role.{route.role}", "own": f"role.{ask.user.role}"}
        why: Facts = {"title": "forbidden", "why": "forbidden.why", "values": values}
        return page(ask, "problem.html", status=403, **why)
    return None


async def _with_form(ask: Ask) -> Ask:
    """Return the request with what its form holds."""
    sent: FormData = await ask.request.form(max_files=2, max_fields=_MOST_FIELDS)
    texts = {key: value for key, value in sent.items() if isinstance(value, str)}
    files = {
        key: Upload(value.filename or "", await value.read())
        for key, value in sent.items()
        if isinstance(value, UploadFile)
    }
    await sent.close()
    return replace(ask, form=texts, uploads=files)


def _answered(route: Route, ask: Ask) -> Response:
    """Return a page, or the sentence that says why there is none."""
    try:
        return route.page(ask)
    except WhetError as error:
        status = HTTPStatus.SERVICE_UNAVAILABLE
        if isinstance(error, InputError):
            status = HTTPStatus.BAD_REQUEST
        elif isinstance(error, Refused):
            status = HTTPStatus.CONFLICT
        return page(ask, "sentence.html", status=status, sentence=str(error))
