"""How does a route reach what it needs? Through these two dependencies."""

from typing import Annotated

from fastapi import Depends, Request

from whet.server.middleware.facts import RequestFacts, facts_of
from whet.server.service import Service


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _facts(request: Request) -> RequestFacts:
    return facts_of(request.scope)


CurrentService = Annotated[Service, Depends(_service)]
CurrentFacts = Annotated[RequestFacts, Depends(_facts)]
