"""May a customer's message come in, and whose is the conversation then?"""

import math
from datetime import timedelta

from whet.core.errors import InputError
from whet.products.support.conversation.moves import is_online, move
from whet.products.support.conversation.refusals import Refused
from whet.products.support.conversation.rules import Rules
from whet.products.support.conversation.sentences import sentence
from whet.store.conversation_change import Change

_MINUTE = timedelta(minutes=1)


def admit(change: Change, rules: Rules, text: str) -> None:
    """Refuse a message that is too much, and count it.

    Raises:
        InputError: the text is empty or too long.
        Refused: too many messages in a minute (`rate`), or it was deleted (`forgotten`).
    """
    check_not_forgotten(change)
    check_text(text, rules)
    row, now = change.row, change.now
    # A clock that jumped back begins a new minute: nobody is shut out until it catches up.
    is_same = row.rate_from is not None and row.rate_from <= now < row.rate_from + _MINUTE
    if not is_same:
        change.set(rate_from=now, rate_count=0)
    if change.row.rate_count >= rules.per_minute:
        text = sentence("too_many", row.language, rules.sentences, most=rules.per_minute)
        assert change.row.rate_from is not None  # counted above, so it has begun
        wait = change.row.rate_from + _MINUTE - now
        raise Refused("rate", text, wait_s=math.ceil(wait.total_seconds()))
    change.set(rate_count=change.row.rate_count + 1)


def reopen(change: Change, rules: Rules) -> None:
    """Open a closed conversation for a customer who writes: for the same person, or for the bot."""
    if change.row.state != "resolved":
        return
    owner = _returns_to(change, rules)
    if owner is None:
        move(change, rules, "customer_writes", who="customer")
    else:
        move(change, rules, "customer_returns", who="customer", owner=owner)


def check_text(text: str, rules: Rules) -> None:
    """Refuse a text that is empty or too long.

    Raises:
        InputError: so it is.
    """
    if not text.strip():
        raise InputError("A message must say something; found an empty text.")
    if len(text) > rules.longest_text:
        raise InputError(
            f"A message may have {rules.longest_text:,} characters at most; found {len(text):,}. "
            "Send it in parts."
        )


def check_not_forgotten(change: Change) -> None:
    """Refuse to write into a conversation whose texts were deleted.

    Raises:
        Refused: they were.
    """
    if change.row.forgotten is not None:
        raise Refused(
            "forgotten", "This conversation was deleted as the customer asked. Start a new one."
        )


def _returns_to(change: Change, rules: Rules) -> str | None:
    """Return the agent to whom a customer comes back: who closed it a short time ago, if online."""
    row = change.row
    if row.resolved_at is None or row.last_person is None:
        return None
    if (change.at - row.resolved_at).total_seconds() >= rules.return_s:
        return None
    there = (agent.name for agent, _ in change.agents() if is_online(agent, change.now, rules))
    return row.last_person if row.last_person in there else None
