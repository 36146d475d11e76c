"""Tests for the table of states: whole, as documented, refusing with reasons."""

from pathlib import Path
from typing import get_args

import pytest
from tests.support_desk import ALLOWED

from whet.products.support.conversation.refusals import Refused
from whet.products.support.conversation.states import STATES, TABLE, Event, State, step

EVENTS: tuple[Event, ...] = get_args(Event)
DOCS = Path(__file__).parents[4] / "docs" / "support" / "handover.md"


def test_every_pair_of_state_and_event_is_in_the_table() -> None:
    assert set(TABLE) == {(state, event) for state in STATES for event in EVENTS}
    assert all(found.why for found in TABLE.values())


def test_the_table_moves_as_the_table_written_by_hand_says() -> None:
    moves = {
        (event, state): found.to
        for (state, event), found in TABLE.items()
        if found.to is not None and found.to != state
    }
    by_hand = {
        (event, start): next(iter(ends))
        for event, starts in ALLOWED.items()
        for start, ends in starts.items()
        if start is not None and ends != {start}
    }
    assert moves == by_hand


def test_nothing_but_a_customer_or_an_agent_opens_what_is_closed() -> None:
    opening = {event for event in EVENTS if TABLE["resolved", event].to not in (None, "resolved")}
    assert opening == {
        "customer_writes", "customer_returns", "ask_for_person", "ask_for_bot", "reopen"
    }  # fmt: skip


def test_no_clock_closes_what_waits() -> None:
    assert TABLE["waiting", "idle"].to is None


def test_a_refusal_says_why() -> None:
    with pytest.raises(Refused) as error:
        step("waiting", "give_to_bot")
    assert error.value.kind == "state"
    assert str(error.value) == (
        "This cannot be done in state 'waiting': no person has the conversation; take it first."
    )


def table_as_markdown() -> str:
    """Return the table of the documentation."""
    rows = ["| event | " + " | ".join(f"`{state}`" for state in STATES) + " |"]
    rows.append("|---" * (1 + len(STATES)) + "|")
    for event in EVENTS:
        rows.append(f"| `{event}` | " + " | ".join(_cell(s, event) for s in STATES) + " |")
    return "\n".join(rows)


def _cell(state: State, event: Event) -> str:
    to = TABLE[state, event].to
    return "refused" if to is None else "stays" if to == state else f"→ `{to}`"


def test_the_documentation_prints_this_table() -> None:
    assert table_as_markdown() in DOCS.read_text(encoding="utf-8")
