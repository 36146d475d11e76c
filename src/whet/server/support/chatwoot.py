"""POST /webhooks/chatwoot: the desk as the agent bot of a Chatwoot.

A message of a customer in a conversation that is `pending`, which is the bot's, is answered through
Chatwoot's API. A hand-over opens the conversation there, and then it is the people's: whatever they
or the customer write is none of the bot's until it is pending again. Chatwoot waits five seconds
for an answer to its webhook, so that slow answers are sent after it was told that all is well.
Source: Chatwoot's user guide, "How to use agent bots"; signatures of pull request 13892.
"""

import asyncio
import hashlib
import hmac
import time

import structlog
from fastapi import APIRouter, Request
from pydantic import BaseModel, ValidationError

from whet.core.errors import WhetError
from whet.products.support.conversation.refusals import Refused
from whet.products.support.engine import Handled
from whet.server.keyring import Keyring
from whet.server.problems import ApiError
from whet.server.support.chatwoot_client import ChatwootClient, Place
from whet.server.support.running import CurrentDesk, DeskService
from whet.store.conversation_lists import Wanted
from whet.store.conversation_rows import Conversation

CHANNEL = "chatwoot"
PATIENCE_S = 4.0
"""Seconds after which the webhook is answered while the bot goes on."""
OLDEST_S = 300.0
"""Signatures older than this are refused: somebody may have kept the request."""
_AGENT = "chatwoot"
_PAGE = 200

router = APIRouter(tags=["chatwoot"])
_log = structlog.get_logger("whet.server")


class _Named(BaseModel):
    """What Chatwoot says of a conversation or an account."""

    id: int
    status: str | None = None


class ChatwootEvent(BaseModel):
    """What Chatwoot tells; other fields are ignored."""

    event: str
    """`message_created` is looked at."""
    id: int | None = None
    """Number of the message."""
    content: str | None = None
    message_type: str | int | None = None
    """`incoming` where the customer wrote it."""
    private: bool = False
    conversation: _Named | None = None
    account: _Named | None = None


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
    place = _place(event)
    if place is None:
        return {"status": "ignored"}
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


async def hand_over_again(service: DeskService, client: ChatwootClient) -> None:
    """Open conversations in Chatwoot that wait for a person and could not be opened before."""
    page = await service.call(service.desk.conversations.lists.page, Wanted(states=["waiting"]))
    for line in page.lines:
        if line.conversation.channel != CHANNEL:
            continue
        try:
            await _hand_over(service, client, line.conversation)
        except WhetError as error:  # the next one may be luckier, and this one in a moment
            _log.warning("a conversation could not be opened in Chatwoot", reason=str(error))


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
        await _deliver(service, client, place, handled)
        row = await service.call(talks.get, row.id)
        if row.state == "waiting":
            await _hand_over(service, client, row)
            return "handed_over"
    return "answered" if handled.answer else "kept"


async def _deliver(
    service: DeskService, client: ChatwootClient, place: Place, handled: Handled
) -> None:
    """Send what bot and desk said since the message, and has not been sent."""
    message, talks = handled.receipt.message, service.desk.conversations
    found = await service.call(talks.events, message.conversation, after=message.seq, limit=_PAGE)
    own = [e for e in found if e.kind == "message" and e.who in ("bot", "system")]
    known = set() if handled.receipt.is_new or not own else await client.sent(place)
    for entry in own:
        if entry.seq not in known:
            await client.send(place, entry.text, entry=entry.seq)


async def _hand_over(service: DeskService, client: ChatwootClient, row: Conversation) -> None:
    """Give a conversation to the people of Chatwoot; here, it is over."""
    await client.open(Place.named(row.channel_id))
    await service.call(service.desk.conversations.resolve, row.id, who=_AGENT)


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
    """Return where a message is to be answered; None for what is none of the bot's."""
    talk, account = event.conversation, event.account
    is_message = event.event == "message_created" and event.id is not None
    is_incoming = event.message_type in ("incoming", 0) and not event.private
    if not (is_message and is_incoming and talk and account and (event.content or "").strip()):
        return None
    return Place(account.id, talk.id) if talk.status == "pending" else None
