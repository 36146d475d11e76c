"""In which stratum is a text of several labels? That of its rarest one.

Whoever deals rows by their rarest label deals the labels that are hardest to keep in proportion
first: the first step of iterative stratification. Source: Sechidis, Tsoumakas, Vlahavas 2011, On
the Stratification of Multi-label Data, ECML PKDD.
"""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

WITHOUT = "(none)"
"""Stratum of texts without a label that is frequent enough."""
_FEWEST = 10
"""Texts below which a label is no stratum of its own: folds could not all have one."""


def rarest(held: Sequence[AbstractSet[str]]) -> list[str]:
    """Return the stratum of each text, from the labels that it holds.

    >>> rarest([{"a", "b"}] * 10 + [{"a"}])[-2:]
    ['b', 'a']
    """
    texts = Counter(label for labels in held for label in labels)
    frequent = {label for label, count in texts.items() if count >= _FEWEST}
    return [
        min(labels & frequent, key=lambda label: (texts[label], label), default=WITHOUT)
        for labels in held
    ]
