"""POST /v1/embeddings: the embedding of texts, as OpenAI's clients ask for it."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from whet.server import service as services
from whet.server.api.context import CurrentFacts, CurrentService, needs
from whet.server.schemas import EmbeddingsRequest, json_body, read_body

router = APIRouter(tags=["embeddings"], dependencies=[needs("embeddings")])


@router.post("/v1/embeddings", openapi_extra=json_body(EmbeddingsRequest))
async def embeddings(request: Request, service: CurrentService, facts: CurrentFacts) -> Any:
    """Embed one text or several; the model is the name of a package."""
    body = await read_body(request, EmbeddingsRequest)
    return JSONResponse(await services.embed(service, body, facts=facts))
