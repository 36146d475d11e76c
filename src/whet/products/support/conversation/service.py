"""Who may do what to a conversation, and what does he get back? What channels and console call.

Each method is one transaction. A message sent twice under one client id is one message: the second
send returns the first result, also when the conversation has changed in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from whet.core.errors import InputError
from whet.products.support.conversation import admission, bot, timeouts
from whet.products.support.conversation.bot import Answered, Work, check_fence
from whet.products.support.conversation.moves import is_online, move
from whet.products.support.conversation.refusals import Refused
from whet.products.support.conversation.rules import Rules
from whet.products.support.conversation.states import Event
from whet.products.support.conversation.timeouts import Done
from whet.products.support.turns import Reply
from whet.store.conversation_change import Change
from whet.store.conversation_rows import Agent, Conversation, Entry, Message, check_id
from whet.store.store import Store

_RESERVED = ("bot", "customer", "person", "system")


@dataclass(frozen=True)
class Receipt:
    """What became of a customer's message."""

    message: Message
    conversation: Conversation
    is_new: bool
    """False where this client id had sent it before."""
    work: Work | None
    """The answer that the worker of the call is to compute; None where nobody is to."""


class Conversations:
    """The conversations of a desk: one owner at a time, nothing lost, nothing twice.

    Any number of threads and processes may use one store. The time is the store's clock.
    """

    def __init__(self, store: Store, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self.lists = store.conversation_lists
        """Inbox, counts a day, deletion of a customer's texts."""
        self._box = store.conversations

    def start(
        self,
        channel: str,
        *,
        channel_id: str | None = None,
        customer: str | None = None,
        language: str | None = None,
        likely: str = "en",
    ) -> Conversation:
        """Return the conversation of a channel's id, made and given to the bot where it is new.

        `language` is what the channel says that the customer reads; without it, every message says
        it anew, and `likely` is what the desk speaks until there is one.
        """
        return self._box.start(
            channel,
            channel_id=channel_id,
            customer=customer,
            language=language,
            queue=self.rules.queue_for(None, language or likely),
            likely=likely,
        )

    def get(self, conversation: str) -> Conversation:
        """Return a conversation as it stands."""
        return self._box.get(conversation)

    def find(self, channel: str, channel_id: str) -> Conversation | None:
        """Return the conversation of a channel's id; None where there is none."""
        return self._box.find(channel, channel_id)

    def last_entries(self, conversations: Sequence[str]) -> dict[str, int]:
        """Return the number of the last entry of each: what a channel compares to see news."""
        return self._box.last_entries(conversations)

    def events(
        self, conversation: str, *, after: int = 0, limit: int = 200, private: bool = False
    ) -> list[Entry]:
        """Return messages and changes after a number, in order; `private` for people of the desk.

        A client that polls passes the number of the last entry that it has.
        """
        return self._box.entries(conversation, after=after, limit=limit, private=private)

    def answer_to(self, conversation: str, seq: int) -> Message | None:
        """Return the bot's answer to a message, for a channel that waits for it."""
        return self._box.answer_to(conversation, seq)

    # --- the customer

    def customer_says(
        self, conversation: str, *, client_id: str, text: str, worker: str | None = None
    ) -> Receipt:
        """Keep a customer's message; open the conversation again where it was closed.

        With `worker`, the answer is leased to it in the same transaction where the bot owes one.

        Raises:
            InputError: there is no such conversation, or the text is empty or too long.
            Refused: too many messages in a minute (`rate`), or it was deleted (`forgotten`).
        """
        check_id("client id of a message", client_id)
        with self._box.change(conversation) as change:
            first = change.sent_before("customer", "", client_id)
            if first is None:
                admission.admit(change, self.rules, text)
                admission.reopen(change, self.rules)
                message = change.add(_said(change, "customer", "", client_id, text))
            work = bot.lease(change, self.rules, worker) if worker else None
        return Receipt(first or message, change.row, first is None, work)

    def ask_for_person(
        self, conversation: str, *, who: str = "customer", why: str = "", fence: int | None = None
    ) -> Conversation:
        """Put a conversation into a queue and say so; nothing happens where it is in one already.

        Raises:
            Refused: `fence` is given and has moved since.
        """
        with self._box.change(conversation) as change:
            admission.check_not_forgotten(change)
            if fence is not None:
                check_fence(change, fence)
            move(change, self.rules, "ask_for_person", who=who, why=why)
        return change.row

    def ask_for_bot(self, conversation: str) -> Conversation:
        """Let a customer who waits go back to the bot.

        Raises:
            Refused: a person is talking.
        """
        with self._box.change(conversation) as change:
            admission.check_not_forgotten(change)
            move(change, self.rules, "ask_for_bot", who="customer")
        return change.row

    def rate(self, conversation: str, value: int, *, message: int = 0, comment: str = "") -> None:
        """Keep an opinion: -1 or 1 about a message, 1 to 5 about the conversation (0).

        Raises:
            InputError: the value is none of these, or no bot or person said that message.
        """
        if value not in ((-1, 1) if message else (1, 2, 3, 4, 5)):
            valid = "-1 or 1 for a message" if message else "1 to 5 for a conversation"
            raise InputError(f"A rating must be {valid}; found {value}.")
        with self._box.change(conversation) as change:
            admission.check_not_forgotten(change)
            rated = change.message(message) if message else None
            if message and (rated is None or rated.author not in ("bot", "person")):
                raise InputError(f"Conversation {conversation} has no answer {message} to rate.")
            change.rate(message=message, value=value, comment=comment[: self.rules.longest_text])

    # --- the bot

    def lease(self, conversation: str, worker: str) -> Work | None:
        """Lease the oldest unanswered message; None where nothing is owed or another has it."""
        with self._box.change(conversation) as change:
            return bot.lease(change, self.rules, worker)

    def bot_says(
        self,
        conversation: str,
        *,
        fence: int,
        in_reply_to: int,
        reply: Reply,
        worker: str | None = None,
    ) -> Answered:
        """Say the bot's answer to a message; with `worker`, lease it the next one.

        Raises:
            InputError: the customer sent no such message, or the answer is empty.
            Refused: the fence has moved, the message is answered, or an earlier one is not.
        """
        with self._box.change(conversation) as change:
            said = bot.answer(change, self.rules, reply, in_reply_to=in_reply_to, fence=fence)
            following = bot.lease(change, self.rules, worker) if worker else None
        return Answered(said, change.row, following)

    def unanswered(self, *, limit: int = 100) -> list[Conversation]:
        """Return conversations in which the bot owes an answer that no worker computes."""
        return self._box.unanswered(lease_s=self.rules.lease_s, limit=limit)

    # --- people

    def present(self, agent: str, *, queues: Sequence[str] = (), capacity: int = 5) -> None:
        """Keep a sign of life of an agent who may be offered conversations."""
        now = self._box.now()
        self._box.see_agent(Agent(_agent(agent), now, False, list(queues), capacity))

    def away(self, agent: str) -> None:
        """Offer an agent nothing more, until the next sign of life."""
        self._box.see_agent(Agent(_agent(agent), self._box.now(), True, [], 0))

    def online(self) -> list[Agent]:
        """Return the agents who are at the desk."""
        now = self._box.now()
        return [agent for agent in self._box.agents() if is_online(agent, now, self.rules)]

    def take(self, conversation: str, *, agent: str) -> Conversation:
        """Give a conversation of the queue or the bot to an agent; return it with its fence.

        Raises:
            Refused: another agent has it (`taken`, with the owner), or it is closed (`state`).
        """
        _agent(agent)
        with self._box.change(conversation) as change:
            owner = change.row.owner
            if owner is not None and owner != agent:
                since = f"{change.row.state_since:%Y-%m-%d %H:%M:%S} UTC"
                raise Refused(
                    "taken", f"{owner} has had this conversation since {since}.", owner=owner
                )
            move(change, self.rules, "take", who=agent, owner=agent)
        return change.row

    def person_says(
        self,
        conversation: str,
        *,
        agent: str,
        fence: int,
        client_id: str,
        text: str,
        seen: int | None = None,
    ) -> Message:
        """Send an agent's message; it answers what the customer wrote up to entry `seen`, or all.

        Raises:
            InputError: the text is empty or too long.
            Refused: the agent does not have the conversation any more.
        """
        check_id("client id of a message", client_id)
        with self._box.change(conversation) as change:
            first = change.sent_before("person", _agent(agent), client_id)
            if first is not None:
                return first
            admission.check_text(text, self.rules)
            _check_owner(change, agent, fence)
            answered = [m.seq for m in change.pending() if seen is None or m.seq <= seen]
            change.mark_answered(answered)
            said = _said(change, "person", agent, client_id, text)
            return change.add(replace(said, fence=fence))

    def note(self, conversation: str, *, agent: str, client_id: str, text: str) -> Message:
        """Keep an agent's private note; the customer never sees it, and the state stays."""
        check_id("client id of a note", client_id)
        with self._box.change(conversation) as change:
            first = change.sent_before("person", _agent(agent), client_id)
            if first is not None:
                return first
            admission.check_not_forgotten(change)
            admission.check_text(text, self.rules)
            return change.add(_said(change, "person", agent, client_id, text, is_private=True))

    def give_back(
        self, conversation: str, *, agent: str, fence: int, to: Literal["bot", "queue"] = "bot"
    ) -> Conversation:
        """Give a conversation back to the bot, which answers what nobody has, or to a queue.

        Raises:
            Refused: the agent does not have it any more.
        """
        event: Event = "give_to_bot" if to == "bot" else "give_to_queue"
        with self._box.change(conversation) as change:
            _check_owner(change, _agent(agent), fence)
            move(change, self.rules, event, who=agent)
        return change.row

    def resolve(
        self, conversation: str, *, who: str, fence: int | None = None, seen: int | None = None
    ) -> Conversation:
        """Close a conversation; nothing happens where it is closed already.

        `who` is `customer` or an agent. An agent's `fence` is needed where a person has it, and
        `seen`, the last entry that he has read, keeps a message that came since from being closed.

        Raises:
            Refused: another agent has it, or the customer has written since `seen`.
        """
        if who != "customer":
            _agent(who)
        with self._box.change(conversation) as change:
            state = change.row.state
            if who != "customer" and state == "person":
                _check_owner(change, who, -1 if fence is None else fence)
            if seen is not None and any(m.seq > seen for m in change.pending()):
                raise Refused("seen", "The customer has written since. Read it before you close.")
            move(change, self.rules, "resolve", who=who)
        return change.row

    def reopen(self, conversation: str, *, agent: str) -> Conversation:
        """Give a closed conversation to an agent.

        Raises:
            Refused: it is not closed, or its texts were deleted.
        """
        with self._box.change(conversation) as change:
            admission.check_not_forgotten(change)
            move(change, self.rules, "reopen", who=_agent(agent), owner=agent)
        return change.row

    # --- a channel that is told

    def note_delivered(self, conversation: str, seq: int) -> None:
        """Keep that the channel shows an entry: an event `delivered` with its number."""
        with self._box.change(conversation) as change:
            change.record("delivered", who="system", why=str(seq), from_state=change.row.state)

    # --- time

    def tick(self, *, limit: int = 500) -> list[Done]:
        """Do what is due by the clock; call it every few seconds, from any process."""
        return timeouts.tick(self._box, self.rules, limit=limit)


def _said(
    change: Change, author: str, agent: str, client_id: str, text: str, *, is_private: bool = False
) -> Message:
    """Return a message of a customer or a person, to be added."""
    row = change.row
    return Message(
        row.id,
        0,
        author,
        agent,
        client_id,
        text,
        change.at,
        row.fence,
        is_private=is_private,
        is_pending=author == "customer",
    )


def _check_owner(change: Change, agent: str, fence: int) -> None:
    """Refuse an agent who does not have the conversation, or had it before.

    Raises:
        Refused: another agent has it, nobody has, or the fence has moved.
    """
    row = change.row
    if row.owner is not None and row.owner != agent:
        raise Refused("taken", f"{row.owner} has this conversation.", owner=row.owner)
    check_fence(change, fence)
    if row.owner != agent:
        raise Refused("state", f"{agent} does not have this conversation; take it first.")


def _agent(name: str) -> str:
    """Return the name of an agent.

    Raises:
        InputError: it is empty, too long, or means somebody else.
    """
    if name in _RESERVED:
        raise InputError(f"An agent cannot be called {name!r}: that is an author of its own.")
    return check_id("name of the agent", name)
