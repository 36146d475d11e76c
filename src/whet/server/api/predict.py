"""POST /v1/predict/{name}: which class is each text?"""

from fastapi import APIRouter, Request

from whet.server import service as services
from whet.server.api.context import CurrentFacts, CurrentService, needs
from whet.server.schemas import PredictRequest, PredictResponse, json_body, read_body

router = APIRouter(tags=["predict"], dependencies=[needs("predict")])


@router.post("/v1/predict/{name}", openapi_extra=json_body(PredictRequest))
async def predict(
    name: str, request: Request, service: CurrentService, facts: CurrentFacts
) -> PredictResponse:
    """Answer one text or up to 256."""
    body = await read_body(request, PredictRequest)
    return await services.predict(service, name, body, facts=facts)
