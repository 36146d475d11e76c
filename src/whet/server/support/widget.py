"""What does the chat widget ask? To begin, to write, to read on, to rate, and for a person.

Whoever has a conversation's token may read and write it: 256 random bits that only the widget
keeps; the store holds their SHA-256. A message carries an id of the widget's: sent again, it is the
same message, and gets the same answer.
"""

import asyncio
import hashlib
import json
import secrets
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field

from whet.core.errors import did_you_mean
from whet.server.problems import ApiError
from whet.server.schemas import RequestBody, json_body, read_body
from whet.server.support.running import CurrentDesk, DeskService
from whet.server.support.shown import shown
from whet.store.conversation_rows import LONGEST_ID, Conversation

CHANNEL = "widget"
PAGE = 200
"""Entries in one answer."""
MOST_STREAMS = 5000
"""Streams of one server; who comes later asks now and then."""
STREAMS_EACH = 4
"""Streams of one conversation: a customer's open pages."""
STREAM_S = 300.0
"""How long a stream lasts; the widget opens the next one."""
_BEAT_S = 15.0

router = APIRouter(prefix="/widget", tags=["widget"])
After = Annotated[int, Query(ge=0, le=2**53)]


class Begin(RequestBody):
    """A new conversation."""

    desk: str | None = Field(default=None, max_length=200)
    """The name of the desk that the page means; any without it."""
    language: Literal["en", "zh"] = "en"
    """What the page speaks."""


class Write(RequestBody):
    """A message of the customer."""

    client_id: str = Field(min_length=1, max_length=LONGEST_ID)
    """Id that the widget chose: the same message may be sent again."""
    text: str
    """What the customer writes."""
    after: int = Field(default=0, ge=0, le=2**53)
    """Number of the last entry that the widget has."""


class Rate(RequestBody):
    """What the customer thinks of an answer, or of the conversation."""

    message: int = Field(default=0, ge=0, le=2**53)
    """Number of the answer; 0 for the conversation."""
    value: int
    """-1 or 1 for an answer, 1 to 5 for the conversation."""
    comment: str = Field(default="", max_length=2000)
    """What else there is to say."""


async def _conversation(request: Request, service: CurrentDesk) -> Conversation:
    """Return the conversation whose token the request carries.

    Raises:
        ApiError: it carries none, or none that is right (401).
    """
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    found = None
    if kind.lower() == "bearer" and token.strip():
        find = service.desk.conversations.find
        found = await service.call(find, CHANNEL, _hash(token.strip()))
    if found is None:
        raise ApiError(
            "This conversation is not known. Begin a new one.",
            status=401,
            code="conversation_not_found",
        )
    return found


Mine = Annotated[Conversation, Depends(_conversation)]


@router.get("/desk")
async def desk(service: CurrentDesk, desk: str | None = None) -> dict[str, Any]:
    """Say who the desk is, in every language that it speaks."""
    _check_desk(service, desk)
    settings = service.desk.files.desk
    return {
        "name": settings.name,
        "languages": settings.languages,
        "greeting": {one: settings.greeting.said(one) for one in settings.languages},
        "longest_text": service.desk.conversations.rules.longest_text,
    }


@router.post("/conversations", openapi_extra=json_body(Begin))
async def begin(request: Request, service: CurrentDesk) -> dict[str, Any]:
    """Begin a conversation; the answer holds its token, this once."""
    body = await read_body(request, Begin)
    _check_desk(service, body.desk)
    service.starts.check(request.client.host if request.client else "")
    token = secrets.token_urlsafe(32)
    await service.call(
        service.desk.conversations.start,
        CHANNEL,
        channel_id=_hash(token),
        likely=body.language,
    )
    return {"token": token}


@router.post("/messages", openapi_extra=json_body(Write))
async def write(request: Request, service: CurrentDesk, mine: Mine) -> dict[str, Any]:
    """Take a message, and answer what is new in the conversation."""
    body = await read_body(request, Write)
    await service.handle(mine, body.client_id, body.text)
    return await _news(service, mine.id, body.after)


@router.get("/entries")
async def entries(service: CurrentDesk, mine: Mine, after: After = 0) -> dict[str, Any]:
    """Answer what is new in the conversation."""
    return await _news(service, mine.id, after)


@router.post("/person")
async def person(service: CurrentDesk, mine: Mine) -> dict[str, Any]:
    """Ask for a person."""
    await service.call(service.desk.conversations.ask_for_person, mine.id)
    service.feed.wake(mine.id)
    return {"state": "waiting"}


@router.post("/bot")
async def bot(service: CurrentDesk, mine: Mine) -> dict[str, Any]:
    """Go back to the assistant instead of waiting."""
    await service.call(service.desk.conversations.ask_for_bot, mine.id)
    service.feed.wake(mine.id)
    return {"state": "bot"}


@router.post("/ratings", openapi_extra=json_body(Rate))
async def rate(request: Request, service: CurrentDesk, mine: Mine) -> dict[str, bool]:
    """Keep what the customer thinks."""
    body = await read_body(request, Rate)
    await service.call(
        service.desk.conversations.rate,
        mine.id,
        body.value,
        message=body.message,
        comment=body.comment,
    )
    return {"recorded": True}


@router.get("/events")
async def events(service: CurrentDesk, mine: Mine, after: After = 0) -> StreamingResponse:
    """Stream what is new in the conversation, as server-sent events."""
    is_full = service.feed.watchers >= MOST_STREAMS
    if is_full or service.feed.watchers_of(mine.id) >= STREAMS_EACH:
        raise ApiError(
            "There are too many streams; ask /widget/entries now and then.",
            status=503,
            code="too_many_streams",
            headers={"retry-after": "30"},
        )
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(
        _stream(service, mine.id, after), media_type="text/event-stream", headers=headers
    )


async def _stream(service: DeskService, conversation: str, after: int) -> AsyncIterator[str]:
    """Yield events; a comment now and then, so that a connection that broke is noticed."""
    clock = asyncio.get_running_loop().time
    end = clock() + STREAM_S
    with service.feed.watch(conversation) as news:
        yield ": hello\n\n"
        while clock() < end and not service.feed.is_closed:
            news.clear()
            found = await _news(service, conversation, after)
            if found["entries"]:
                after = found["entries"][-1]["seq"]
                yield f"id: {after}\ndata: {json.dumps(found, ensure_ascii=False)}\n\n"
                continue
            try:
                await asyncio.wait_for(news.wait(), _BEAT_S)
            except TimeoutError:
                yield ": still here\n\n"


async def _news(service: DeskService, conversation: str, after: int) -> dict[str, Any]:
    """Return the entries after a number, and how the conversation stands."""
    talks = service.desk.conversations
    # In this order: a state that is newer than the entries would be taken back by the next ones.
    row = await service.call(talks.get, conversation)
    found = await service.call(talks.events, conversation, after=after, limit=PAGE)
    return {"entries": shown(found), "state": row.state, "more": len(found) == PAGE}


def _check_desk(service: DeskService, name: str | None) -> None:
    """Refuse a page that means another desk.

    Raises:
        ApiError: so it is (404).
    """
    if name and name != service.desk.name:
        raise ApiError(
            f"There is no desk {name[:200]!r}. {did_you_mean(name, [service.desk.name])}",
            status=404,
            code="desk_not_found",
        )


def _hash(token: str) -> str:
    """Return what the store keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
