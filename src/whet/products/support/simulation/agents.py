"""Who takes over? A few people, each with a few conversations at a time."""

import random
from dataclasses import dataclass, field

from whet.products.support.conversation.refusals import Refused
from whet.products.support.conversation.service import Conversations
from whet.store.conversation_lists import Wanted

_CAPACITY = 4
_ANSWERS = {
    "en": "Hello, {name} here. I have read everything and am looking into it.",
    "zh": "您好，我是{name}，前面的内容我都看过了，正在为您处理。",
}


@dataclass
class _Held:
    """A conversation that an agent has."""

    agent: str
    fence: int
    speaks_at: float
    """Seconds on the day's clock."""
    closes_at: float
    has_spoken: bool = False


@dataclass
class Agents:
    """The people of the desk; one thread calls `work`."""

    conversations: Conversations
    names: tuple[str, ...]
    drawn: random.Random
    answers: dict[str, list[str]] = field(default_factory=dict)
    """What people said in the file, by the conversation's channel id."""
    taken: int = 0
    """Conversations that were taken."""
    held: dict[str, _Held] = field(default_factory=dict)
    is_at_work: bool = False
    """Whether they have begun."""

    def work(self, elapsed_s: float) -> None:
        """Take what waits, answer, and close what is done, as far as the time has come."""
        for name in self.names:
            self.conversations.present(name, capacity=_CAPACITY)
        if not self.is_at_work:
            self._go_on_with_owned(elapsed_s)
            self.is_at_work = True
        waiting = self.conversations.lists.page(Wanted(states=["waiting"]), oldest_first=True)
        for line in waiting.lines:
            self._take(line.conversation.id, elapsed_s)
        for ident, held in list(self.held.items()):
            self._go_on(ident, held, elapsed_s)

    def _go_on_with_owned(self, elapsed_s: float) -> None:
        """Hold what they had when an earlier part of the day was cut off."""
        for name in self.names:
            owned = self.conversations.lists.page(Wanted(states=["person"], owner=name))
            for row in (line.conversation for line in owned.lines):
                closes_at = elapsed_s + self.drawn.uniform(60, 400)
                self.held[row.id] = _Held(name, row.fence, elapsed_s, closes_at)

    def _take(self, conversation: str, elapsed_s: float) -> None:
        """Take a conversation where somebody has room."""
        counts = {name: 0 for name in self.names}
        for held in self.held.values():
            counts[held.agent] += 1
        agent = min(counts, key=lambda name: counts[name])
        if counts[agent] >= _CAPACITY:
            return
        try:
            row = self.conversations.take(conversation, agent=agent)
        except Refused:
            return
        speaks = elapsed_s + self.drawn.uniform(20, 150)
        closes = speaks + self.drawn.uniform(60, 400)
        self.held[conversation] = _Held(agent, row.fence, speaks, closes)
        self.taken += 1

    def _go_on(self, conversation: str, held: _Held, elapsed_s: float) -> None:
        """Say or close what is due; a conversation that went elsewhere is let go."""
        try:
            if not held.has_spoken and elapsed_s >= held.speaks_at:
                self._speak(conversation, held)
            elif held.has_spoken and elapsed_s >= held.closes_at:
                self._close(conversation, held, elapsed_s)
        except Refused as refusal:
            if refusal.kind != "seen":
                del self.held[conversation]

    def _speak(self, conversation: str, held: _Held) -> None:
        """Say what the person of the file said, or something fitting."""
        row = self.conversations.get(conversation)
        known = self.answers.get(row.channel_id)
        usual = _ANSWERS.get(row.language, _ANSWERS["en"]).format(name=held.agent.capitalize())
        text = known.pop(0) if known else usual
        self.conversations.person_says(
            conversation,
            agent=held.agent,
            fence=held.fence,
            client_id=f"{held.agent}-{row.last_seq}",
            text=text,
        )
        held.has_spoken = True

    def _close(self, conversation: str, held: _Held, elapsed_s: float) -> None:
        """Answer what came since, else close."""
        row = self.conversations.get(conversation)
        if row.pending:
            held.has_spoken, held.speaks_at = False, elapsed_s
            held.closes_at = elapsed_s + self.drawn.uniform(60, 200)
            return
        self.conversations.resolve(
            conversation, who=held.agent, fence=held.fence, seen=row.last_seq
        )
        del self.held[conversation]
