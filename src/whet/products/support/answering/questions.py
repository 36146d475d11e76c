"""Which tier answers a question? The first that holds: template, article, composed, question,
person.

`answer_tasks` answers intents that hold the risk dial, `answer_unknown` a message without any.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from whet.products.support.answering import templates
from whet.products.support.answering.composed import Composer
from whet.products.support.answering.intents import Reading, read_intents
from whet.products.support.answering.knowledge import Quoted
from whet.products.support.answering.limits import (
    goes_first,
    limits_of,
    may_be_quoted,
    may_go_first,
)
from whet.products.support.answering.memory import MOST_KEPT, Last, Memory, Open, Task
from whet.products.support.answering.messages import has_substance
from whet.products.support.answering.pieces import Asked, Outcome, Piece, Tools
from whet.products.support.answering.words import choice_text, sentence
from whet.products.support.turns import Guess

_MOST_CHOICES = 3
_LEAST_SECOND = 0.15
_ALTERNATIVE = 0.05


@dataclass(frozen=True)
class Tiers:
    """The tiers of a desk."""

    tools: Tools
    composer: Composer | None

    def read(self, text: str) -> Reading:
        """Return the intents of a text."""
        threshold = limits_of(text, self.tools.desk).intent_threshold
        return read_intents(text, self.tools.model, threshold=threshold)

    def answer(self, asked: Asked, memory: Memory) -> Outcome:
        """Return what is said to a question."""
        reading = self.read(asked.text)
        if (piece := self._article_first(reading, asked)) is not None:
            return _from_article(piece, reading, memory.changed(open=None))
        if reading.tasks:
            found = self.answer_tasks(reading.tasks, asked, memory)
            return _with_guesses(found, reading, asked)
        return self.answer_unknown(reading, asked, memory)

    def answer_tasks(self, tasks: Sequence[Task], asked: Asked, memory: Memory) -> Outcome:
        """Return the answers to some intents; at most one slot is asked for, behind the answers."""
        memory = memory.changed(open=None)
        done, waiting = list[Piece](), list[Piece]()
        for task in tasks:
            piece, memory = self._answer_task(task, asked, memory)
            (waiting if piece.missing else done).append(piece)
        pieces = [*done, *waiting[:1]]
        memory = memory.changed(last=Last(tasks=[task.kept() for task in tasks]))
        if waiting and not any(piece.action == "hand_over" for piece in done):
            memory = memory.changed(
                open=Open(
                    kind="slot",
                    slot=waiting[0].missing,
                    tasks=[piece.task.kept() for piece in waiting if piece.task],
                    text=asked.text[:MOST_KEPT],
                )
            )
        choices = _slot_choices(waiting[0].missing, asked, self.tools) if waiting else ()
        return Outcome(tuple(pieces), memory.changed(misses=0), choices=choices)

    def answer_unknown(self, reading: Reading, asked: Asked, memory: Memory) -> Outcome:
        """Return what is said to a message whose intent does not hold the risk dial."""
        memory = memory.changed(open=None)
        piece, cost = self._known(asked.text, None, asked)
        if piece is not None:
            return _from_article(piece, reading, memory)
        close = self._close(reading)
        if close:
            return self.ask_which(close, asked, memory, reading.guesses, cost=cost)
        memory, asks = memory.changed(last=_other_intents(reading)), has_substance(asked.text)
        found = self.missed(asked, memory, _why_not(reading), cost=cost, is_unanswered=asks)
        return Outcome(found.pieces, found.memory, reading.guesses, found.choices)

    def ask_which(
        self,
        intents: Sequence[str],
        asked: Asked,
        memory: Memory,
        guesses: Sequence[Guess],
        *,
        cost: float = 0.0,
    ) -> Outcome:
        """Return the question which of some intents is meant."""
        titles = [self.title(name, asked.language) for name in intents]
        titles.append(sentence("neither", asked.language))
        text = choice_text(sentence("which", asked.language), titles)
        why = f"{' and '.join(intents)} are close, so the customer chooses"
        tasks = [Task(intent=name, part=asked.text[:MOST_KEPT], confidence=1.0) for name in intents]
        memory = memory.changed(open=Open(kind="choice", tasks=tasks, text=asked.text[:MOST_KEPT]))
        confidence = guesses[0].probability if guesses else 0.0
        piece = Piece("question", text, why, "ask", confidence, cost=cost)
        return Outcome((piece,), memory, tuple(guesses), tuple(titles))

    def missed(
        self,
        asked: Asked,
        memory: Memory,
        why: str,
        *,
        cost: float = 0.0,
        is_unanswered: bool = False,
    ) -> Outcome:
        """Return what is said to what was not understood: once more in other words, or a person."""
        misses = memory.misses + 1
        if misses > self.tools.desk.decision.patience:
            again = f"{why}, {misses} times in a row" if misses > 1 else why
            piece = Piece("hand_over", "", again, "hand_over", cost=cost)
            piece = replace(piece, is_unanswered=is_unanswered)
            return Outcome((piece,), memory.changed(open=None))
        text, rephrase = sentence("rephrase", asked.language), "so it is asked for in other words"
        piece = Piece("question", text, f"{why}, {rephrase}", "ask", cost=cost)
        piece = replace(piece, is_unanswered=is_unanswered)
        return Outcome((piece,), memory.changed(open=None, misses=misses))

    def title(self, intent: str, language: str) -> str:
        """Return how a customer is asked about an intent."""
        template = self.tools.templates.get(intent)
        if template is not None and template.title is not None:
            return template.title.said(language)
        return intent.replace("_", " ").replace("-", " ").strip().capitalize()

    def _answer_task(self, task: Task, asked: Asked, memory: Memory) -> tuple[Piece, Memory]:
        """Return what the first tier that holds says to an intent."""
        if task.intent in self.tools.desk.decision.always_person:
            why = f"{task.intent} always goes to a person"
            return Piece("hand_over", "", why, "hand_over", task.confidence, task=task), memory
        if task.intent in self.tools.templates:
            return templates.answer(task, asked, memory, self.tools)
        piece, cost = self._known(task.part or asked.text, task, asked)
        if piece is None:
            why = f"{task.intent} has no template, and no article answers it"
            piece = Piece("hand_over", "", why, "hand_over", task.confidence, task=task, cost=cost)
            piece = replace(piece, is_unanswered=True)
        return piece, memory

    def _known(self, question: str, task: Task | None, asked: Asked) -> tuple[Piece | None, float]:
        """Return what the articles say to a question, quoted or composed, and what asking cost."""
        knowledge = self.tools.knowledge
        if knowledge is None:
            return None, 0.0
        passages = knowledge.passages(question)
        if not passages:
            return None, 0.0
        quoted = knowledge.quote(question, passages, language=asked.language)
        if may_be_quoted(quoted, limits_of(question, self.tools.desk)):
            return _quoted_piece(quoted, task), 0.0
        if self.composer is None or not has_substance(question):
            return None, 0.0
        said = self.composer.compose(
            question, passages, language=asked.language, day=asked.at.date()
        )
        if said.text is None:
            return None, said.cost
        sources, why = said.sources, f"worded from articles; {said.why}"
        piece = Piece(
            "composed", said.text, why, "answer", said.confidence, sources, task, cost=said.cost
        )
        return piece, said.cost

    def _article_first(self, reading: Reading, asked: Asked) -> Piece | None:
        """Return an article that is sure enough to go before the template of an intent."""
        desk, knowledge = self.tools.desk, self.tools.knowledge
        limits = limits_of(asked.text, desk)
        if knowledge is None or not may_go_first(reading, desk, limits):
            return None
        quoted = knowledge.answer(asked.text, language=asked.language)
        return _quoted_piece(quoted, None) if goes_first(quoted, limits) else None

    def _close(self, reading: Reading) -> list[str]:
        """Return the intents that a message may mean, where they are few and close."""
        if len(reading.guesses) < 2:
            return []
        first, second = reading.guesses[:2]
        together = first.probability + second.probability
        if together < self.tools.desk.decision.clarify or second.probability < _LEAST_SECOND:
            return []
        third = reading.guesses[2:3]
        more = [g.intent for g in third if g.probability >= _LEAST_SECOND]
        return [first.intent, second.intent, *more]


def _with_guesses(found: Outcome, reading: Reading, asked: Asked) -> Outcome:
    """Return an outcome with all that the message may mean, what is answered first."""
    probability = {g.intent: g.probability for g in reading.guesses}
    answered = [
        Guess(t.intent, probability.get(t.intent, t.confidence), t.part) for t in reading.tasks
    ]
    names = {guess.intent for guess in answered}
    others = [g for g in reading.guesses if g.intent not in names]
    alternatives = [g.intent for g in others if g.probability >= _ALTERNATIVE][:_MOST_CHOICES]
    last = found.memory.last or Last()
    memory = found.memory.changed(last=last.model_copy(update={"alternatives": alternatives}))
    return Outcome(found.pieces, memory, (*answered, *others), found.choices)


def _quoted_piece(quoted: Quoted, task: Task | None) -> Piece:
    """Return what an article says."""
    title = quoted.sources[0].title if quoted.sources else "an article"
    why = f"“{title}” answers it at confidence {quoted.confidence:.2f}"
    return Piece("article", quoted.text, why, "answer", quoted.confidence, quoted.sources, task)


def _from_article(piece: Piece, reading: Reading, memory: Memory) -> Outcome:
    """Return the answer of an article; intents are remembered, should it not be the right one."""
    memory = memory.changed(last=_other_intents(reading), misses=0)
    return Outcome((piece,), memory, reading.guesses)


def _other_intents(reading: Reading) -> Last:
    """Return what is remembered of a message that no intent answers: what it may mean."""
    likely = [g.intent for g in reading.guesses if g.probability >= _ALTERNATIVE]
    return Last(alternatives=likely[:_MOST_CHOICES])


def _slot_choices(slot: str, asked: Asked, tools: Tools) -> tuple[str, ...]:
    """Return what a customer may press to fill a slot."""
    found = tools.desk.slots[slot].choices
    return tuple(c.label.said(asked.language) if c.label else c.value for c in found)


def _why_not(reading: Reading) -> str:
    """Return why a message has no answer."""
    if not reading.guesses:
        return "no article answers it"
    guess = reading.guesses[0]
    return (
        f"the likeliest intent, {guess.intent}, does not hold the risk dial "
        f"(confidence {reading.confidence:.2f}), and no article answers it"
    )
