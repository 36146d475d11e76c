"""POST /v1/chat/completions: the desk, as OpenAI's clients talk to a model.

The conversation is the one that `metadata.conversation_id` or the header `X-Conversation-ID` names,
else the one that the history tells of (`whet.server.support.histories`).
"""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from whet.core.clock import utc_now
from whet.core.errors import did_you_mean
from whet.server.api.context import CurrentFacts, needs
from whet.server.middleware.facts import RequestFacts
from whet.server.problems import ApiError
from whet.server.schemas import json_body, read_body
from whet.server.support.completion_shapes import ChatRequest, chunks, completion
from whet.server.support.histories import Caller, Place, place_of_history, place_of_named
from whet.server.support.running import CurrentDesk, DeskService
from whet.server.support.said import said_to

router = APIRouter(tags=["chat"], dependencies=[needs("chat")])


@router.post("/v1/chat/completions", openapi_extra=json_body(ChatRequest))
async def chat(request: Request, service: CurrentDesk, facts: CurrentFacts) -> Response:
    """Answer the last message of the user."""
    body = await read_body(request, ChatRequest)
    if body.model != service.desk.name:
        raise ApiError(
            f"There is no desk {body.model[:200]!r}. "
            f"{did_you_mean(body.model, [service.desk.name])}",
            status=404,
            code="model_not_found",
        )
    name = request.headers.get("x-conversation-id") or (body.metadata or {}).get("conversation_id")
    texts = body.user_texts()
    facts.texts = 1
    place = await service.call(_place, service, body, name, texts, facts)
    for client_id, text in place.said_before:
        await service.handle(place.conversation, client_id, text)
    handled = await service.handle(place.conversation, place.client_id, texts[-1])
    said = await service.call(said_to, handled, service.desk.conversations)
    if not body.stream:
        return JSONResponse(completion(said, body.model))
    with_usage = bool(body.stream_options and body.stream_options.include_usage)
    events: Iterator[str] = chunks(said, body.model, with_usage=with_usage)
    return StreamingResponse(_sent(events), media_type="text/event-stream")


async def _sent(events: Iterator[str]) -> Any:
    """Yield events without a thread for each."""
    for event in events:
        yield event


def _place(
    service: DeskService,
    body: ChatRequest,
    name: str | None,
    texts: list[str],
    facts: RequestFacts,
) -> Place:
    """Return where the last message belongs."""
    talks = service.desk.conversations
    caller = Caller(facts.key or "", body.user)
    if name:
        message = (body.metadata or {}).get("message_id")
        return place_of_named(talks, caller, name, texts=texts, message=message)
    return place_of_history(talks, caller, texts, utc_now)
