"""What of a conversation does its Chatwoot not show yet? Sent in order, and noted once it was.

What the desk says by its clock (a closing sentence, a hand-over after silence), what another
process has answered, and what could not be sent at first is found by `catch_up`, every few seconds.
A note is an event of the conversation, so it outlives the process. Who dies between sending and
noting sends once more, unless Chatwoot has told of the message meanwhile.
"""

from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from datetime import datetime, timedelta

import structlog

from whet.core.clock import utc_now
from whet.core.errors import BusyError, WhetError
from whet.products.support.conversation.refusals import Refused
from whet.server.support.chatwoot_client import ChatwootClient, ChatwootRefusedError, Place
from whet.server.support.running import DeskService
from whet.store.conversation_lists import Wanted
from whet.store.conversation_rows import Conversation, Entry
from whet.store.store import Store

CHANNEL = "chatwoot"
NOTED = "delivered"
"""Kind of the event that notes an entry."""
GRACE_S = 40.0
"""So long, an entry is left to the request that has made it: it may be sending it."""
HAND_OVER_S = 5.0
"""The same for a conversation that waits for a person."""
RECENT = timedelta(hours=2)
"""What was said before this is not sent any more: it would come out of nowhere."""
_AGENT = "chatwoot"
_PAGE = 200
_log = structlog.get_logger("whet.server")


async def deliver(
    service: DeskService, client: ChatwootClient, row: Conversation, *, after: int
) -> None:
    """Send what was said after an entry and is not noted, and close what the desk has closed.

    Raises:
        ChatwootError: Chatwoot cannot be reached; what is not noted will be sent later.
    """
    talks, place = service.desk.conversations, Place.named(row.channel_id)
    for entry in undelivered(await _log_of(service, row, after)):
        try:
            if entry.kind == "message":
                await client.send(place, entry.text, entry=entry.seq)
            elif (await service.call(talks.get, row.id)).state == "resolved":
                await client.set_status(place, "resolved")
        except ChatwootRefusedError as error:  # the same a second time: the others must go on
            _log.error("Chatwoot does not take an entry", reason=str(error), entry=entry.seq)
        await service.call(talks.note_delivered, row.id, entry.seq)


def undelivered(log: Sequence[Entry]) -> list[Entry]:
    """Return what Chatwoot does not show: messages in order, then the end of the conversation.

    What the bot said before people took over is not said into their conversation any more.
    """
    noted = {entry.text for entry in log if entry.kind == NOTED}
    taken = max((e.seq for e in log if e.kind == "resolve" and e.who == _AGENT), default=0)
    missing = [entry for entry in log if str(entry.seq) not in noted and entry.seq > taken]
    said = [e for e in missing if e.kind == "message" and e.who != "customer" and not e.is_private]
    ends = [e for e in missing if e.kind in ("idle", "resolve") and e.who != "customer"]
    return said + ends


async def give_to_people(service: DeskService, client: ChatwootClient, row: Conversation) -> None:
    """Give a conversation to the people of Chatwoot; here, it is over.

    Raises:
        ChatwootError: Chatwoot cannot be reached; it stays in the queue, and is given later.
    """
    await client.set_status(Place.named(row.channel_id), "open")
    await service.call(service.desk.conversations.resolve, row.id, who=_AGENT)


async def leave_to_people(service: DeskService, place: Place) -> bool:
    """Close a conversation that people of Chatwoot have; return whether it was open here."""
    talks = service.desk.conversations
    row = await service.call(talks.find, CHANNEL, place.name)
    if row is None or row.state == "resolved":
        return False
    try:
        await service.call(talks.resolve, row.id, who=_AGENT)
    except Refused:  # an agent of this desk has it, and speaks in Chatwoot through it
        return False
    return True


async def note(service: DeskService, place: Place, seq: int) -> bool:
    """Note an entry of which Chatwoot tells; return whether that was news."""
    talks = service.desk.conversations
    row = await service.call(talks.find, CHANNEL, place.name)
    if row is None or not 0 < seq <= row.last_seq:
        return False
    async with service.turn(row.id):  # else it is told of before the sending request notes it
        if any(e.kind == NOTED and e.text == str(seq) for e in await _log_of(service, row, seq)):
            return False
        await service.call(talks.note_delivered, row.id, seq)
    return True


async def catch_up(service: DeskService, client: ChatwootClient, store: Store) -> None:
    """Give people what waits for them, and send what was left, if no other process is at it."""
    since = utc_now() - RECENT
    waiting = await _rows(service, Wanted(channel=CHANNEL, states=["waiting"]))
    recent = await _rows(service, Wanted(channel=CHANNEL), since=since)
    rows = {row.id: row for row in [*recent, *waiting] if row.forgotten is None}
    service.caught_up = {k: seq for k, seq in service.caught_up.items() if k in rows}
    due = [row for row in rows.values() if await _is_due(service, row)]
    with ExitStack() as held:
        try:
            held.enter_context(store.lock(CHANNEL) if due else nullcontext())
        except BusyError:
            return
        for row in due:
            try:
                async with service.turn(row.id):
                    await _catch_up(service, client, row)
            except WhetError as error:  # the next one may be luckier, and this one in a moment
                _log.warning("a conversation is behind in Chatwoot", reason=str(error))


async def _catch_up(service: DeskService, client: ChatwootClient, row: Conversation) -> None:
    """Bring one conversation up to date."""
    await deliver(service, client, row, after=max(0, row.last_seq - _PAGE))
    now = await service.call(service.desk.conversations.get, row.id)
    if now.state == "waiting":
        await give_to_people(service, client, now)


async def _rows(
    service: DeskService, wanted: Wanted, *, since: datetime | None = None
) -> list[Conversation]:
    """Return the conversations of a list, those that have changed last first."""
    lists, found, after = service.desk.conversations.lists, list[Conversation](), None
    while True:
        page = await service.call(lists.page, wanted, after=after, limit=_PAGE)
        for line in page.lines:
            if since is not None and line.conversation.updated < since:
                return found
            found.append(line.conversation)
        after = page.following
        if after is None:
            return found


async def _is_due(service: DeskService, row: Conversation) -> bool:
    """Return whether something of a conversation was left for a while."""
    age_s = (utc_now() - row.updated).total_seconds()
    if row.state == "waiting":
        return age_s >= HAND_OVER_S
    if row.last_seq == service.caught_up.get(row.id):
        return False
    left = undelivered(await _log_of(service, row, max(0, row.last_seq - _PAGE)))
    if not left:
        service.caught_up[row.id] = row.last_seq
    # No request sends what a person of this desk says.
    return any(e.who == "person" for e in left) or (bool(left) and age_s >= GRACE_S)


async def _log_of(service: DeskService, row: Conversation, after: int) -> list[Entry]:
    """Return the entries after a number, with notes and reasons."""
    events = service.desk.conversations.events
    return await service.call(events, row.id, after=after, limit=2 * _PAGE, private=True)
