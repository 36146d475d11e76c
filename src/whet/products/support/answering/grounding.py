"""Do the passages say this? A sentence of a language model is believed only where they do.

A sentence is supported where most of its words stand close together in one passage, all of its
numbers and names stand there, and both deny or neither does. This is strict on purpose: a
paraphrase that is refused costs a hand-over, an invention that is let through costs a customer.
Source: every statement is judged by its source, as in FActScore (Min et al. 2023,
arXiv:2305.14251), with lexical support in place of a second model.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from whet.core.text import normalise, words

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Embeddings of texts, (n, d), each row of length 1."""

LEAST_SHARED = 0.6
"""Share of a sentence's words that must stand together in a passage."""
LEAST_SHARED_BY_TWO = 0.75
"""The same share where two sentences that follow each other must be put together."""
LEAST_COSINE = 0.45
"""Cosine that a sentence and what supports it must have, where there are embeddings."""

_END = re.compile(r"(?<=[.!?])\s+(?=[^a-z\s])|(?<=[。！？；])|\n+")
_NUMBER = re.compile(r"[0-9]+(?:[.,:/-][0-9]+)*%?")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3})")
_SHORT_DENIAL = re.compile(r"\b\w+n['’]t\b")
_NAME = re.compile(r"\b(?:[A-Z][\w'-]*[A-Z0-9][\w'-]*|[A-Z][a-z][\w'-]+|[A-Za-z]+[0-9][\w-]*)")
_DENIAL = re.compile(
    r"\b(?:not|no|never|cannot|neither|nor|without|nothing|none|unable)\b|n['’]t\b"
    r"|不(?!过|同|仅|但|久|断|少|妨|管|论)|没|无(?!论)|未(?!来)|勿|禁止|别(?=[用点让再])"
)
_COMMON = frozenset(
    words(
        "a an the of to in on at by for from with as is are was were be been being it its "
        "this that these those and or but if then so you your we our us i my me he she they "
        "their them he will would can could may might do does did have has had there here "
        "please just also about into than when which who what how any all some more most very "
        "up out over under after before yes no not never cannot neither nor without nothing none "
        "unable t"
    )
)
_HAN_COMMON = frozenset("的了在是和与或就都也要可您你我们吗呢吧请为有以到后将")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Support:
    """What supports a sentence."""

    passage: int
    """Index of the passage."""
    quote: str
    """The sentences of it that do."""
    score: float
    """Share of the sentence's words that stand there, in [0, 1]."""


def sentences(text: str) -> list[str]:
    """Return the sentences of a text.

    >>> sentences("It takes 3.5 days. Then it is done!")
    ['It takes 3.5 days.', 'Then it is done!']
    """
    return [piece.strip() for piece in _END.split(text) if piece and piece.strip()]


def support_of(
    sentence: str, passages: Sequence[str], *, embed: Embed | None = None
) -> Support | None:
    """Return what supports a sentence best; None where nothing supports it enough."""
    wanted = _content(sentence)
    if not wanted:
        return None
    best = max(
        (_window_support(sentence, wanted, i, text) for i, text in enumerate(passages)),
        key=lambda found: found.score,
        default=None,
    )
    if best is None or not best.quote:
        return None
    if embed is not None:
        a, b = embed([sentence, best.quote])
        if float(a @ b) < LEAST_COSINE:
            return None
    return best


def _window_support(sentence: str, wanted: frozenset[str], i: int, text: str) -> Support:
    """Return the best support in one passage; of score 0 where a number or a name is missing."""
    single = sentences(text)
    best = Support(i, "", 0.0)
    for window in [*((one,) for one in single), *pairwise(single)]:
        quote = " ".join(window)
        score = len(wanted & _content(quote)) / len(wanted)
        least = LEAST_SHARED if len(window) == 1 else max(LEAST_SHARED_BY_TWO, best.score + 0.1)
        if score >= least and score > best.score and _agrees(sentence, window, wanted):
            best = Support(i, quote, score)
    return best


def _agrees(sentence: str, window: Sequence[str], wanted: frozenset[str]) -> bool:
    """Return whether a window has a sentence's numbers and names, and denies where it denies."""
    quote = " ".join(window)
    if not set(_numbers(sentence)) <= set(_numbers(quote)):
        return False
    said = normalise(quote)
    if any(normalise(name) not in said for name in _names(sentence)):
        return False
    return _denies(sentence) == any(map(_denies, _bearing(window, wanted)))


def _bearing(window: Sequence[str], wanted: frozenset[str]) -> list[str]:
    """Return the sentences of a window that say something of what is wanted by themselves."""
    shared = [wanted & _content(one) for one in window]
    return [
        one
        for i, one in enumerate(window)
        if shared[i] and not any(shared[i] <= other for j, other in enumerate(shared) if j != i)
    ] or list(window)


def _numbers(text: str) -> list[str]:
    """Return the numbers of a text, with commas between thousands left out."""
    return _NUMBER.findall(_THOUSANDS.sub("", text))


def _names(sentence: str) -> list[str]:
    """Return names in a sentence: capitalised words but the first, and words with odd capitals."""
    found = _NAME.finditer(sentence)
    return [m[0] for m in found if m.start() > 0 or not re.fullmatch(r"[A-Z][a-z'-]+", m[0])]


def _denies(text: str) -> bool:
    """Return whether a sentence denies something."""
    return bool(_DENIAL.search(text.lower()))


def _content(text: str) -> frozenset[str]:
    """Return the words of a text that carry its meaning; of Chinese, pairs of characters."""
    plain = _SHORT_DENIAL.sub(" ", _THOUSANDS.sub("", normalise(text)))
    latin = {_stem(w) for w in words(_HAN.sub(" ", plain))} - _COMMON
    pairs = set[str]()
    for run in _HAN.findall(plain):
        pairs |= {a + b for a, b in pairwise(run) if not {a, b} <= _HAN_COMMON}
        pairs |= {run} if len(run) == 1 and run not in _HAN_COMMON else set()
    return frozenset(latin | pairs)


def _stem(word: str) -> str:
    """Return a word without the endings that inflect it, roughly."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word[:-1] if word.endswith("e") and len(word) > 4 else word
