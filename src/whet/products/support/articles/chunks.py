"""How is an article cut into passages that can be found? By its headings, and never in a sentence.

Passages do not overlap: a sentence stands in one of them, so that it is cited in one place, and
changing it embeds one passage again.
"""

from collections.abc import Iterator, Sequence

from whet.core.text import words
from whet.products.support.articles.article import Article
from whet.products.support.articles.sentences import split_sentences
from whet.store.passages import Document, Passage

LONGEST_WORDS = 150
"""Words of a passage, or Chinese characters: about 200 tokens, of which encoders read 256."""
SHORTEST_WORDS = 25
"""A shorter last piece joins the passage before it, where they stand under one heading."""
SEPARATOR = " › "


def as_document(article: Article) -> Document:
    """Return an article as passages that can be searched."""
    return Document(
        id=article.id,
        title=article.title,
        passages=tuple(passages_of(article)),
        url=article.url,
        language=article.language,
        owner=article.owner,
        reviewed=article.reviewed,
        source=article.source,
    )


def passages_of(article: Article) -> Iterator[Passage]:
    """Yield the passages of an article in order; together they hold its whole text."""
    for section in article.sections:
        heading = SEPARATOR.join(section.headings)
        for text in _packed(list(_pieces(section.text))):
            yield Passage(heading, text)


def _pieces(text: str) -> Iterator[str]:
    """Yield the paragraphs of a text; a long one by its sentences, a long sentence by its words."""
    for paragraph in text.split("\n"):
        if _length(paragraph) <= LONGEST_WORDS:
            yield paragraph
            continue
        for sentence in split_sentences(paragraph):
            yield from _cut(sentence)


def _cut(sentence: str) -> Iterator[str]:
    """Yield a sentence in parts that are short enough: by its spaces, or anywhere without any."""
    rest = sentence
    while _length(rest) > LONGEST_WORDS:
        end = _prefix(rest)
        space = rest.rfind(" ", end // 2, end + 1)
        end = space if space > 0 else end
        yield rest[:end].strip()
        rest = rest[end:].strip()
    if rest:
        yield rest


def _prefix(text: str) -> int:
    """Return the most characters of a text that hold no more words than a passage may."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _length(text[:middle]) <= LONGEST_WORDS else (low, middle - 1)
    return low


def _packed(pieces: Sequence[str]) -> list[str]:
    """Return pieces joined, in order, to passages of at most `LONGEST_WORDS` words."""
    passages: list[str] = []
    sizes: list[int] = []
    for piece in (piece for piece in pieces if piece.strip()):
        size = _length(piece)
        if passages and sizes[-1] + size <= LONGEST_WORDS:
            passages[-1] = f"{passages[-1]}\n{piece}"
            sizes[-1] += size
        else:
            passages.append(piece)
            sizes.append(size)
    if len(sizes) > 1 and sizes[-1] < SHORTEST_WORDS:
        passages[-2:] = ["\n".join(passages[-2:])]
    return passages


def _length(text: str) -> int:
    """Return the words of a text; a symbol-only text counts by its length."""
    return max(len(words(text)), len(text) // 20)
