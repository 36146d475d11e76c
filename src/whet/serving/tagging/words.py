"""What are the words of a text? The smallest pieces that can begin or end a span, by character.

One rule for training and for serving, so that neither can drift from the other: a run of letters,
digits and the marks on them; each Chinese, Japanese or Korean character; each other sign. White
space only parts words, so ``Rome.`` and ``Rome .`` are the same words to a tagger.
"""

import re
import unicodedata
from functools import cache

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af\U00020000-\U0003134f"

SHAPES: tuple[str, ...] = (
    "none",
    "lower",
    "upper",
    "title",
    "mixed",
    "single upper",
    "digits",
    "digits and letters",
    "sign",
    "no case",
)
"""What `case_shape` tells apart, by its number; 0 is for tokens that belong to no word."""


def split_words(text: str) -> list[tuple[int, int]]:
    """Return where each word of a text begins and ends, in characters, in order.

    >>> text = "U.N. in 东京"
    >>> [text[a:b] for a, b in split_words(text)]
    ['U', '.', 'N', '.', 'in', '东', '京']
    """
    return [match.span() for match in _pattern().finditer(text)]


def case_shape(word: str) -> int:
    """Return the number in `SHAPES` of how a word is written.

    >>> [SHAPES[case_shape(word)] for word in ("Rome", "EU", "iPhone", "1996", "B2", "东", "-")]
    ['title', 'upper', 'mixed', 'digits', 'digits and letters', 'no case', 'sign']
    """
    return SHAPES.index(_shape(word))


def _shape(word: str) -> str:
    """Return the name of the shape of a word."""
    if word.isalpha():
        if word.islower():
            return "lower"
        if word.isupper():
            return "upper" if len(word) > 1 else "single upper"
        if word.istitle():
            return "title"
        return "mixed" if word.lower() != word.upper() else "no case"
    if word.isdigit():
        return "digits"
    if any(c.isdigit() for c in word):
        return "digits and letters"
    return "no case" if any(c.isalpha() for c in word) else "sign"


@cache
def _pattern() -> re.Pattern[str]:
    r"""Return the pattern of a word; `\w` of the standard library leaves combining marks out."""
    marks = "".join(
        re.escape(chr(c)) for c in range(0x10000) if unicodedata.category(chr(c))[0] == "M"
    )
    return re.compile(rf"[{_CJK}]|[^\W_{_CJK}](?:[^\W_{_CJK}]|[{marks}])*|\S")
