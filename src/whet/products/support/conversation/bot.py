"""May the bot say this now? Leases, so that one worker computes, and the fence, so that one speaks.

A lease alone is not safe: a worker may stand still for longer than its lease, wake up and send. So
every send carries the fencing token that it was computed under, and the store refuses one that is
older than the conversation's. Kleppmann, "How to do distributed locking" (2016); Designing
Data-Intensive Applications (2017), section 8.4. Here the token grows with every change of state or
owner, and when a worker takes over what another's lease has run out on.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, cast

from whet.core.errors import InputError
from whet.products.support.conversation.moves import move
from whet.products.support.conversation.refusals import Refused
from whet.products.support.conversation.rules import Rules
from whet.products.support.turns import Author, Reply, Said, Turn
from whet.store.conversation_change import Change
from whet.store.conversation_rows import Conversation, Message


@dataclass(frozen=True)
class Work:
    """One message that a worker is to answer, and the token to answer it under."""

    conversation: str
    fence: int
    in_reply_to: int
    """Number of the customer's message."""
    turn: Turn
    worker: str


@dataclass(frozen=True)
class Answered:
    """What became of an answer of the bot."""

    message: Message | None
    """The answer as it stands; None where the bot handed over without a word."""
    conversation: Conversation
    following: Work | None
    """The next message to answer, leased to the same worker."""


def lease(change: Change, rules: Rules, worker: str) -> Work | None:
    """Lease the oldest unanswered message to a worker; None where there is none or another has it.

    One lease a conversation: answers come in order, each with the memory of the one before.
    """
    row = change.row
    if row.state != "bot" or not row.pending:
        return None
    is_new = row.lease_holder is None or row.lease_until is None
    if not is_new and row.lease_holder != worker:
        # Later than any lease can end: the clock has jumped back since it was given.
        latest = change.now + timedelta(seconds=rules.lease_s)
        assert row.lease_until is not None
        if change.now < row.lease_until <= latest:
            return None
        change.set(fence=row.fence + 1)
        why = "the worker that computed the answer let its lease run out"
        change.record("worker_lost", who="system", why=why, from_state=row.state)
    until = change.now + timedelta(seconds=rules.lease_s)
    change.set(lease_holder=worker, lease_until=until)
    asked = change.oldest_pending()
    if asked is None:
        raise AssertionError(f"{row.id} counts {row.pending} unanswered messages and has none")
    return Work(row.id, change.row.fence, asked.seq, _turn(change, rules, asked), worker)


def answer(
    change: Change, rules: Rules, reply: Reply, *, in_reply_to: int, fence: int
) -> Message | None:
    """Say the bot's answer to a message, and hand over where the reply says so.

    Raises:
        InputError: there is no such message of the customer, or the answer says nothing.
        Refused: the fence has moved, the message is answered, or an earlier one is not.
    """
    asked = change.message(in_reply_to)
    if asked is None or asked.author != "customer":
        raise InputError(
            f"The customer said nothing under number {in_reply_to} of {change.row.id}."
        )
    if change.answer_to(in_reply_to) is not None:
        raise Refused("answered", f"Message {in_reply_to} has its answer; a second one is dropped.")
    check_fence(change, fence)
    if change.row.state != "bot":
        raise Refused("state", "The bot does not have this conversation; its answer is dropped.")
    _check_turn(change, asked)
    is_hand_over = reply.action == "hand_over"
    if not reply.text.strip() and not is_hand_over:
        raise InputError("An answer must say something; found an empty text.")
    said = change.add(_message(change, reply, in_reply_to, fence)) if reply.text.strip() else None
    _remember(change, reply)
    if is_hand_over:
        move(change, rules, "ask_for_person", who="bot", why=reply.reason.why)
    else:
        change.mark_answered([in_reply_to])
    return said


def check_fence(change: Change, fence: int) -> None:
    """Refuse a send that was made before the last change of owner or state.

    Raises:
        Refused: the fence has moved since.
    """
    row = change.row
    if fence != row.fence:
        now = f"{row.owner} has it" if row.owner else f"it is in state '{row.state}'"
        raise Refused(
            "fence",
            f"The conversation has changed since (token {fence}, now {row.fence}): {now}. "
            "Read it anew before you send.",
            owner=row.owner,
        )


def _check_turn(change: Change, asked: Message) -> None:
    """Refuse an answer to what needs none any more, or before its turn."""
    if not asked.is_pending:
        raise Refused("answered", f"Message {asked.seq} needs no answer any more.")
    if change.row.pending == 1:
        return  # it is the only one
    oldest = change.oldest_pending()
    if oldest is not None and oldest.seq != asked.seq:
        raise Refused(
            "order", f"Message {oldest.seq} has no answer yet; it comes before {asked.seq}."
        )


def _turn(change: Change, rules: Rules, asked: Message) -> Turn:
    """Return what the answer to a message may know."""
    row = change.row
    said = change.history(asked.seq, most=rules.history)
    history = tuple(Said(cast(Author, m.author), m.text, m.at) for m in said)
    return Turn(asked.text, asked.at, history, row.memory, row.channel, row.channel_language)


def _message(change: Change, reply: Reply, in_reply_to: int, fence: int) -> Message:
    """Return the bot's message of a reply."""
    row = change.row
    kept: dict[str, Any] = {
        "action": reply.action,
        "language": reply.language,
        "reason": _plain(asdict(reply.reason)),
        "choices": list(reply.choices),
    }
    start = Message(row.id, 0, "bot", "", None, reply.text, change.at, fence, in_reply_to)
    values: dict[str, Any] = vars(start) | {"reply": kept, "tier": reply.reason.tier}
    values |= {"cost": reply.cost, "seconds": reply.seconds}
    return Message(**values)


def _remember(change: Change, reply: Reply) -> None:
    """Keep what the next turn needs, and end the lease."""
    intents = reply.reason.intents
    change.set(
        memory=dict(reply.memory),
        language=reply.language or change.row.language,
        intent=intents[0].intent if intents else change.row.intent,
        lease_holder=None,
        lease_until=None,
    )


def _plain(value: Any) -> Any:
    """Return a value as it comes back from JSON: lists instead of tuples."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
