"""Where do the sentences of an article begin and end? English and Chinese, word for word.

The places of full stops come from `whet.serving.passages.sentences`; here what is no end is put
together again: abbreviations, initials, numbers of a list.
"""

import re

from whet.serving.passages.sentences import sentences_of

_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:e\.g|i\.e|etc|mr|mrs|ms|dr|no|nos|rs|inc|ltd|co|vs|approx|min|max|tel|ext|fig|"
    r"incl|excl|st|a\.m|p\.[am]|[a-z]|\d{1,2})\.$",
    re.IGNORECASE,
)


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text as they stand, without the white space between them.

    >>> split_sentences("Pay by card, e.g. Visa. It costs Rs. 20 a year. 免费。请致电。")
    ['Pay by card, e.g. Visa.', 'It costs Rs. 20 a year.', '免费。', '请致电。']
    """
    found: list[str] = []
    start = 0
    for begin, end in sentences_of(text):
        piece = text[begin:end]
        if end < len(text) and not piece.endswith("\n") and _ABBREVIATION.search(piece):
            continue  # the sentence goes on
        if sentence := text[start:end].strip():
            found.append(sentence)
        start = end
    if rest := text[start:].strip():
        found.append(rest)
    return found
