"""Which messages without labels may be learnt from? Those that stand nowhere else in the data."""

from collections.abc import Iterable

from whet.core.text import normalise
from whet.data.frame import Frame


def strangers(unlabelled: Frame, others: Iterable[Frame]) -> Frame:
    """Return the messages whose text no other part holds, each text once.

    A held-out text among them would be a look at the test, and a training text has its label
    already. Texts are equal when they are equal after `normalise`.
    """
    known = {normalise(text) for frame in others for text in frame.texts}
    kept = []
    for i, text in enumerate(map(normalise, unlabelled.texts)):
        if text not in known:
            known.add(text)
            kept.append(i)
    return unlabelled.take(kept)
