"""Does one token or one column give the answer away? Then nothing is learnt, only copied.

The rule for tokens. A token *gives a label away* when it stands in nearly all rows of the label
and in nearly no other row. That alone is no fault: every message about a refund may say `refund`.
It stops the build in two cases only:

- such tokens exist for at least half of the labels (of two labels, the one without a token is
  known by its absence), since honest keywords never cover a whole set of intents;
- the token spells the label in a form that people do not write: `label_3`, `cancel_order`.

Otherwise a label with such a token is a warning to look at. Columns other than the text are not
read by the model, so a column that decides the label is a warning as well.
"""

import re
from collections import Counter, defaultdict

from whet.cards.schema import Card
from whet.core.text import normalise, words
from whet.data.audit.finding import MAX_EXAMPLES, Example, Finding, Severity, listed, share
from whet.data.frame import Dataset, Frame

MIN_ROWS = 10
"""Rows of a label (or of a column's value) below which a perfect rule can be chance."""

COVERED = 0.9
"""Share of a label's rows in which its token must stand."""

PURE = 0.99
"""Share of a token's rows that must carry the label."""

COLUMN_ACCURACY = 0.95
"""Accuracy on held-out rows of `the usual label of this value` from which a column decides."""


def giveaway(card: Card, dataset: Dataset) -> list[Finding]:
    """Find tokens and columns from which the label can be read off."""
    tokens = _tokens(dataset)
    columns = (_column(dataset, column) for column in card.columns)
    return [finding for finding in (tokens, *columns) if finding is not None]


def telling_tokens(train: Frame) -> dict[str, str]:
    """Return label -> token for each label that one token gives away, in order of the labels.

    A label's name of several words (or Chinese characters) counts as one token. Where a label has
    several such tokens, one that spells the label is preferred.
    """
    rows = Counter(train.labels)
    names = {name for label in rows if len(words(name := normalise(label))) > 1}
    with_token: dict[str, Counter[str]] = defaultdict(Counter)  # token -> label -> rows
    for text, label in zip(train.texts, train.labels, strict=True):
        plain = normalise(text)
        for token in {*words(text), *(name for name in names if name in plain)}:
            with_token[token][label] += 1
    found: dict[str, str] = {}
    for token, labels in with_token.items():
        label, count = labels.most_common(1)[0]
        covers = rows[label] >= MIN_ROWS and count >= COVERED * rows[label]
        is_telling = covers and count >= PURE * labels.total()
        if is_telling and (label not in found or spells(token, label)):
            found[label] = token
    return dict(sorted(found.items()))


def spells(token: str, label: str) -> bool:
    """Return True when a token spells a label in a form that people do not write in a message.

    >>> spells("__refund__", "refund"), spells("class3", "3"), spells("refund", "refund")
    (True, True, False)
    """
    name = normalise(label)
    if name.isdigit():
        return token.endswith(name) and any(map(str.isalpha, token))
    bare = re.sub(r"[\W_]", "", name)
    return "_" in token and bool(bare) and bare in token.replace("_", "")


def _tokens(dataset: Dataset) -> Finding | None:
    """Return the finding of labels that one token gives away."""
    found = telling_tokens(dataset.train)
    if not found:
        return None
    is_spelled = any(spells(token, label) for label, token in found.items())
    severity: Severity = "stop" if is_spelled or 2 * len(found) >= len(dataset.labels) else "warn"
    named = listed([f"`{token}` for {label}" for label, token in found.items()])
    sentence = (
        "Labels that one word gives away, by standing in nearly all of their training rows and no "
        f"others: {share(len(found), len(dataset.labels))}; {named}. If the word was put there by "
        "a system or after the decision, remove it from the texts; if people write it, no model "
        "is needed for that label, and all is well."
    )
    examples = tuple(
        Example(None, "", token, label) for label, token in list(found.items())[:MAX_EXAMPLES]
    )
    return Finding("giveaway", severity, len(found), sentence, examples)


def _column(dataset: Dataset, column: str) -> Finding | None:
    """Return the finding of a column whose values decide the label of the test rows."""
    usual = _usual_labels(dataset.train, column)
    test = dataset.test
    pairs = zip(test.columns[column], test.labels, strict=True)
    known = [(usual[value], label) for value, label in pairs if value in usual]
    if len(known) < max(MIN_ROWS, len(test) / 2):
        return None
    accuracy = sum(guess == label for guess, label in known) / len(known)
    largest = Counter(label for _, label in known).most_common(1)[0][1] / len(known)
    # Nine of ten rows may have one label anyway: the column must also mend most of those errors.
    if accuracy < COLUMN_ACCURACY or 1 - accuracy >= (1 - largest) / 4:
        return None
    sentence = (
        f"The column `{column}` gives the label away: the usual label of its value is right for "
        f"{100 * accuracy:.1f} % of {len(known):,} test rows. Either no model is needed, or the "
        "column was filled in after the decision; the model does not read it."
    )
    examples = tuple(
        Example(None, test.source, f"{column}: {value}", label)
        for value, label in sorted(usual.items())[:MAX_EXAMPLES]
    )
    return Finding("giveaway", "warn", len(known), sentence, examples)


def _usual_labels(train: Frame, column: str) -> dict[str, str]:
    """Return value -> most frequent label, for values with enough training rows to tell."""
    by_value: dict[str, Counter[str]] = defaultdict(Counter)
    for value, label in zip(train.columns[column], train.labels, strict=True):
        by_value[value][label] += 1
    return {
        value: labels.most_common(1)[0][0]
        for value, labels in by_value.items()
        if value and labels.total() >= MIN_ROWS
    }
