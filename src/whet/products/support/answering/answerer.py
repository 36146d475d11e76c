"""What does the desk say to a message, and why? One function from a turn to a reply.

    answerer = Answerer(read_desk(Path("desk.yaml")), model=None, knowledge=None)
    reply = answerer.answer(Turn("Where is my order?", at=utc_now()))

The reply depends on the turn alone, but for what lookups and the endpoint say; nothing is kept
between two turns but what the reply asks to be remembered.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from whet.products.support.answering import follow_ups, phrases
from whet.products.support.answering.composed import Composer
from whet.products.support.answering.intents import IntentModel
from whet.products.support.answering.knowledge import Knowledge
from whet.products.support.answering.lookups import Lookups
from whet.products.support.answering.memory import Memory, read_memory
from whet.products.support.answering.messages import (
    MOST_CHARACTERS,
    Message,
    language_of,
    read_message,
)
from whet.products.support.answering.pieces import Asked, Outcome, Piece, Tools
from whet.products.support.answering.questions import Tiers
from whet.products.support.answering.words import sentence
from whet.products.support.desk.read import DeskFiles
from whet.products.support.desk.rules import hours_of
from whet.products.support.turns import Action, Guess, Reason, Reply, Tier, Turn

_MOST_COMPLAINTS = 2


class Answerer:
    """A desk that answers; safe for several threads.

    Args:
        files: the desk and its templates.
        model: finds intents; None for a desk without a model.
        knowledge: the articles; None for a desk without any.
        lookups: asks the company's systems; made from the desk where it is left out.
        composer: words answers from articles; None for a desk without an endpoint.
        announces: whether a hand-over says that a person takes over; not where the conversation
            says so itself.
        timer: seconds that pass, for `Reply.seconds`.
    """

    def __init__(
        self,
        files: DeskFiles,
        *,
        model: IntentModel | None = None,
        knowledge: Knowledge | None = None,
        lookups: Lookups | None = None,
        composer: Composer | None = None,
        announces: bool = True,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.files, self.knowledge = files, knowledge
        tools = Tools(files, model, knowledge, lookups or Lookups(files.desk.lookups))
        self._tiers, self._timer = Tiers(tools, composer), timer
        self._announces, self._hours = announces, hours_of(files.desk.hours)

    @property
    def finds_intents(self) -> bool:
        """Return whether there is a model of intents."""
        return self._tiers.tools.model is not None

    def answer(self, turn: Turn) -> Reply:
        """Return what the desk says to a customer's message."""
        start = self._timer()
        desk, memory = self.files.desk, read_memory(turn.memory)
        message = read_message(turn.text)
        language = language_of(message.text, desk.languages, before=memory.language)
        if turn.language in desk.languages:
            language = str(turn.language)
        memory = memory.changed(language=language)
        asked = Asked(message.text, language, turn.at, _has_answered(turn, memory))
        outcome = self._outcome(asked, memory)
        return self._reply(outcome, asked, message, start)

    def _outcome(self, asked: Asked, memory: Memory) -> Outcome:
        """Return what the first rule that fits says."""
        if not asked.text:
            text = sentence("empty", asked.language)
            return Outcome((Piece("question", text, "the message was empty", "ask"),), memory)
        if phrases.wants_person(asked.text):
            why = "the customer asks for a person"
            return Outcome((Piece("hand_over", "", why, "hand_over", 1.0),), memory)
        if asked.has_answered and phrases.complains(asked.text):
            memory = memory.changed(complaints=memory.complaints + 1)
            if said := self._complaint(asked, memory):
                return said
        if said := self._small_talk(asked, memory) or self._cancelled(asked, memory):
            return said
        return self._question(asked, memory)

    def _question(self, asked: Asked, memory: Memory) -> Outcome:
        """Return what is said to an answer, a correction or a question."""
        tiers = self._tiers
        bare = replace(asked, text=phrases.without_small_talk(asked.text))
        return (
            follow_ups.chosen(bare, memory, tiers)
            or follow_ups.filled(bare, memory, tiers)
            or follow_ups.corrected(bare, memory, tiers)
            or tiers.answer(bare, memory)
        )

    def _complaint(self, asked: Asked, memory: Memory) -> Outcome | None:
        """Return what is said to a complaint; None where it also says what is wanted."""
        if memory.complaints >= _MOST_COMPLAINTS:
            why = f"the customer has complained {memory.complaints} times"
            return Outcome((Piece("hand_over", "", why, "hand_over", 1.0),), memory)
        rest = phrases.corrected(asked.text) if phrases.corrects(asked.text) else ""
        says_more = bool(rest) and not phrases.complains(rest)
        if says_more or self._tiers.read(asked.text).tasks:
            return None
        misses = memory.misses + 1
        text, why = sentence("sorry", asked.language), "the customer complains"
        memory = memory.changed(open=None, misses=misses)
        return Outcome((Piece("question", text, why, "ask"),), memory)

    def _small_talk(self, asked: Asked, memory: Memory) -> Outcome | None:
        """Return what is said to small talk; None where the message says anything else."""
        kind = phrases.small_talk(asked.text)
        if kind is None:
            return None
        desk, language = self.files.desk, asked.language
        if kind == "greeting":
            text = desk.greeting.said(language)
        else:
            text = sentence(kind, language, name=desk.name)
        piece = Piece("small_talk", text, f"the message is small talk ({kind})", confidence=1.0)
        return Outcome((piece,), memory.changed(misses=0))

    def _cancelled(self, asked: Asked, memory: Memory) -> Outcome | None:
        """Return what is said where the customer takes a question back."""
        if not (memory.open or memory.last) or not phrases.cancels(asked.text):
            return None
        if memory.open is None and phrases.names_cancelling(asked.text):
            return None  # the customer may want to cancel an order
        text, why = sentence("cancelled", asked.language), "the customer takes it back"
        memory = memory.changed(open=None, last=None, misses=0)
        return Outcome((Piece("small_talk", text, why, confidence=1.0),), memory)

    def _reply(self, outcome: Outcome, asked: Asked, message: Message, start: float) -> Reply:
        """Return the reply that pieces make."""
        pieces, memory = outcome.pieces, outcome.memory
        action = _action(pieces)
        texts = [piece.text for piece in pieces if piece.text]
        if action == "hand_over":
            texts.append(self._hand_over_text(asked, has_text=pieces[-1].text != ""))
            memory = memory.changed(open=None, misses=0, complaints=0)
        if message.was_cut:
            texts.append(sentence("cut", asked.language, count=MOST_CHARACTERS))
        reason = Reason(
            tier=_tier(pieces, action),
            why=_why(pieces),
            intents=outcome.guesses or _guesses(pieces),
            confidence=min(piece.confidence for piece in pieces),
            sources=tuple(source for piece in pieces for source in piece.sources),
        )
        return Reply(
            action=action,
            text="\n\n".join(dict.fromkeys(text for text in texts if text)),
            language=asked.language,
            reason=reason,
            memory=memory.model_dump(mode="json"),
            cost=sum(piece.cost for piece in pieces),
            seconds=self._timer() - start,
            choices=outcome.choices if action == "ask" else (),
            is_unanswered=any(piece.is_unanswered for piece in pieces),
        )

    def _hand_over_text(self, asked: Asked, *, has_text: bool) -> str:
        """Return what is said when a person takes over; a fallback may have said so already."""
        if not self._announces:
            return ""
        if not self._hours.is_open(asked.at):
            return self.files.desk.away.said(asked.language)
        return "" if has_text else sentence("hand_over", asked.language)


def _has_answered(turn: Turn, memory: Memory) -> bool:
    """Return whether the desk has said something in this conversation."""
    remembers = bool(memory.open or memory.last or memory.misses or memory.complaints)
    return remembers or any(said.author == "bot" for said in turn.history)


def _action(pieces: tuple[Piece, ...]) -> Action:
    """Return what a reply asks of the conversation: the strongest of its pieces."""
    found = {piece.action for piece in pieces}
    return "hand_over" if "hand_over" in found else "ask" if "ask" in found else "answer"


def _tier(pieces: tuple[Piece, ...], action: Action) -> Tier:
    """Return the tier of the piece that decides the action."""
    return next(piece.tier for piece in pieces if piece.action == action)


def _why(pieces: tuple[Piece, ...]) -> str:
    """Return one sentence about all pieces."""
    text = "; ".join(piece.why for piece in pieces)
    return f"{text[:1].upper()}{text[1:]}."


def _guesses(pieces: tuple[Piece, ...]) -> tuple[Guess, ...]:
    """Return the intents of pieces that nobody guessed anew: those of an open question."""
    return tuple(
        Guess(p.task.intent, min(1.0, p.task.confidence), p.task.part) for p in pieces if p.task
    )
