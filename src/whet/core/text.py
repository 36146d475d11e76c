"""What word and character n-grams does a text hold? English and Chinese alike.

One definition for the linear model, for the package that serves it, and for near-duplicate search,
so that none of them can drift from the others.
"""

import re
import unicodedata
from itertools import pairwise

# CJK ideographs are written without spaces, so each is a token of its own; other scripts split at
# what is not a letter, digit or mark.
_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
_HAN = re.compile(rf"[{_CJK}]")
_RUN = re.compile(rf"([{_CJK}]+)|[^\W{_CJK}]+")


def normalise(text: str) -> str:
    """Return `text` in NFKC, lower case, with runs of white space folded to one space.

    >>> normalise("  Ｈｅｌｌｏ\\n  WORLD ")
    'hello world'
    """
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def words(text: str) -> list[str]:
    """Return the words of a text; each Chinese, Japanese or Korean character is one.

    >>> words("Refund, please! 我要退款")
    ['refund', 'please', '我', '要', '退', '款']
    """
    return _TOKEN.findall(normalise(text))


def runs(text: str) -> list[tuple[str, bool]]:
    """Return words and unbroken runs of CJK characters, and whether each is such a run.

    >>> runs("Refund 我要退款!")
    [('refund', False), ('我要退款', True)]
    """
    return [(m.group(), m.group(1) is not None) for m in _RUN.finditer(normalise(text))]


def character_ngrams(text: str, low: int, high: int) -> list[str]:
    """Return the character n-grams of each word padded by spaces, for n from `low` to `high`.

    Chinese text has no spaces, so a run of characters counts as one word.

    >>> character_ngrams("ab", 2, 3)
    [' a', 'ab', 'b ', ' ab', 'ab ']
    """
    grams: list[str] = []
    for word in normalise(text).split():
        padded = f" {word} "
        for n in range(low, high + 1):
            grams.extend(padded[i : i + n] for i in range(len(padded) - n + 1))
    return grams


def text_features(text: str) -> list[str]:
    """Return the features of the linear model: words, pairs of words, character 2- to 4-grams.

    Prefixes keep the kinds apart: ``w`` words, ``p`` pairs, ``c`` characters.
    """
    tokens = words(text)
    pairs = [f"p{a} {b}" for a, b in pairwise(tokens)]
    return [f"w{t}" for t in tokens] + pairs + [f"c{g}" for g in character_ngrams(text, 2, 4)]


def is_chinese(text: str) -> bool:
    """Return True when at least a fifth of the letters are CJK characters.

    >>> is_chinese("我的 API key 不能用了"), is_chinese("refund")
    (True, False)
    """
    letters = sum(1 for c in text if c.isalpha())
    return letters > 0 and len(_HAN.findall(text)) / letters >= 0.2
