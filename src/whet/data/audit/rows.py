"""Which rows cannot be used, and which are cut? Empty texts, missing labels, long texts."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from whet.cards.schema import Card
from whet.data.audit.finding import MAX_EXAMPLES, Example, Finding, Severity, example, listed, share
from whet.data.audit.parts import parts
from whet.data.frame import Dataset

MANY_UNUSABLE = 0.1
"""Share of unusable rows from which the file was probably read wrongly (delimiter, encoding,
column name) and not merely filled in carelessly."""

MANY_CUT = 0.05
"""Share of cut texts from which the lost ends can matter to the score."""

LONG_CHARACTERS = 2_000
"""Length from which a text is worth a word when its tokens cannot be counted; about 500 tokens."""


def unusable_rows(card: Card, dataset: Dataset) -> list[Finding]:
    """Find the rows that reading left out because the text or the label is empty."""
    unusable = dataset.unusable
    if not unusable:
        return []
    total = len(unusable) + sum(len(frame) for frame in parts(dataset).values())
    reasons = Counter(reason for *_, reason in unusable)
    told = listed([f"{count:,} {reason}" for reason, count in reasons.most_common()])
    sentence = (
        f"Rows that cannot be used and are left out: {share(len(unusable), total)}; {told}. Fill "
        "them in or delete them; when there are many, compare the card's columns and delimiter "
        "with the file."
    )
    examples = tuple(
        Example(row, source, "", reason) for source, row, reason in unusable[:MAX_EXAMPLES]
    )
    severity: Severity = "stop" if len(unusable) > MANY_UNUSABLE * total else "warn"
    return [Finding("unusable_rows", severity, len(unusable), sentence, examples)]


def truncation(
    card: Card,
    dataset: Dataset,
    *,
    max_tokens: Callable[[Sequence[str]], NDArray[np.integer]] | None = None,
    token_limit: int | None = None,
) -> list[Finding]:
    """Find texts longer than the encoder reads.

    `max_tokens` counts the tokens of each text and `token_limit` is what the encoder reads;
    without either, texts of more than 2,000 characters are named.
    """
    frames = list(parts(dataset).values())
    texts = [text for frame in frames for text in frame.texts]
    if max_tokens is None or token_limit is None:
        lengths, limit, unit = np.array([len(text) for text in texts]), LONG_CHARACTERS, "character"
    else:
        lengths, limit, unit = max_tokens(texts), token_limit, "token"
    over = np.flatnonzero(lengths > limit)
    if not over.size:
        return []
    advice = (
        "The encoder does not read the rest; the linear model reads all. Put what matters first, "
        "or choose a base that reads more."
        if unit == "token"
        else "An encoder may not read the end of them."
    )
    sentence = f"Texts of more than {limit:,} {unit}s: {share(len(over), len(texts))}. {advice}"
    places = [(frame, i) for frame in frames for i in range(len(frame))]
    examples = tuple(
        example(*places[i], f"{lengths[i]:,} {unit}s")
        for i in sorted(over, key=lambda i: -lengths[i])[:MAX_EXAMPLES]
    )
    severe = unit == "token" and len(over) > MANY_CUT * len(texts)
    return [Finding("truncation", "warn" if severe else "info", len(over), sentence, examples)]
