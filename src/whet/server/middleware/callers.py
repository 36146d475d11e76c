"""Who is calling, and how often? Keys and rate limits for what other servers call."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from whet.core.errors import WhetError
from whet.server.keyring import Keyring
from whet.server.limits import RateLimiter
from whet.server.middleware.facts import facts_of
from whet.server.problems import as_api_error, problem_response
from whet.store.keys import SCOPES


class Callers:
    """Lets only known callers under /v1 and to Rasa's webhook, and each only so often."""

    def __init__(self, app: ASGIApp, keyring: Keyring, limiter: RateLimiter) -> None:
        self._app = app
        self._keyring = keyring
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 401 or 429 before its body is read."""
        if scope["type"] == "http" and _is_guarded(scope["path"]):
            try:
                await self._admit(scope)
            except WhetError as error:
                await problem_response(as_api_error(error))(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _admit(self, scope: Scope) -> None:
        """Find out who calls, write it into the facts, and count the request."""
        host = scope["client"][0] if scope.get("client") else ""
        key = await self._keyring.admit(Headers(scope=scope).get("authorization"), host=host)
        facts = facts_of(scope)
        facts.key = key.id if key else None
        facts.scopes = key.scopes if key else tuple(SCOPES)  # who needs no key may do everything
        self._limiter.check(facts.key or "")


def _is_guarded(path: str) -> bool:
    return path == "/v1" or path.startswith(("/v1/", "/webhooks/rest/"))
