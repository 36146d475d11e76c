"""Are the numbers sound? Far ones, two units in one column, numbers that the text gives away."""

import re

import numpy as np

from whet.cards.schema import Card
from whet.data.audit.finding import MAX_EXAMPLES, Finding, Severity, example, share
from whet.data.frame import Dataset, joined
from whet.data.split import development
from whet.data.values import Values, number, values_of

FAR = 10
"""Distances of the middle half from the median beyond which a number is far from all others: less
than one row in 10^10 of a normal distribution, and the rows that a squared error listens to."""

FACTOR = 10
"""Ratio between neighbouring numbers that looks like a change of unit (mm and cm, cents and euros,
thousands)."""

SIDE = 0.02
"""Share of the rows that must lie on either side of such a gap; fewer are outliers."""

GIVEN_AWAY = 0.5
"""Share of texts that hold their number from which the model need only copy it."""

SOME = 0.05
"""Share of texts that hold their number which is worth a word."""

_NUMBERS = re.compile(r"(?<![\w.])[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:[.][0-9]+)?")


def outliers(card: Card, dataset: Dataset) -> list[Finding]:
    """Find training numbers that are far from all others, the farthest first."""
    train = dataset.train
    values = values_of(train.labels)
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    if high == low:  # more than half of the rows have one number: nothing is usual for the rest
        return []
    distance = np.abs(values - middle) / (high - low)
    far = np.flatnonzero(distance > FAR)
    if not len(far):
        return []
    sentence = (
        f"Training rows whose number is more than {FAR} times the width of the middle half away "
        f"from the median ({middle:.6g}): {share(len(far), len(values))}. A few of them can decide "
        "what is learnt. Correct them, remove them, or predict the logarithm."
    )
    ranked = far[np.argsort(-distance[far], kind="stable")][:MAX_EXAMPLES]
    examples = tuple(example(train, int(i), train.labels[i]) for i in ranked)
    return [Finding("outliers", "warn", len(far), sentence, examples)]


def mixed_units(card: Card, dataset: Dataset) -> list[Finding]:
    """Find positive numbers in two groups at least a factor of ten apart, and nothing between."""
    train = dataset.train
    values = values_of(train.labels)
    if values.min() <= 0 or len(values) < 2 / SIDE:
        return []
    order = np.argsort(values, kind="stable")
    ratio = values[order][1:] / values[order][:-1]
    side = int(np.ceil(SIDE * len(values)))
    inner = ratio[side - 1 : len(ratio) - side + 1]
    at = side - 1 + int(inner.argmax())
    if ratio[at] < FACTOR:
        return []
    small, large = order[at], order[at + 1]
    sentence = (
        f"The numbers fall into two groups with nothing between them: {at + 1:,} rows up to "
        f"{train.labels[small]}, {len(values) - at - 1:,} rows from {train.labels[large]} on, "
        f"{ratio[at]:.0f} times as much. They may be written in two units. Bring them to one."
    )
    examples = tuple(example(train, int(i), train.labels[i]) for i in (small, large))
    return [Finding("mixed_units", "warn", at + 1, sentence, examples)]


def number_in_text(card: Card, dataset: Dataset) -> list[Finding]:
    """Find texts in which their own number stands, more often than another row's number would."""
    frame = joined(development(dataset), dataset.test)
    values = values_of(frame.labels)
    held = [_numbers_of(text) for text in frame.texts]
    hits = [i for i, value in enumerate(values.tolist()) if value in held[i]]
    by_chance = _by_chance(values, held)
    excess = len(hits) - by_chance
    if excess <= SOME * len(frame):
        return []
    sentence = (
        f"Texts in which their own number stands: {share(len(hits), len(frame))}; by chance it "
        f"would be about {by_chance:,}. The model may learn to copy it. If messages to come will "
        "not hold it, remove it from the texts."
    )
    severity: Severity = "stop" if excess > GIVEN_AWAY * len(frame) else "warn"
    examples = tuple(example(frame, i, frame.labels[i]) for i in hits[:MAX_EXAMPLES])
    return [Finding("giveaway", severity, len(hits), sentence, examples)]


def _numbers_of(text: str) -> set[float]:
    """Return the numbers that stand in a text; `1,299` is one of them."""
    found = (number(match.replace(",", "")) for match in _NUMBERS.findall(text))
    return {value for value in found if value is not None}


def _by_chance(values: Values, held: list[set[float]]) -> int:
    """Return in how many texts the number of another row stands, as a mean over all rows."""
    kinds, counts = np.unique(values, return_counts=True)
    frequency = dict(zip(kinds.tolist(), (counts / len(values)).tolist(), strict=True))
    expected = sum(frequency.get(value, 0.0) for numbers in held for value in numbers)
    return int(expected + 0.5)
