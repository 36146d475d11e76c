"""GET /healthz, /readyz and /metrics: is the process alive, can it answer, how is it doing?"""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from whet.server.api.context import CurrentService

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the process is alive."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(service: CurrentService) -> JSONResponse:
    """Say whether a model is loaded; 503 until then."""
    models = {name: live.version for name, live in sorted(service.live.items())}
    status = "ready" if models else "loading"
    return JSONResponse({"status": status, "models": models}, status_code=200 if models else 503)


@router.get("/metrics")
async def metrics(service: CurrentService) -> Response:
    """Give the metrics in Prometheus' text format."""
    return Response(service.metrics.text(service.live), media_type=CONTENT_TYPE_LATEST)
