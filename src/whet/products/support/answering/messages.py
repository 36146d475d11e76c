"""What does a message say, in which language, and in which parts?

A message is bounded first: whatever a customer sends, later steps see at most `MOST_CHARACTERS`
characters of plain text.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from whet.core.text import is_chinese, words

MOST_CHARACTERS = 2_000
"""Characters of a message that are read."""
_MOST_RAW = 20_000
MOST_PARTS = 6
"""Parts of a message whose intents are looked for."""

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>|<!--.{0,300}?-->|</?[a-zA-Z][^<>]{0,300}$", re.DOTALL)
_HIDDEN = re.compile(r"<(script|style)\b[^<>]{0,300}>", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|[。！？；;\n]+|(?<=[。！？；])")
_CLAUSE = re.compile(
    r"[,，、:：]\s*|\s+(?:and also|and then|and|also|plus|besides|by the way|btw|as well as)\s+"
    r"|(?:另外|还有|顺便|以及|并且|同时|而且|然后|再就是|对了)",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LEAST_WORDS = 3


@dataclass(frozen=True)
class Message:
    """A message as it is answered."""

    text: str
    """Plain text, at most `MOST_CHARACTERS` characters."""
    was_cut: bool
    """Whether the text went on."""


def read_message(raw: str) -> Message:
    """Return the plain text of what a customer sent: no tags, nothing unseen, not too long."""
    text = raw[:_MOST_RAW].encode("utf-8", "replace").decode()
    if "<" in text:
        text = _TAG.sub(" ", _without_hidden(text))
    if "&" in text:
        text = html.unescape(text)
    text = _UNSEEN.sub(" ", unicodedata.normalize("NFC", text))
    lines = (" ".join(line.split()) for line in text.splitlines())
    text = "\n".join(line for line in lines if line)
    return Message(
        text[:MOST_CHARACTERS].strip(), len(text) > MOST_CHARACTERS or len(raw) > _MOST_RAW
    )


def _without_hidden(text: str) -> str:
    """Return a text without scripts and styles, in time that grows with its length alone."""
    kept, place, lower = list[str](), 0, text.lower()
    while found := _HIDDEN.search(text, place):
        end = lower.find(f"</{found[1].lower()}", found.end())
        if end < 0:
            break  # it is not closed: then its tag goes, and what is behind it is text
        kept.append(text[place : found.start()])
        place = end
    return " ".join([*kept, text[place:]])


def language_of(text: str, languages: Sequence[str], *, before: str | None) -> str:
    """Return the language to answer in: that of the text, of the conversation, or the desk's first.

    A message that mixes both is Chinese where a fifth of its letters are: the rest are then names.

    >>> language_of("我的 API key 不能用了", ["en", "zh"], before=None)
    'zh'
    >>> language_of("AB123456", ["en", "zh"], before="zh")
    'zh'
    """
    if is_chinese(text):
        found: str | None = "zh"
    else:  # a lone word or number says little: a Chinese customer may send an id
        says_much = sum(c.isalpha() for c in text) >= 3 and any(c.islower() for c in text)
        found = "en" if says_much else None
    wanted = [language for language in (found, before) if language in languages]
    return str(wanted[0]) if wanted else languages[0]


def has_substance(text: str) -> bool:
    """Return whether a text says enough to be a question: three words, or four characters.

    >>> has_substance("hm?"), has_substance("怎么退款"), has_substance("where is my order")
    (False, True, True)
    """
    tokens = words(text)
    han = sum(1 for token in tokens if _HAN.match(token))
    return han >= 4 or sum(1 for t in tokens if not t.isdigit()) - han >= _LEAST_WORDS


def parts_of(text: str) -> list[str]:
    """Return the clauses of a message that may each hold an intent; empty where it is one.

    >>> parts_of("Where is my order? And I want to change my address.")
    ['Where is my order?', 'And I want to change my address.']
    >>> parts_of("我要退款，另外地址怎么修改")
    ['我要退款', '地址怎么修改']
    """
    clauses: list[str] = []
    for sentence in _SENTENCE.split(text):
        own = ""
        for piece in _CLAUSE.split(sentence or ""):
            own = f"{own} {piece}".strip() if own else piece.strip()
            if has_substance(own):
                clauses.append(own)
                own = ""
        if own and clauses and not has_substance(own):
            clauses[-1] = f"{clauses[-1]} {own}"  # too little to stand alone
        elif own:
            clauses.append(own)
    return clauses[:MOST_PARTS] if len(clauses) > 1 else []
