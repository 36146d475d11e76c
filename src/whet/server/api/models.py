"""GET /v1/models: which models answer, as OpenAI's clients ask for it."""

from typing import Any

from fastapi import APIRouter, Request

from whet.server import service as services
from whet.server.api.context import CurrentService

router = APIRouter(tags=["models"])


@router.get("/v1/models")
async def models(request: Request, service: CurrentService) -> dict[str, Any]:
    """List the models, and the desk, which chats."""
    found = services.models(service)
    if request.app.state.desk is not None:
        desk = request.app.state.desk.as_model()
        found["data"] = [desk, *(one for one in found["data"] if one["id"] != desk["id"])]
    return found


@router.get("/v1/models/{name}")
async def model(name: str, request: Request, service: CurrentService) -> dict[str, Any]:
    """Describe one model, or the desk."""
    desk = request.app.state.desk
    if desk is not None and name == desk.desk.name:
        found: dict[str, Any] = desk.as_model()
        return found
    return services.model(service, name)
