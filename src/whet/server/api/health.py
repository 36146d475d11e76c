"""GET /healthz, /readyz and /metrics: is the process alive, can it answer, how is it doing?"""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from whet.server import service as services
from whet.server.api.context import CurrentService

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the process is alive."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(service: CurrentService) -> JSONResponse:
    """Say which models answer, and which should and cannot; 503 while none does."""
    body = services.readiness(service)
    return JSONResponse(body, status_code=200 if body["models"] else 503)


@router.get("/metrics")
async def metrics(service: CurrentService) -> Response:
    """Give the metrics in Prometheus' text format."""
    return Response(
        service.metrics.text(service.live, service.refused), media_type=CONTENT_TYPE_LATEST
    )
