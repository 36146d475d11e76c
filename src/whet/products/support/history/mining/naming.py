"""What is a group of messages called? The terms that tell it from the other groups.

c-TF-IDF: a term's count in the group times log(1 + average terms a group / count in all groups).
Source: Grootendorst (2022), BERTopic, arXiv:2203.05794, equation 2.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from whet.core.text import is_chinese, normalise
from whet.products.support.history.mining.essence import essence

_FILLING = """
hi hello hey dear good morning afternoon evening please help helping thanks thank want wanted need
needed like know tell says said say does doing did make let got get getting gets trying try tried
use using used possible way ways able just really still ive im dont doesnt cant wont isnt didnt
wasnt id youre its thats whats theres don ve ll re doesn didn isn won wasn couldn wouldn question
assistance assist someone somebody anybody looking look think told people guys team support come
things thing going today yesterday tomorrow happened happen wondering wonder figure explain
information info understand believe keep keeps seen kind long ago different new work works working
bit sure right yes okay
"""
_FILLERS = frozenset(_FILLING.split())
_STOP = ENGLISH_STOP_WORDS | _FILLERS
_WORD = re.compile(r"[a-z]{3,}(?:'[a-z]+)?|2fa|[a-z]\d|pin|qr")
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
_CHINESE_STOP = re.compile(
    "我们|你们|他们|我的|你的|什么|怎么|怎样|如何|为什么|请问|可以|能不能|可不可以|是不是|有没有|一下|这个|那个|"
    "多少|多久|哪里|哪儿|现在|已经|还是|还没|没有|不能|不了|就是|因为|但是|如果|帮我|麻烦|谢谢|您好|你好|一直|时候|"
    "知道|需要|想要|应该|不到|里面|之前|然后|今天|昨天|明天|"
    "[我你您他她它的了吗呢吧啊呀么是在有和与就都也还又很太不没想要能会去来把被给让从到对说请这那个些几怎哪里"
    "下上后前才再用为啥咋嘛着过得地啦哦嗯呀]"
)
TERMS = 5
"""Terms that are kept of each group, likeliest first."""


def group_terms(groups: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the terms of each group of texts that tell it from the others, strongest first."""
    counted = [Counter(term for text in texts for term in set(_terms(text))) for texts in groups]
    everywhere: Counter[str] = Counter()
    for counts in counted:
        everywhere.update(counts)
    average = sum(everywhere.values()) / max(len(groups), 1)
    found = []
    for counts, texts in zip(counted, groups, strict=True):
        least = 2 if len(texts) > 3 else 1
        scores = {
            term: count * math.log(1 + average / everywhere[term]) * _length_bonus(term)
            for term, count in counts.items()
            if count >= least
        }
        ranked = sorted(scores, key=lambda term: (-scores[term], term))
        found.append(_distinct(ranked)[:TERMS])
    return found


def suggested_names(terms: Sequence[Sequence[str]], taken: Sequence[str] = ()) -> list[str]:
    """Return a name for each group from its terms, in snake_case, none given twice.

    >>> suggested_names([["refund", "money"], ["refund", "money"], ["退款", "到账"], []])
    ['refund_money', 'refund_money_2', '退款_到账', 'other']
    """
    names: list[str] = []
    used = set(taken)
    for own in terms:
        best = [term.replace(" ", "_").replace("'", "") for term in own]
        tries = ["_".join(best[:n]) for n in (2, 3) if best[:n]] or ["other"]
        name = next((t for t in tries if t not in used), None)
        number = 2
        while name is None:
            if (numbered := f"{tries[0]}_{number}") not in used:
                name = numbered
            number += 1
        used.add(name)
        names.append(name)
    return names


def _terms(text: str) -> list[str]:
    """Return the words of an English text, or pieces of two to four characters of a Chinese one."""
    plain = normalise(essence(text)).replace("’", "'")
    if not is_chinese(plain):
        return [word for word in _WORD.findall(plain) if word.replace("'", "") not in _STOP]
    pieces = []
    for run in _HAN_RUN.findall(plain):
        for part in _CHINESE_STOP.split(run):
            pieces += [part[i : i + n] for n in (2, 3, 4) for i in range(len(part) - n + 1)]
    return pieces + [word for word in _WORD.findall(plain) if word not in _STOP]


def _length_bonus(term: str) -> float:
    """Return how much more a longer Chinese piece counts: its parts occur wherever it does."""
    return 1.0 if term.isascii() else 1 + 0.35 * (len(term) - 2)


def _distinct(ranked: Sequence[str]) -> list[str]:
    """Return terms without those that say the same as a stronger one."""
    kept: list[str] = []
    for term in ranked:
        if not any(_same(term, other) for other in kept):
            kept.append(term)
        if len(kept) == TERMS:
            break
    return kept


def _same(one: str, other: str) -> bool:
    """Return whether two terms are forms of one word, or share two characters of Chinese."""
    if one.isascii() and other.isascii():
        short = min(len(one), len(other))
        return one[: max(4, short - 3)] == other[: max(4, short - 3)]
    return bool(
        {one[i : i + 2] for i in range(len(one) - 1)}
        & {other[i : i + 2] for i in range(len(other) - 1)}
    )
