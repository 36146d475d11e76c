"""POST /v1/feedback: what was the right label?"""

from fastapi import APIRouter, Request

from whet.server import service as services
from whet.server.api.context import CurrentService, needs
from whet.server.schemas import FeedbackRequest, FeedbackResponse, json_body, read_body

router = APIRouter(tags=["feedback"], dependencies=[needs("feedback")])


@router.post("/v1/feedback", openapi_extra=json_body(FeedbackRequest))
async def feedback(request: Request, service: CurrentService) -> FeedbackResponse:
    """Record the right label of an earlier answer."""
    body = await read_body(request, FeedbackRequest)
    return await services.give_feedback(service, body)
