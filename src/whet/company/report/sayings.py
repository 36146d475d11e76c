"""How do sentences of other parts get onto the page? Translated where that is known, else marked.

A screen reader must not read English sentences with a Chinese voice, so what stays English says so.
"""

from collections.abc import Sequence
from typing import Literal

from whet.company.report.blocks import Lines
from whet.company.report.wording import Words


def spoken(
    sentences: Sequence[str], w: Words, kind: Literal["plain", "list", "note"] = "list"
) -> list[Lines]:
    """Return sentences in the language of the page, those that are only known in English last."""
    if w.language == "en":
        return [Lines(tuple(sentences), kind)] if sentences else []
    told = {sentence: w.said(sentence) for sentence in sentences}
    own = tuple(chinese for english, chinese in told.items() if chinese != english)
    rest = tuple(english for english, chinese in told.items() if chinese == english)
    blocks = [Lines(own, kind)] if own else []
    return [*blocks, Lines(rest, kind, "en")] if rest else blocks
