"""Which words lie near a word? Those whose embeddings in the base's own table are most alike.

Nothing is downloaded, and the words are in the languages that the base knows. Such neighbours are
words that occur alike, which are often synonyms and sometimes opposites; whether learning from them
helps is for a verdict to say.
"""

from collections.abc import Sequence
from functools import cached_property

import torch
from tokenizers import Tokenizer

from whet.core.text import normalise, words
from whet.models.encoder import Encoder

NEAREST = 5
"""Words given for a word, at most."""
LEAST = 0.45
"""Cosine of two words' embeddings from which they count as near."""
_CONTINUES = "##"
_BEGINS = ("\u0120", "\u2581")  # of byte-level and of SentencePiece vocabularies


class NearWords:
    """The words that are one token of a base, and their embeddings."""

    def __init__(self, encoder: Encoder) -> None:
        self.tokens = whole_words(encoder.tokenizer)
        table = encoder.module.transformer.get_input_embeddings().weight.detach()
        self.names = list(self.tokens)
        rows = torch.tensor([self.tokens[name] for name in self.names], dtype=torch.int64)
        self.embeddings = torch.nn.functional.normalize(table[rows].float(), dim=-1)
        self.known: dict[str, tuple[str, ...]] = {}

    @cached_property
    def place(self) -> dict[str, int]:
        """Return the row of each word in `embeddings`."""
        return {name: i for i, name in enumerate(self.names)}

    def near(self, word: str) -> Sequence[str]:
        """Return the nearest words, nearest first; none for a word that is not one token."""
        name = normalise(word)
        if name not in self.place:
            return ()
        if name not in self.known:
            self.known[name] = self._nearest(name)
        return self.known[name]

    def _nearest(self, name: str) -> tuple[str, ...]:
        """Return the words whose embeddings are most like that of a word, but for itself."""
        likeness = self.embeddings @ self.embeddings[self.place[name]]
        values, rows = likeness.topk(min(NEAREST + 1, len(self.names)))
        found = zip(values.tolist(), rows.tolist(), strict=True)
        near = [self.names[row] for value, row in found if value >= LEAST]
        return tuple(other for other in near if other != name)[:NEAREST]


def whole_words(tokenizer: Tokenizer) -> dict[str, int]:
    """Return the words that are one token, in lower case, and their token ids.

    A token that goes on in a word (`##ing`) is none; where tokens say that they begin a word, only
    those that do.
    """
    vocabulary = tokenizer.get_vocab()
    marks = [mark for mark in _BEGINS if any(token.startswith(mark) for token in vocabulary)]
    found: dict[str, int] = {}
    for token, number in sorted(vocabulary.items(), key=lambda item: item[1]):
        if marks and not token.startswith(marks[0]):
            continue
        word = token.removeprefix(marks[0]) if marks else token
        if not word.startswith(_CONTINUES) and word.isalpha() and words(word) == [normalise(word)]:
            found.setdefault(normalise(word), number)
    return found
