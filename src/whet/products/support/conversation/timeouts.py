"""Whose time is up? Found by a cheap query, decided again under the lock of each conversation.

Elapsed time is that of the conversation, which never goes back (`Change.at`): where a clock jumps
back, a timeout comes later, never twice and never at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from whet.products.support.conversation.moves import is_online, move, offer, say
from whet.products.support.conversation.rules import Rules
from whet.store.conversation_change import Change
from whet.store.conversations import ConversationBox, Due


@dataclass(frozen=True)
class Done:
    """What a look at the clock did to one conversation."""

    conversation: str
    what: str
    """`takes_longer`, `bot_silent`, `agent_silent`, `idle` or `offer`."""


def tick(box: ConversationBox, rules: Rules, *, limit: int) -> list[Done]:
    """Do what is due, to `limit` conversations at most; any number of processes may call it."""
    agents = {agent.name: agent for agent in box.agents()}
    online = {name for name, agent in agents.items() if is_online(agent, box.now(), rules)}
    gone = set(agents) - online
    done: list[Done] = []
    for ident in dict.fromkeys(
        [*box.due(_due(box, rules), limit=limit), *box.owned_by(sorted(gone))]
    ):
        with box.change(ident) as change:
            what = _overdue(change, rules, gone)
        if what:
            done.append(Done(ident, what))
    return done + _offers(box, rules, online, limit=limit)


def _due(box: ConversationBox, rules: Rules) -> Due:
    """Return the times before which something may be due."""
    now = box.now()
    silent_s = min(rules.agent_silent_s, rules.bot_silent_s)
    wait = timedelta(seconds=rules.waiting_s)
    # Outside the hours, and shortly after they begin, nobody has waited too long.
    began = rules.hours.open_since(now)
    return Due(
        waiting=now - wait if began is not None and began <= now - wait else None,
        pending=now - timedelta(seconds=silent_s),
        idle=now - timedelta(seconds=rules.idle_s),
    )


def _overdue(change: Change, rules: Rules, gone: set[str]) -> str:
    """Do what is due to one conversation; return what it was, or nothing."""
    row = change.row
    if row.state == "waiting":
        return _waited(change, rules)
    if row.state == "resolved":
        return ""
    if row.pending_since is None:
        if _elapsed_s(change, row.updated) < rules.idle_s:
            return ""
        move(change, rules, "idle", who="system")
        return "idle"
    silent_s = _elapsed_s(change, max(row.pending_since, row.state_since))
    if row.state == "bot":
        return _silent(change, rules, silent_s >= rules.bot_silent_s, "bot_silent")
    left = row.owner in gone and silent_s >= rules.presence_s
    return _silent(change, rules, left or silent_s >= rules.agent_silent_s, "agent_silent")


def _silent(change: Change, rules: Rules, is_due: bool, event: str) -> str:
    """Put a conversation whose owner is silent into a queue."""
    if not is_due:
        return ""
    move(change, rules, "bot_silent" if event == "bot_silent" else "agent_silent", who="system")
    return event


def _waited(change: Change, rules: Rules) -> str:
    """Tell a customer once that it takes longer; time outside the hours does not count."""
    row = change.row
    began = rules.hours.open_since(change.at)
    if row.escalated or began is None or row.waiting_since is None:
        return ""
    if _elapsed_s(change, max(row.waiting_since, began)) < rules.waiting_s:
        return ""
    change.set(escalated=change.at)
    why = "the customer has waited too long"
    change.record("takes_longer", who="system", why=why, from_state=row.state)
    say(change, rules, "takes_longer")
    return "takes_longer"


def _offers(box: ConversationBox, rules: Rules, online: set[str], *, limit: int) -> list[Done]:
    """Offer waiting conversations to people who are there."""
    done: list[Done] = []
    for waiting in box.waiting(limit=limit, offered=not online):
        with box.change(waiting.id) as change:
            row = change.row
            is_here = row.assigned in online
            since = row.assigned_at or row.updated
            had_time = _elapsed_s(change, since) >= rules.offer_s
            if row.state != "waiting" or (is_here and not had_time):
                continue
            if not is_here:
                change.set(assigned=None, assigned_at=None)
            if offer(change, rules, skip=frozenset({row.assigned or ""})):
                done.append(Done(row.id, "offer"))
    return done


def _elapsed_s(change: Change, since: datetime) -> float:
    """Return the seconds since a moment by the conversation's time; never negative."""
    return max(0.0, (change.at - since).total_seconds())
