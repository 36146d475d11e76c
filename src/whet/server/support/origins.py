"""May this web page talk to the widget's endpoints? Its origin must be the desk's or our own.

Browsers send the header `Origin` with every request that changes something and every one to another
site, and pages cannot change it. Who is no browser sends none, and needs the conversation's token
like everybody else. Source: the Fetch standard, section 3.2, HTTP CORS protocol.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from whet.server.problems import ApiError, problem_response

PREFIX = "/widget/"
_ALLOWED = {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": "600",
}


class Origins:
    """Answers pages of the allowed origins under `PREFIX`, and refuses all others."""

    def __init__(self, app: ASGIApp, allowed: Collection[str]) -> None:
        self._app = app
        self._allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request of an allowed page on, answer its preflight, or refuse it (403)."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers({})
        origin = headers.get("origin")
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX) or origin is None:
            await self._app(scope, receive, send)
        elif not self._is_allowed(origin, headers.get("host", "")):
            await problem_response(_refusal(origin))(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            shown = {**_ALLOWED, "access-control-allow-origin": origin, "vary": "Origin"}
            await Response(status_code=204, headers=shown)(scope, receive, send)
        else:
            await self._app(scope, receive, _with_origin(send, origin))

    def _is_allowed(self, origin: str, host: str) -> bool:
        """Return whether a page is of the desk's list, or of this very server."""
        return origin in self._allowed or (bool(host) and urlsplit(origin).netloc == host)


def _with_origin(send: Send, origin: str) -> Send:
    """Return a `send` that lets the page read what is answered."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["access-control-allow-origin"] = origin
            headers["access-control-expose-headers"] = "retry-after"
            headers.add_vary_header("Origin")
        await send(message)

    return sending


def _refusal(origin: str) -> ApiError:
    return ApiError(
        f"Pages of {origin[:200]} may not use this desk. Add the origin to "
        "`channels.widget.origins` in desk.yaml.",
        status=403,
        code="origin_not_allowed",
    )
