"""Whose turn is it to speak, and what may change that? The table of states, pure.

`bot` owns a conversation at first; `waiting` is a queue for a person; in `person` an agent owns it;
`resolved` is closed until somebody opens it again. Every pair of state and event is in the table:
with the state after it and the reason, or with the reason why it is refused. Nothing else in the
product changes a state.

>>> step("bot", "ask_for_person").to
'waiting'
"""

from dataclasses import dataclass
from typing import Literal, cast

from whet.products.support.conversation.refusals import Refused

State = Literal["bot", "waiting", "person", "resolved"]
STATES: tuple[State, ...] = ("bot", "waiting", "person", "resolved")

Event = Literal[
    "customer_writes",
    "customer_returns",
    "ask_for_person",
    "ask_for_bot",
    "take",
    "give_to_bot",
    "give_to_queue",
    "resolve",
    "reopen",
    "bot_silent",
    "agent_silent",
    "idle",
]


@dataclass(frozen=True)
class Step:
    """Where an event leads from one state."""

    to: State | None
    """The state after it; None where the event is refused."""
    why: str
    """The reason, in a few words."""


_IS_CLOSED = Step(None, "the conversation is closed; reopen it first")
_NOT_YOURS = Step(None, "no person has the conversation; take it first")

TABLE: dict[tuple[State, Event], Step] = {
    # The customer writes. `customer_returns` is a message soon after a person closed.
    ("bot", "customer_writes"): Step("bot", "the bot answers"),
    ("waiting", "customer_writes"): Step("waiting", "a person will read it"),
    ("person", "customer_writes"): Step("person", "the person answers"),
    ("resolved", "customer_writes"): Step("bot", "the customer wrote after it was closed"),
    ("bot", "customer_returns"): Step(None, "the conversation is not closed"),
    ("waiting", "customer_returns"): Step(None, "the conversation is not closed"),
    ("person", "customer_returns"): Step(None, "the conversation is not closed"),
    ("resolved", "customer_returns"): Step("person", "the customer wrote soon after a person left"),
    # Somebody asks for a person: the customer, the bot's reply, or an agent for the customer.
    ("bot", "ask_for_person"): Step("waiting", "a person was asked for"),
    ("waiting", "ask_for_person"): Step("waiting", "already in a queue"),
    ("person", "ask_for_person"): Step("person", "a person has it already"),
    ("resolved", "ask_for_person"): Step("waiting", "a person was asked for after it was closed"),
    # The customer would rather have the bot than wait.
    ("bot", "ask_for_bot"): Step("bot", "the bot has it already"),
    ("waiting", "ask_for_bot"): Step("bot", "the customer went back to the bot"),
    ("person", "ask_for_bot"): Step(None, "a person is talking; only that person gives it back"),
    ("resolved", "ask_for_bot"): Step("bot", "the customer opened it again"),
    # An agent takes it; a second agent is told who was first.
    ("bot", "take"): Step("person", "an agent took it from the bot"),
    ("waiting", "take"): Step("person", "an agent took it from the queue"),
    ("person", "take"): Step("person", "its owner has it already"),
    ("resolved", "take"): _IS_CLOSED,
    # The owner gives it back.
    ("bot", "give_to_bot"): _NOT_YOURS,
    ("waiting", "give_to_bot"): _NOT_YOURS,
    ("person", "give_to_bot"): Step("bot", "the agent gave it back to the bot"),
    ("resolved", "give_to_bot"): _IS_CLOSED,
    ("bot", "give_to_queue"): _NOT_YOURS,
    ("waiting", "give_to_queue"): _NOT_YOURS,
    ("person", "give_to_queue"): Step("waiting", "the agent gave it back to the queue"),
    ("resolved", "give_to_queue"): _IS_CLOSED,
    # It is over.
    ("bot", "resolve"): Step("resolved", "closed"),
    ("waiting", "resolve"): Step("resolved", "closed"),
    ("person", "resolve"): Step("resolved", "closed"),
    ("resolved", "resolve"): Step("resolved", "closed already"),
    ("bot", "reopen"): Step(None, "the conversation is not closed"),
    ("waiting", "reopen"): Step(None, "the conversation is not closed"),
    ("person", "reopen"): Step(None, "the conversation is not closed"),
    ("resolved", "reopen"): Step("person", "an agent opened it again"),
    # Time passes.
    ("bot", "bot_silent"): Step("waiting", "the bot did not answer in time"),
    ("waiting", "bot_silent"): Step(None, "the bot does not have it"),
    ("person", "bot_silent"): Step(None, "the bot does not have it"),
    ("resolved", "bot_silent"): Step(None, "the bot does not have it"),
    ("bot", "agent_silent"): _NOT_YOURS,
    ("waiting", "agent_silent"): _NOT_YOURS,
    ("person", "agent_silent"): Step("waiting", "the agent did not answer in time"),
    ("resolved", "agent_silent"): _IS_CLOSED,
    ("bot", "idle"): Step("resolved", "the customer said nothing more"),
    ("waiting", "idle"): Step(None, "who waits for a person is never closed by a clock"),
    ("person", "idle"): Step("resolved", "the customer said nothing more"),
    ("resolved", "idle"): Step("resolved", "closed already"),
}


def step(state: str, event: Event) -> Step:
    """Return where `event` leads from `state`.

    Raises:
        Refused: the event cannot happen in this state (`kind` is `state`).
    """
    found = TABLE[cast(State, state), event]
    if found.to is None:
        raise Refused("state", f"This cannot be done in state '{state}': {found.why}.")
    return found
