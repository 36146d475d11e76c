"""GET /healthz, /readyz and /metrics: is the process alive, can it answer, how is it doing?"""

from fastapi import APIRouter, Request, Response
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
async def readyz(request: Request, service: CurrentService) -> JSONResponse:
    """Say which models answer, and which should and cannot; 503 while nothing does."""
    body = services.readiness(service)
    desk = request.app.state.desk
    if desk is not None:
        body["desk"] = desk.desk.name
    return JSONResponse(body, status_code=200 if body["models"] or desk is not None else 503)


@router.get("/metrics")
async def metrics(service: CurrentService) -> Response:
    """Give the metrics in Prometheus' text format."""
    return Response(
        service.metrics.text(service.live, service.refused), media_type=CONTENT_TYPE_LATEST
    )
