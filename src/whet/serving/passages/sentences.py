"""Where do the sentences of a text begin and end? By its full stops, in English and Chinese."""

import re

_END = re.compile(r"[.!?]+[\"')\]]*(?=\s)|[。！？]+[”’」』）]*|\n")


def sentences_of(text: str) -> list[tuple[int, int]]:
    """Return begin and end of each sentence, in characters; together they are the whole text.

    An abbreviation such as `Dr. Li` ends a sentence too.

    >>> [(a, b) for a, b in sentences_of("Ana left. She is in Rome.")], sentences_of("走了。好！")
    ([(0, 9), (9, 25)], [(0, 3), (3, 5)])
    """
    ends = [match.end() for match in _END.finditer(text)]
    if not ends or ends[-1] < len(text):
        ends.append(len(text))
    starts = [0, *ends[:-1]]
    found = list(zip(starts, ends, strict=True))
    # White space behind the last full stop is no sentence.
    if len(found) > 1 and not text[found[-1][0] :].strip():
        found[-2:] = [(found[-2][0], len(text))]
    return found
