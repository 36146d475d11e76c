"""What happens beside a change of state? All of it in the same transaction, whoever caused it.

A change of state or owner moves the fence on, ends the worker's lease, and says to the customer
what he must know: entering a queue is never silent, and never said twice, because the sentence is
written with the change that it tells of.
"""

from datetime import datetime
from typing import Any

from whet.products.support.conversation.rules import Rules
from whet.products.support.conversation.sentences import Key, sentence, when
from whet.products.support.conversation.states import Event, step
from whet.store.conversation_change import Change
from whet.store.conversation_rows import Agent, Conversation, Message


def move(
    change: Change, rules: Rules, event: Event, *, who: str, owner: str | None = None, why: str = ""
) -> bool:
    """Apply an event and return whether state or owner changed.

    Raises:
        Refused: the event cannot happen in this state.
    """
    before = change.row
    found = step(before.state, event)
    to = str(found.to)
    new_owner = (owner or before.owner) if to == "person" else None
    if (to, new_owner) == (before.state, before.owner):
        return False
    change.set(**_values(change, to, new_owner))
    if to == "waiting":
        change.set(queue=rules.queue_for(before.intent, before.language))
        offer(change, rules, skip=frozenset({before.owner or ""}))
    change.record(event, who=who, why=why or found.why, from_state=before.state)
    if to == "bot" and before.state != "resolved":
        _forget_what_was_handed_over(change)
    if to == "resolved":
        change.mark_answered([message.seq for message in change.pending()])
    _announce(change, rules, event, before)
    return True


def say(change: Change, rules: Rules, key: Key, **values: object) -> Message:
    """Let the desk itself say a sentence to the customer."""
    row = change.row
    text = sentence(key, row.language, rules.sentences, **values)
    return change.add(Message(row.id, 0, "system", "", None, text, change.at, row.fence))


def offer(change: Change, rules: Rules, *, skip: frozenset[str] = frozenset()) -> bool:
    """Offer a waiting conversation to an online agent; return whether there is one.

    The agent who had it last comes first, then who has the fewest. `skip` names who had a chance.
    """
    row = change.row
    able = [
        (agent.name != row.last_person, load, agent.name)
        for agent, load in change.agents()
        if agent.name not in skip
        and is_online(agent, change.now, rules)
        and load < agent.capacity
        and (not agent.queues or row.queue in agent.queues)
    ]
    if able:
        change.set(assigned=min(able)[2], assigned_at=change.at)
    return bool(able)


def is_online(agent: Agent, now: datetime, rules: Rules) -> bool:
    """Return whether an agent is at the desk: not away, and alive a moment ago."""
    return not agent.is_away and (now - agent.seen).total_seconds() <= rules.presence_s


def _values(change: Change, to: str, owner: str | None) -> dict[str, Any]:
    """Return the columns of a conversation that enters a state."""
    before, at = change.row, change.at
    values: dict[str, Any] = {
        "state": to,
        "owner": owner,
        "fence": before.fence + 1,
        "state_since": at,
        "waiting_since": at if to == "waiting" else None,
        "resolved_at": at if to == "resolved" else None,
    }
    cleared = ("escalated", "assigned", "assigned_at", "lease_holder", "lease_until")
    values |= dict.fromkeys(cleared)
    if before.owner or to == "resolved":
        values["last_person"] = before.owner
    if before.state == "resolved":
        # What was said before is no context for the bot: a solved problem would come up again.
        values |= {"reopened": before.reopened + 1, "context_from": before.last_seq + 1}
    if to in ("resolved", "bot"):
        # A count of failures that led to a person would lead there again at once.
        values["memory"] = {}
    return values


def _forget_what_was_handed_over(change: Change) -> None:
    """Ask nothing of the bot that it has answered by handing over."""
    answered = [message.seq for message in change.pending() if change.answer_to(message.seq)]
    change.mark_answered(answered)


def _announce(change: Change, rules: Rules, event: Event, before: Conversation) -> None:
    """Say to the customer what a change of state means."""
    row = change.row
    if row.state == "waiting":
        _say_who_answers(change, rules, event)
    elif row.state == "bot" and before.state != "resolved":
        say(change, rules, "back_to_bot")
    elif event == "idle" and row.last_message:
        say(change, rules, "closed_idle")


def _say_who_answers(change: Change, rules: Rules, event: Event) -> None:
    """Say that a person will answer, and from when."""
    hours = rules.hours
    if hours.is_open(change.now):
        back = event in ("agent_silent", "give_to_queue")
        say(change, rules, "back_in_queue" if back else "handed_over")
        return
    opening = hours.next_opening(change.now)
    if opening is None:
        say(change, rules, "handed_over_closed")
    else:
        say(change, rules, "handed_over_away", when=when(opening, hours, change.row.language))
