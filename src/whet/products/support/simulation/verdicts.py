"""What came of every message? Lost, doubled, answered, wrong: read from the store, after the day.

A reply is told by what it says: a template by its longest run of words between slots, an article by
what the reply cites. So the verdict needs nothing from the channel, and a desk cannot mark its own
work.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from whet.core.text import normalise
from whet.products.support.desk.templates import SLOT, Template
from whet.products.support.simulation.customers import Expects
from whet.store.conversation_rows import Entry

_SHORTEST = 8
"""Characters of a template that must be told from others."""


@dataclass(frozen=True)
class Sent:
    """A message that a customer sent."""

    sender: str
    client_id: str
    expects: Expects
    was_taken: bool = True
    """Whether the desk said that it took it."""


@dataclass(frozen=True)
class Verdict:
    """What came of messages, counted."""

    messages: int = 0
    refused: int = 0
    """Neither taken nor kept: the customer was told, and may send it again."""
    lost: int = 0
    """Taken and not kept, or kept and neither answered nor with people at the end."""
    doubled: int = 0
    """Kept twice, or answered twice by the bot."""
    talked_over: int = 0
    """Sayings of the bot while a person had the conversation."""
    by_bot: int = 0
    """Messages that the bot replied to."""
    judged: int = 0
    """Messages of which the file says what a right answer is."""
    answered: int = 0
    """Of these, answered without a person: by a template or an article."""
    wrong: int = 0
    """Of the answered, those about something else."""
    handed_over: int = 0
    """Of the judged, those at which the bot asked for a person."""
    asked_back: int = 0
    """Of the judged, those at which the bot asked a question."""

    def plus(self, other: "Verdict") -> "Verdict":
        """Return the sum of two counts."""
        names = self.__dataclass_fields__
        return Verdict(**{name: getattr(self, name) + getattr(other, name) for name in names})


class Fingerprints:
    """Tells which templates a text holds."""

    def __init__(self, templates: Mapping[str, Template]) -> None:
        self._runs: dict[str, list[str]] = {}
        for intent, template in templates.items():
            texts = [SLOT.split(text)[::2] for text in template.by_language().values()]
            runs = [max((normalise(part).strip() for part in parts), key=len) for parts in texts]
            self._runs[intent] = [run for run in runs if len(run) >= _SHORTEST]

    def found(self, text: str) -> set[str]:
        """Return the intents whose template a reply says."""
        plain = normalise(text)
        return {i for i, runs in self._runs.items() if any(run in plain for run in runs)}


def verdict_of(
    sent: Sequence[Sent], entries: Sequence[Entry], state: str, prints: Fingerprints
) -> Verdict:
    """Return what came of the messages of one conversation.

    Args:
        sent: each message once, also where it was sent again.
        entries: everything in the conversation, private entries too.
        state: in which it is now.
        prints: of the desk's templates.
    """
    kept = Counter(e.client_id for e in entries if e.kind == "message" and e.who == "customer")
    replies: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.kind == "message" and entry.who == "bot" and entry.in_reply_to is not None:
            replies.setdefault(entry.in_reply_to, []).append(entry)
    total = Verdict(talked_over=_talked_over(entries))
    number = {e.client_id: e.seq for e in entries if e.kind == "message" and e.who == "customer"}
    for message in sent:
        seq = number.get(message.client_id)
        own = replies.get(seq, []) if seq is not None else []
        is_refused = seq is None and not message.was_taken
        is_cared_for = seq is not None and (bool(own) or _with_people(entries, seq, state))
        one = Verdict(
            messages=1,
            refused=int(is_refused),
            lost=int(not (is_refused or is_cared_for)),
            doubled=int(kept[message.client_id] > 1 or len(own) > 1),
            by_bot=int(bool(own)),
        )
        if own:
            one = _judged(one, message.expects, own[0], prints)
        elif message.expects.is_judged and seq is not None and _was_handed_over(entries, seq):
            one = replace(one, judged=1, handed_over=1)
        total = total.plus(one)
    return total


def _judged(one: Verdict, expects: Expects, reply: Entry, prints: Fingerprints) -> Verdict:
    """Return the counts of a message with those of its answer."""
    if not expects.is_judged:
        return one
    content = reply.reply or {}
    action = content.get("action", "")
    cited = {source["document"] for source in content.get("reason", {}).get("sources", ())}
    said = prints.found(reply.text)
    is_answer = bool(said or cited) and action != "ask"
    is_right = bool(said & set(expects.intents) or cited & set(expects.articles))
    return replace(
        one,
        judged=1,
        answered=int(is_answer and action != "hand_over"),
        wrong=int(is_answer and action != "hand_over" and not is_right),
        handed_over=int(action == "hand_over"),
        asked_back=int(action == "ask"),
    )


def _was_handed_over(entries: Sequence[Entry], seq: int) -> bool:
    """Return whether the bot handed over at a message without a word of its own."""
    for entry in sorted(entries, key=lambda e: e.seq):
        if entry.seq <= seq:
            continue
        if entry.to_state == "waiting" and entry.who == "bot":
            return True
        if entry.kind == "message" and entry.who == "customer":
            return False
    return False


def _with_people(entries: Sequence[Entry], seq: int, state: str) -> bool:
    """Return whether people had or got the conversation after a message."""
    if state in ("waiting", "person"):
        return True
    later = [entry for entry in entries if entry.seq > seq]
    return any(e.to_state in ("waiting", "person") or e.who == "person" for e in later)


def _talked_over(entries: Sequence[Entry]) -> int:
    """Return how often the bot spoke while a person had the conversation."""
    state, count = "bot", 0
    for entry in sorted(entries, key=lambda e: e.seq):
        if entry.kind != "message":
            state = entry.to_state or state
        elif entry.who == "bot" and state == "person":
            count += 1
    return count
