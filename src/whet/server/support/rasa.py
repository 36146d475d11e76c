"""POST /webhooks/rest/webhook: the desk, as clients of Rasa's REST channel talk to an assistant.

    {"sender": "ana", "message": "Where is my order?"}
    → [{"recipient_id": "ana", "text": "Which order is it?", "buttons": […]}]

A sender is one conversation, within its API key. `metadata.message_id` makes a message idempotent;
without it, every request is a new message, as in Rasa.
Source: Rasa's documentation, "REST channels".
"""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from whet.core.ids import new_id
from whet.server.api.context import CurrentFacts, needs
from whet.server.schemas import json_body, read_body
from whet.server.support.running import CurrentDesk
from whet.server.support.said import Said, said_to, with_people

CHANNEL = "rasa"
_LONGEST = 120

router = APIRouter(tags=["rasa"], dependencies=[needs("chat")])


class RasaMessage(BaseModel):
    """A message in Rasa's format; other fields are ignored."""

    sender: str = Field(default="default", min_length=1, max_length=_LONGEST)
    """Who writes."""
    message: str
    """What is written."""
    metadata: dict[str, Any] | None = None
    """`message_id` is the caller's id of the message."""


@router.post("/webhooks/rest/webhook", openapi_extra=json_body(RasaMessage))
async def webhook(
    request: Request, service: CurrentDesk, facts: CurrentFacts
) -> list[dict[str, Any]]:
    """Answer a message."""
    body = await read_body(request, RasaMessage)
    facts.texts = 1
    given = str((body.metadata or {}).get("message_id") or "")
    talks = service.desk.conversations
    row = await service.call(
        talks.start, CHANNEL, channel_id=f"{facts.key or ''}:{body.sender}", customer=body.sender
    )
    handled = await service.handle(row, given[:_LONGEST] or new_id("msg"), body.message)
    return _messages(await service.call(said_to, handled, talks), body.sender)


def _messages(said: Said, sender: str) -> list[dict[str, Any]]:
    """Return what was said as Rasa's messages; the choices are buttons of the last one."""
    texts = said.texts or (with_people(said.conversation),)
    found: list[dict[str, Any]] = [{"recipient_id": sender, "text": text} for text in texts]
    if said.choices:
        found[-1]["buttons"] = [{"title": one, "payload": one} for one in said.choices]
    return found
