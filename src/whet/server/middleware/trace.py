"""Which request took how long, and how did it end? Ids, log lines, counts, and the last resort."""

import re
import time
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from whet.core.ids import new_id
from whet.server.metrics import Metrics
from whet.server.middleware.facts import RequestFacts
from whet.server.problems import ApiError, problem_response

_PROBES = ("/healthz", "/readyz", "/metrics")  # asked every few seconds: not worth a line
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_log = structlog.get_logger("whet.server")


class Trace:
    """The outermost layer: gives each request an id, logs and counts its end."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; an exception that nobody expected becomes a 500."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0
        facts = RequestFacts(_request_id(scope))
        scope.setdefault("state", {})["facts"] = facts

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = facts.id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception:
            _log.exception("a request failed", id=facts.id)
            if status == 0:
                await problem_response(_unexpected(facts.id))(scope, receive, send_with_id)
        finally:
            seconds = time.perf_counter() - started
            self._metrics.requests.labels(_route(scope), str(status)).inc()
            self._metrics.seconds.labels(_route(scope)).observe(seconds)
            write = _log.debug if _route(scope) in _PROBES else _log.info
            write("request", **_line(scope, facts, status=status, seconds=seconds))


def _request_id(scope: Scope) -> str:
    """Return the id that the caller chose, when it is harmless in a log; else a new one."""
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _SANE_ID.fullmatch(given) else new_id("req")


def _route(scope: Scope) -> str:
    """Return the pattern of the path, so that names in it do not make new metrics.

    A request that was refused before the router saw it, or that no path matches, has none.
    """
    return getattr(scope.get("route"), "path", "unrouted")


def _line(scope: Scope, facts: RequestFacts, *, status: int, seconds: float) -> dict[str, Any]:
    """Return what the log says about a request; status 0 when the caller went away."""
    line = {
        "id": facts.id,
        "method": scope["method"],
        "route": _route(scope),
        "status": status,
        "ms": round(1000 * seconds, 2),
        "key": facts.key,
        "texts": facts.texts,
    }
    return line if facts.messages is None else {**line, "messages": facts.messages}


def _unexpected(request_id: str) -> ApiError:
    return ApiError(
        f"The server failed to answer; the reason is in its log under the id {request_id}.",
        status=500,
        code="server_error",
    )
