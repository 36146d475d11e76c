"""How does a route reach what it needs? Through these two dependencies.

They are coroutines because FastAPI would call plain functions in a thread, which costs a
millisecond each.
"""

from typing import Annotated

from fastapi import Depends, Request

from whet.server.middleware.facts import RequestFacts, facts_of
from whet.server.service import Service


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def _facts(request: Request) -> RequestFacts:
    return facts_of(request.scope)


CurrentService = Annotated[Service, Depends(_service)]
CurrentFacts = Annotated[RequestFacts, Depends(_facts)]
