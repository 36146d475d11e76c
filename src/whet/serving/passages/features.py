"""What does a model without an encoder see of a word in a passage? The question, and what is near.

Each word tells where it stands from the words of the question, how it and its neighbours are
written, and how many words its sentence shares with the question. The words of the question are
paired with how a word is written, so that `when` can ask for digits in any language.
Source: features after Rajpurkar et al. 2016, arXiv:1606.05250, section 5.
"""

from collections.abc import Sequence
from itertools import pairwise

from whet.core.pairs import split_pair
from whet.core.text import normalise
from whet.serving.passages.sentences import sentences_of
from whet.serving.tagging.words import case_shape, split_words

TEMPLATE = "passage"
"""Name of these features in a package."""
_EDGE = "\0"
_FIRST_WORDS = 4
"""Words at the beginning of a question that are paired with how a word is written."""
_STEPS = (1, 2, 3, 5, 9, 17)
"""Distances in words below which it matters how far away a word of the question is."""

Words = list[tuple[int, int]]


def passage_features(text: str) -> tuple[Words, list[list[str]]]:
    """Return the words of a passage, and features: first those of no answer, then of each word.

    `text` is question and passage joined. All rows have as many features.
    """
    question, passage = split_pair(text)
    words = split_words(passage)
    lower = [normalise(passage[start:end]) for start, end in words]
    asked = [normalise(question[start:end]) for start, end in split_words(question)]
    shared = _in_sentences(passage, words, lower, set(asked))
    heads = [*asked[:_FIRST_WORDS], *[_EDGE] * (_FIRST_WORDS - len(asked))]
    pairs = [f"{a} {b}" for a, b in pairwise(heads)]
    near = _near(lower, set(asked))
    shapes = [str(case_shape(passage[start:end])) for start, end in words]
    around = [_EDGE, _EDGE, *lower, _EDGE, _EDGE]
    shaped = [_EDGE, *shapes, _EDGE]
    rows = [_of_none(shared, heads, pairs)]
    for i, shape in enumerate(shapes):
        sentence, share, rank = shared[i]
        before, behind = near[i]
        rows.append(
            [
                *(f"{place}w{around[i + 2 + place]}" for place in (-2, -1, 0, 1, 2)),
                *(f"{place}s{shaped[i + 1 + place]}" for place in (-1, 0, 1)),
                *(f"q{head} {shape}" for head in heads),
                *(f"p{pair} {shape}" for pair in pairs),
                f"b{before} {shape}",
                f"a{behind} {shape}",
                f"d{min(before, behind)}",
                f"o{share} {rank}",
                f"r{rank} {shape}",
                f"n{min(sentence, 3)}",
            ]
        )
    return words, rows


def _of_none(
    shared: Sequence[tuple[int, int, int]], heads: Sequence[str], pairs: Sequence[str]
) -> list[str]:
    """Return the features of no answer, as many as a word has."""
    best = max((share for _, share, _ in shared), default=0)
    told = ["none", f"none {best}", *(f"none {head}" for head in heads)]
    told += [f"none {pair}" for pair in pairs]
    return [*told, *[""] * (5 + 3 + len(heads) + len(pairs) + 6 - len(told))]


def _in_sentences(
    passage: str, words: Words, lower: Sequence[str], asked: set[str]
) -> list[tuple[int, int, int]]:
    """Return for each word its sentence, the eighths of the question in it, and its rank by that.

    A word of the question counts by how few sentences hold it.
    """
    ends = [end for _, end in sentences_of(passage)]
    own, sentence = [], 0
    for start, _ in words:
        while start >= ends[sentence]:
            sentence += 1
        own.append(sentence)
    held: list[set[str]] = [set() for _ in ends]
    for word, number in zip(lower, own, strict=True):
        held[number].add(word)
    found = {w: sum(w in one for one in held) for w in asked}
    weight = {w: 1 / count for w, count in found.items() if count}
    sums = [sum(weight[w] for w in one & weight.keys()) for one in held]
    most = sum(weight.values()) or 1.0
    ranks = {n: r for r, n in enumerate(sorted(range(len(sums)), key=lambda n: (-sums[n], n)))}
    return [(n, round(8 * sums[n] / most), min(ranks[n], 3)) for n in own]


def _near(lower: Sequence[str], asked: set[str]) -> list[tuple[int, int]]:
    """Return for each word how far the next word of the question is before and behind it."""
    forth = _distances(lower, asked)
    back = _distances(lower[::-1], asked)[::-1]
    return list(zip(forth, back, strict=True))


def _distances(lower: Sequence[str], asked: set[str]) -> list[int]:
    """Return for each word the step that the last word of the question is away; 0 is itself."""
    found, away = [], _STEPS[-1]
    for word in lower:
        away = 0 if word in asked else away + 1
        found.append(sum(away >= step for step in _STEPS))
    return found
