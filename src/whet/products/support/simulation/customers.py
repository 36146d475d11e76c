"""Who writes to the desk? Customers of conversations.jsonl, in words of their own.

Each line of the file is a conversation with its outcome: `id`, `language`, `channel`, `outcome`
(`answered`, `handed_over`, `corrected`, `reopened`) and `turns`, each with `author` and `text`. What
a customer's turn `expects` is what a right answer is about: `intents`, `articles`, `person`,
`small_talk`; a turn that expects nothing is not judged.
"""

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from whet.core.errors import InputError
from whet.core.yaml.part import Part

CONVERSATIONS = "conversations.jsonl"

Outcome = Literal["answered", "handed_over", "corrected", "reopened"]


class Expects(Part):
    """What a right answer to a message is about; any of it."""

    intents: list[str] = Field(default_factory=list)
    """Intents whose template answers."""
    articles: list[str] = Field(default_factory=list)
    """Articles that answer."""
    person: bool = False
    """Whether only a person can answer, unless an intent or an article is named too."""
    small_talk: bool = False
    """Whether nothing is asked."""

    @property
    def is_judged(self) -> bool:
        """Return whether an answer to it can be right or wrong."""
        return bool(self.intents or self.articles or self.person)


class Line(Part):
    """One message of a conversation."""

    author: Literal["customer", "bot", "person"]
    text: Annotated[str, Field(min_length=1)]
    expects: Expects = Expects()


class Script(Part):
    """One conversation."""

    id: str
    language: Literal["en", "zh"]
    channel: str
    outcome: Outcome
    turns: Annotated[list[Line], Field(min_length=1)]

    @property
    def says(self) -> list[Line]:
        """Return what the customer says."""
        return [line for line in self.turns if line.author == "customer"]

    @property
    def people_say(self) -> list[str]:
        """Return what the people of the desk said."""
        return [line.text for line in self.turns if line.author == "person"]


def read_scripts(path: Path) -> list[Script]:
    """Return the conversations of a file.

    Raises:
        InputError: the file is missing, or a line is no such conversation; all of them are named.
    """
    if not path.is_file():
        raise InputError(
            f"{path} must be a file of conversations, one JSON object a line; there is none. "
            "Name another one with --conversations."
        )
    scripts: list[Script] = []
    problems: list[str] = []
    adapter = TypeAdapter(Script)
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            scripts.append(_checked(adapter.validate_python(json.loads(line))))
        except (ValidationError, ValueError) as error:
            problems.append(f"{path}:{number}: {_reason(error)}")
    if problems:
        raise InputError("\n".join(problems))
    if not scripts:
        raise InputError(f"{path} must hold at least one conversation; it is empty.")
    return scripts


def _checked(script: Script) -> Script:
    """Return a conversation in which a customer says something."""
    if not script.says:
        raise ValueError("a conversation must hold a turn of the author `customer`; found none")
    return script


def _reason(error: ValueError) -> str:
    """Return what is wrong with a line, in one sentence."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        return f"{place}: {first['msg']}"
    if isinstance(error, json.JSONDecodeError):
        return f"must be one JSON object; {error.msg} (column {error.colno})"
    return str(error)


@dataclass(frozen=True)
class _Way:
    """A way to say the same."""

    language: str
    """`en`, `zh`, or empty for every language."""
    change: Callable[[str, random.Random], str]


def paraphrased(text: str, language: str, drawn: random.Random) -> str:
    """Return a message in other words: up to two changes of manner, spelling and order.

    Numbers, addresses and names are left as they are, and so is what is asked.
    """
    if drawn.random() < 0.25:
        return text
    fitting = [way for way in _WAYS if way.language in ("", language)]
    for way in drawn.sample(fitting, drawn.choice((1, 1, 2))):
        text = way.change(text, drawn)
    return text


def _lead(openings: tuple[str, ...]) -> Callable[[str, random.Random], str]:
    """Return what puts an opening before a message."""
    return lambda text, drawn: drawn.choice(openings) + text


def _tail(endings: tuple[str, ...]) -> Callable[[str, random.Random], str]:
    """Return what puts an ending behind a message."""
    return lambda text, drawn: text.rstrip(" .。!！") + drawn.choice(endings)


def _swapped(text: str, drawn: random.Random) -> str:
    """Return a text in which two letters of one long word have changed places."""
    places = [m for m in re.finditer(r"(?<![\w@.-])[a-z]{5,}(?![\w@.-])", text)]
    if not places:
        return text
    word = drawn.choice(places)
    i = word.start() + drawn.randrange(1, len(word[0]) - 2)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def _worded(pairs: tuple[tuple[str, str], ...]) -> Callable[[str, random.Random], str]:
    """Return what says some words in another way."""

    def change(text: str, drawn: random.Random) -> str:
        for found, instead in pairs:
            text = re.sub(found, instead, text, flags=re.IGNORECASE)
        return text

    return change


_WAYS: tuple[_Way, ...] = (
    _Way("en", _lead(("Hi, ", "hello, ", "Hi team, ", "quick one: ", "ok so ", "hey "))),
    _Way("en", _tail((" please", ", thanks", "??", "!!", " - any idea", ""))),
    _Way("en", _swapped),
    _Way("en", lambda text, drawn: text.lower() if "@" not in text and "LK-" not in text else text),
    _Way("en", _worded(((r"\bcannot\b", "can't"), (r"\bplease\b", "pls"), (r"\byou\b", "u")))),
    _Way("en", _worded(((r"\bcan't\b", "cannot"), (r"\bhow do i\b", "how can I"), (r"\bthx\b", "thanks")))),
    _Way("", lambda text, drawn: text.rstrip(".。!！?？")),
    _Way("zh", _lead(("你好，", "请问", "麻烦问一下，", "急，"))),
    _Way("zh", _tail(("，谢谢", "呀", "，麻烦了", "？"))),
    _Way("zh", _worded((("怎么", "如何"), ("可以不", "可以吗"), ("我们", "我司")))),
)
