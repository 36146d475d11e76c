"""How does a route reach what it needs, and refuse who may not use it? Through dependencies.

They are coroutines because FastAPI would call plain functions in a thread, which costs a
millisecond each.
"""

from typing import Annotated, Any

from fastapi import Depends, Request

from whet.server.middleware.facts import RequestFacts, facts_of
from whet.server.problems import ApiError
from whet.server.service import Service


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def _facts(request: Request) -> RequestFacts:
    return facts_of(request.scope)


CurrentService = Annotated[Service, Depends(_service)]
CurrentFacts = Annotated[RequestFacts, Depends(_facts)]


def needs(scope: str) -> Any:
    """Return the dependency of a route that only keys with this scope of the store may use.

    It refuses (403) before the body is read.
    """

    async def check(facts: CurrentFacts) -> None:
        if scope not in facts.scopes:
            raise ApiError(
                f"This needs a key with the scope {scope!r}; this key has "
                f"{', '.join(map(repr, facts.scopes))}. "
                f"`whet key new --scope {scope}` makes one.",
                status=403,
                code="insufficient_scope",
                headers={"www-authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'},
            )

    return Depends(check)
