"""Which sentences of the articles answer a question? Word for word, with the place they stand in.

    quoted = quote(question, index.search(question), rarity=index.rarity)
    quoted.sources       # what to show, and to cite
    quoted.confidence    # what the risk dial is compared with

Nothing is put into other words: an answer is a run of sentences as the article has them. What a
sentence leans on comes along: the one before it where it begins with a pronoun, the list that it
announces.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from whet.products.support.articles.confidence import confidence_of
from whet.products.support.articles.sentences import split_sentences
from whet.products.support.turns import Source
from whet.retrieval.index import Embed, Hit
from whet.retrieval.tokens import tokens

Rarity = Callable[[Sequence[str]], Mapping[str, float]]
"""How rare each token is; `Index.rarity`."""

MEANING = 0.4
"""How much the cosine of a sentence counts beside its words; 0.3 to 0.7 were alike. Among five
answers of `bank_faq` in one article, the quote was of the right one for 93.0 % of the development
questions; by words alone for 89.3 %."""
MOST_SENTENCES = 4
"""Sentences of a quote, without the items of a list."""
MOST_ITEMS = 8
NEAR = 0.6
"""Share of the best sentence's score from which its neighbours belong to the answer."""
WHOLE_WORDS = 60
"""A paragraph of at most so many words is quoted whole: half an answer reads as a wrong one."""

_LONGEST = 2_000
"""Characters of a question that are read."""
_LEANS_BACK = re.compile(
    r"(?:it|its|this|that|these|those|they|their|he|she|such|however|but|otherwise|also|then|so|"
    r"therefore|in that case|if so|if not|the same)\b"
    r"|[它这那该此其]|但|否则|因此|所以|如果是|如果不是|另外|同时",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Quoted:
    """An answer in the words of the articles."""

    sources: tuple[Source, ...]
    """Best first; the first one answers."""
    confidence: float
    """How likely the first source is the right one, in [0, 1]."""


def quote(
    question: str,
    hits: Sequence[Hit],
    *,
    rarity: Rarity,
    embed: Embed | None = None,
    sources: int = 1,
) -> Quoted | None:
    """Return the sentences that answer a question; None where nothing was found.

    Args:
        question: as the customer asks it.
        hits: of the search for it, best first.
        rarity: of words among the passages.
        embed: what the passages were embedded with; sentences are then chosen by meaning too, at
            the cost of embedding those of a passage that has more than one paragraph.
        sources: how many passages to quote at the most.
    """
    if not hits:
        return None
    asked = rarity(list(dict.fromkeys(tokens(question))))
    if embed is not None and all(hit.meaning_rank is None for hit in hits):
        embed = None  # the question is of a language that its base does not know
    found = tuple(
        Source(
            hit.document,
            hit.title,
            hit.heading,
            best_sentences(hit.text, partial(_scores, question[:_LONGEST], asked, embed)),
            hit.url,
        )
        for hit in hits[:sources]
    )
    return Quoted(found, confidence_of(hits))


def best_sentences(text: str, score: Callable[[Sequence[str]], Sequence[float]]) -> str:
    """Return the run of sentences of a passage that `score` finds best."""
    sentences = _sentences(text)
    first, last = 0, len(sentences) - 1
    if not (sentences[first][0] == sentences[last][0] and _is_short(sentences)):
        scores = score([sentence for _, sentence in sentences])
        best = max(range(len(scores)), key=lambda i: (scores[i], -i))
        first, last = _paragraph(sentences, best)
        if not _is_short(sentences[first : last + 1]):
            first, last = _run(scores, best, first, last)
    first = _lean_back(sentences, first)
    last = _listed(sentences, last)
    return _joined(text, sentences[first : last + 1])


def _scores(
    question: str, asked: Mapping[str, float], embed: Embed | None, sentences: Sequence[str]
) -> list[float]:
    """Return how well each sentence answers: words by their rarity, and meaning where it can."""
    whole = sum(asked.values()) or 1.0
    held = [set(tokens(sentence)) for sentence in sentences]
    by_words = [sum(w for word, w in asked.items() if word in own) / whole for own in held]
    if embed is None:
        return by_words
    vectors = np.asarray(embed([question, *sentences]), dtype=np.float64)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = vectors / np.where(lengths > 0, lengths, 1)
    cosines = vectors[1:] @ vectors[0]
    return [(1 - MEANING) * w + MEANING * c for w, c in zip(by_words, cosines, strict=True)]


def _sentences(text: str) -> list[tuple[int, str]]:
    """Return the sentences of a passage with the number of the paragraph that each is of."""
    return [
        (number, sentence)
        for number, paragraph in enumerate(text.split("\n"))
        for sentence in split_sentences(paragraph)
    ]


def _paragraph(sentences: Sequence[tuple[int, str]], place: int) -> tuple[int, int]:
    """Return the first and the last sentence of the paragraph of a sentence."""
    own = [i for i, (number, _) in enumerate(sentences) if number == sentences[place][0]]
    return own[0], own[-1]


def _is_short(sentences: Sequence[tuple[int, str]]) -> bool:
    """Return whether a paragraph is quoted whole."""
    text = " ".join(sentence for _, sentence in sentences)
    return len(sentences) <= MOST_SENTENCES and len(tokens(text)) <= WHOLE_WORDS


def _run(scores: Sequence[float], best: int, first: int, last: int) -> tuple[int, int]:
    """Return the run around the best sentence, within its paragraph, that answers with it."""
    low = high = best
    while high - low + 1 < MOST_SENTENCES:
        sides = [i for i in (high + 1, low - 1) if first <= i <= last]
        near = [i for i in sides if scores[i] > 0 and scores[i] >= NEAR * scores[best]]
        if not near:
            break
        side = max(near, key=lambda i: scores[i])
        low, high = min(low, side), max(high, side)
    return low, high


def _lean_back(sentences: Sequence[tuple[int, str]], first: int) -> int:
    """Return where a quote must begin so that its first word means something: one step back."""
    leans = first > 0 and _LEANS_BACK.match(sentences[first][1])
    return first - 1 if leans else first


def _listed(sentences: Sequence[tuple[int, str]], last: int) -> int:
    """Return where a quote ends that announces a list: behind its items."""
    if not sentences[last][1].rstrip().endswith((":", "：")):
        return last
    return min(last + MOST_ITEMS, len(sentences) - 1)


def _joined(text: str, sentences: Sequence[tuple[int, str]]) -> str:
    """Return neighbouring sentences as they stand in the text, with the white space between."""
    place, begin = 0, -1
    for _, sentence in sentences:
        place = text.index(sentence, place)
        begin = place if begin < 0 else begin
        place += len(sentence)
    return text[begin:place]
