"""GET /v1/models: which models answer, as OpenAI's clients ask for it."""

from typing import Any

from fastapi import APIRouter

from whet.server import service as services
from whet.server.api.context import CurrentService

router = APIRouter(tags=["models"])


@router.get("/v1/models")
async def models(service: CurrentService) -> dict[str, Any]:
    """List the models."""
    return services.models(service)


@router.get("/v1/models/{name}")
async def model(name: str, service: CurrentService) -> dict[str, Any]:
    """Describe one model."""
    return services.model(service, name)
