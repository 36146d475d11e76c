"""How large may a request be? A limit that counts what really arrives."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from whet.server.problems import ApiError, problem_response


class BodyLimit:
    """Refuses bodies of more than `limit` bytes, declared or not, without reading them.

    A body that nobody has read to its end closes the connection: the server would otherwise read
    and drop the rest of it before the next request.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a counted body, or answer 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        declared = int(headers.get("content-length", "0"))  # the HTTP parser lets only digits in
        size, is_read = 0, declared == 0 and "transfer-encoding" not in headers

        async def counted() -> Message:
            nonlocal size, is_read
            message = await receive()
            if message["type"] == "http.request":
                size += len(message.get("body", b""))
                is_read = not message.get("more_body", False)
                if size > self._limit:
                    raise self._refusal()
            return message

        async def closing(message: Message) -> None:
            if message["type"] == "http.response.start" and not is_read:
                MutableHeaders(scope=message)["connection"] = "close"
            await send(message)

        if declared > self._limit:
            await problem_response(self._refusal())(scope, receive, closing)
        else:
            await self._app(scope, counted, closing)

    def _refusal(self) -> ApiError:
        return ApiError(
            f"A request body must be at most {self._limit:,} bytes. Send fewer texts at a time.",
            status=413,
            code="body_too_large",
        )
