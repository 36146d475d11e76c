"""Was this request meant for us? A check of the Host header against DNS rebinding.

A web page may point its own name at 127.0.0.1 and so reach a server that trusts its own machine.
Its requests still carry the page's name in the Host header.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from whet.server.problems import ApiError, problem_response

LOOPBACK_HOSTS: frozenset[str] = frozenset({"localhost", "127.0.0.1", "::1"})


class HostCheck:
    """Refuses requests whose Host header names another machine."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 421."""
        if scope["type"] == "http":
            host = host_name(Headers(scope=scope).get("host", ""))
            if host not in self._hosts:
                error = ApiError(
                    f"This server answers to {', '.join(sorted(self._hosts))}; "
                    f"the request was for {host!r}. Use one of these names.",
                    status=421,
                    code="wrong_host",
                )
                await problem_response(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def host_name(header: str) -> str:
    """Return the name in a Host header, without port and brackets, in lower case.

    >>> host_name("LocalHost:8000"), host_name("[::1]:8000"), host_name("127.0.0.1")
    ('localhost', '::1', '127.0.0.1')
    """
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.partition(":")[0].lower()
