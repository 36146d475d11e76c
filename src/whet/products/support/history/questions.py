"""Which question of the history has which intent? Pairs with their intents, as they are kept."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from whet.core.text import is_chinese
from whet.products.support.history.kept import read_lines, write_lines
from whet.products.support.history.pairs import Pair, pairs_of
from whet.products.support.turns import Said


@dataclass(frozen=True)
class Question:
    """A question of the history, with its answer and its intent."""

    pair: Pair
    intent: str | None = None
    """Id of the intent; None where it has none."""
    was_mined: bool = False
    """Whether intents were looked for with this question among others before."""

    @property
    def key(self) -> str:
        """Name of the question: its conversation and its place there."""
        return f"{self.pair.conversation}#{self.pair.number}"

    @property
    def text(self) -> str:
        """What the customer asked."""
        return self.pair.question

    @property
    def language(self) -> str:
        """`zh` or `en`; every other language counts as `en`."""
        return language_of(self.pair.question)


def language_of(text: str) -> str:
    """Return `zh` for Chinese, else `en`."""
    return "zh" if is_chinese(text) else "en"


def questions_of(
    conversations: Mapping[str, tuple[Said, ...]], before: Iterable[Question]
) -> list[Question]:
    """Return every question of the conversations; one that was there before keeps its intent."""
    known = {(q.key, q.text): q for q in before}
    found = []
    for conversation, said in conversations.items():
        for pair in pairs_of(conversation, said):
            question = Question(pair)
            old = known.get((question.key, pair.question), question)
            found.append(replace(old, pair=pair))
    return found


def read_questions(path: Path) -> list[Question]:
    """Return the questions that are kept; none where there is no file."""
    return [_question(values) for values in read_lines(path)]


def write_questions(path: Path, questions: Iterable[Question]) -> None:
    """Keep questions in place of those before."""
    write_lines(path, ({**asdict(q.pair), "intent": q.intent} for q in questions))


def _question(values: Mapping[str, Any]) -> Question:
    """Return one question."""
    fields = {name: value for name, value in values.items() if name != "intent"}
    return Question(Pair(**fields), values["intent"], was_mined=True)
