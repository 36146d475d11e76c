"""POST /webhooks/chatwoot: the desk as the agent bot of a Chatwoot.

A message of a customer in a conversation that is `pending`, which is the bot's, is answered through
Chatwoot's API. A hand-over opens the conversation there, and then it is the people's: whatever they
or the customer write is none of the bot's until it is pending again. The same holds where people
open or close it by themselves: the desk closes it too, and neither answers nor ends it later.
Chatwoot waits five seconds for an answer to its webhook, so that slow answers are sent after it was
told that all is well.
Source: Chatwoot's user guide, "How to use agent bots"; signatures of pull request 13892.
"""

import asyncio
import hashlib
import hmac
import time
from typing import Any

import structlog
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, ValidationError

from whet.products.support.conversation.refusals import Refused
from whet.server.keyring import Keyring
from whet.server.problems import ApiError
from whet.server.support.chatwoot_client import MARK, ChatwootClient, Place
from whet.server.support.chatwoot_delivery import (
    CHANNEL,
    deliver,
    give_to_people,
    leave_to_people,
    note,
)
from whet.server.support.running import CurrentDesk, DeskService

PATIENCE_S = 4.0
"""Seconds after which the webhook is answered while the bot goes on."""
OLDEST_S = 300.0
"""Signatures older than this are refused: somebody may have kept the request."""
_STATUS_EVENTS = ("conversation_opened", "conversation_resolved", "conversation_status_changed")

router = APIRouter(tags=["chatwoot"])
_log = structlog.get_logger("whet.server")


class _Named(BaseModel):
    """What Chatwoot says of a conversation or an account."""

    id: int
    status: str | None = None


class _LastMessage(BaseModel):
    """What an event about a conversation tells of its last message."""

    account_id: int | None = None


class ChatwootEvent(BaseModel):
    """What Chatwoot tells; other fields are ignored."""

    event: str
    """`message_created`, and the changes of a conversation's status, are looked at."""
    id: int | None = None
    """Number of the message; of the conversation where its status has changed."""
    content: str | None = None
    content_attributes: dict[str, Any] | None = None
    message_type: str | int | None = None
    """`incoming` where the customer wrote it."""
    private: bool = False
    conversation: _Named | None = None
    account: _Named | None = None
    status: str | None = None
    """Of the conversation that has changed."""
    messages: list[_LastMessage] = Field(default_factory=list)


@router.post("/webhooks/chatwoot")
async def webhook(request: Request, service: CurrentDesk) -> dict[str, str]:
    """Take an event; what becomes of it is said in one word."""
    client = service.chatwoot
    if client is None:
        raise ApiError(
            "This desk answers for no Chatwoot. Describe it under `channels.chatwoot`.",
            status=404,
            code="path_not_found",
        )
    content = await request.body()
    await _check_sender(request, client, content)
    event = _event(content)
    if event.event in _STATUS_EVENTS:
        return {"status": await _follow(service, _changed(event), event.status)}
    place = _place(event)
    if place is None:
        return {"status": "ignored"}
    if not _is_to_answer(event):
        return {"status": await _hear(service, place, event)}
    work = asyncio.create_task(_answer(service, client, place, event))
    service.keep(work)
    done, _ = await asyncio.wait([work], timeout=PATIENCE_S)
    if not done:
        return {"status": "working"}
    return {"status": work.result()}


def signature_of(secret: str, timestamp: str, content: bytes) -> str:
    """Return how Chatwoot signs a request.

    >>> signature_of("s", "1", b"{}")[:14]
    'sha256=b253639'
    """
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + content, hashlib.sha256)
    return f"sha256={digest.hexdigest()}"


async def _answer(
    service: DeskService, client: ChatwootClient, place: Place, event: ChatwootEvent
) -> str:
    """Answer a message in Chatwoot; return what became of it."""
    talks = service.desk.conversations
    row = await service.call(talks.start, CHANNEL, channel_id=place.name)
    async with service.turn(row.id):
        try:
            handled = await service.handle(row, str(event.id), event.content or "")
        except Refused as refusal:
            _log.warning("a message of Chatwoot is not answered", reason=str(refusal))
            return refusal.kind
        await deliver(service, client, row, after=handled.receipt.message.seq)
        row = await service.call(talks.get, row.id)
        if row.state == "waiting":
            await give_to_people(service, client, row)
            return "handed_over"
    return "answered" if handled.answer else "kept"


async def _check_sender(request: Request, client: ChatwootClient, content: bytes) -> None:
    """Refuse a request that Chatwoot did not send.

    Raises:
        ApiError: the signature is not right, or too old, or there is neither it nor an API key.
    """
    if client.secret is None:
        keyring: Keyring = request.app.state.keyring
        host = request.client.host if request.client else ""
        token = request.query_params.get("key")  # Chatwoot sends no headers of ours
        await keyring.admit(f"Bearer {token}" if token else None, host=host)
        return
    given = request.headers.get("x-chatwoot-signature", "")
    timestamp = request.headers.get("x-chatwoot-timestamp", "")
    right = signature_of(client.secret, timestamp, content)
    is_fresh = timestamp.isdecimal() and abs(time.time() - int(timestamp[:15])) <= OLDEST_S
    if not hmac.compare_digest(given.encode(), right.encode()) or not is_fresh:
        raise ApiError(
            "The request must carry Chatwoot's signature, at most five minutes old. Compare the "
            "secret of the agent bot with the desk's.",
            status=401,
            code="wrong_signature",
        )


def _event(content: bytes) -> ChatwootEvent:
    """Return the event that a request holds.

    Raises:
        ApiError: it holds none.
    """
    try:
        return ChatwootEvent.model_validate_json(content)
    except ValidationError:
        raise ApiError(
            "The body must be an event of Chatwoot's agent bots.", status=422, code="invalid_body"
        ) from None


def _place(event: ChatwootEvent) -> Place | None:
    """Return the conversation of a message; None for what is no message that a customer sees."""
    talk, account = event.conversation, event.account
    is_message = event.event == "message_created" and event.id is not None
    if not is_message or event.private or talk is None or account is None:
        return None
    return Place(account.id, talk.id)


def _changed(event: ChatwootEvent) -> Place | None:
    """Return the conversation whose status has changed; None where it cannot be told."""
    accounts = [event.account.id] if event.account else [m.account_id for m in event.messages]
    account = next((one for one in accounts if one is not None), None)
    return None if account is None or event.id is None else Place(account, event.id)


def _is_to_answer(event: ChatwootEvent) -> bool:
    """Return whether a customer wrote it where the bot answers."""
    is_pending = event.conversation is not None and event.conversation.status == "pending"
    has_text = bool((event.content or "").strip())
    return is_pending and has_text and event.message_type in ("incoming", 0)


async def _follow(service: DeskService, place: Place | None, status: str | None) -> str:
    """Close a conversation here that Chatwoot's people have opened or closed."""
    if place is None or status not in ("open", "resolved"):
        return "ignored"
    return "followed" if await leave_to_people(service, place) else "ignored"


async def _hear(service: DeskService, place: Place, event: ChatwootEvent) -> str:
    """Take note of a message that the bot does not answer: its own, or one for people."""
    mark = (event.content_attributes or {}).get(MARK)
    if isinstance(mark, int):
        return "noted" if await note(service, place, mark) else "ignored"
    is_theirs = event.conversation is not None and event.conversation.status == "open"
    if is_theirs and await leave_to_people(service, place):
        return "followed"
    return "ignored"
