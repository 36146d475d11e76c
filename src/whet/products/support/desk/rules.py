"""Which rules do the conversations of a desk follow? Those of desk.yaml, as the machine has them.

The desk's own words and hours become rules of the conversations, which alone say that a person
takes over and from when: the answer that leads there says nothing of it.
"""

from collections.abc import Mapping

from whet.products.support.conversation.hours import Hours
from whet.products.support.conversation.rules import Queue, Rules
from whet.products.support.desk import times
from whet.products.support.desk.schema import Desk

_LEASE_S = 10.0


def rules_of(desk: Desk) -> Rules:
    """Return the rules of a desk's conversations."""
    return Rules(
        hours=hours_of(desk.hours),
        queues=tuple(_queue(queue) for queue in desk.queues),
        waiting_s=60 * desk.timeouts.waiting_minutes,
        agent_silent_s=60 * desk.timeouts.idle_minutes,
        idle_s=3600 * desk.timeouts.close_hours,
        lease_s=lease_s_of(desk),
        sentences=_sentences(desk),
    )


def hours_of(hours: times.Hours) -> Hours:
    """Return when people answer."""
    spans = (map(times.span_of, getattr(hours, day)) for day in times.WEEK)
    week = tuple(tuple(span for span in day if span) for day in spans)
    return Hours(hours.zone, week if any(week) else (), frozenset(hours.holidays))


def lease_s_of(desk: Desk) -> float:
    """Return the seconds that an answer may take: whoever dies holds it up for no longer."""
    lookups = sum(lookup.timeout_s for lookup in desk.lookups.values())
    endpoint = desk.endpoint.timeout_s if desk.endpoint else 0.0
    return _LEASE_S + lookups + endpoint


def _queue(queue: times.Queue) -> Queue:
    """Return a queue."""
    return Queue(queue.name, tuple(queue.intents), tuple(queue.languages))


def _sentences(desk: Desk) -> Mapping[str, Mapping[str, str]]:
    """Return what the desk says in words of its own; `away` only where the file holds it."""
    if "away" not in desk.model_fields_set:
        return {}
    away = desk.away.by_language()
    return {"handed_over_away": away, "handed_over_closed": away}
