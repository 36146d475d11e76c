"""Does it help to augment what the best rung learns from? Each way is a candidate of its own.

A way is tried on the best rung so far, with what was kept before it, and joins it only where it
beats it: published results show that augmentation hurts as often as it helps.
"""

from dataclasses import dataclass

from whet.cards.tuning import frozen_layers, method_of
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Rung
from whet.ladder.rungs.registry import AUGMENTED, JOINT, open_rung
from whet.models.output import Output


@dataclass(frozen=True)
class Variant:
    """A rung that learns from augmented rows."""

    name: str
    """The rung's name and its ways, such as `probe+noise`."""
    rung: Rung[Output] | None
    """None where the rung cannot be augmented in this way."""
    reason: str
    """Why not; empty where it can."""


def variant(context: Context, best: str, way: str) -> Variant:
    """Return the best candidate, augmented in one more way."""
    name, reason = best + JOINT + way, _refused(best.split(JOINT)[0], way)
    return Variant(name, None if reason else open_rung(name, context), reason)


def is_augmented(candidate: str) -> bool:
    """Return True for the name of a candidate that learns from augmented rows.

    >>> is_augmented("probe+noise"), is_augmented("freeze:4")
    (True, False)
    """
    return JOINT in candidate


def _refused(rung: str, way: str) -> str:
    """Return why a rung cannot be augmented in a way; empty when it can."""
    if method_of(rung) is None and rung not in AUGMENTED:
        return f"{rung} learns from its rows as they are; probe, blend and tuned encoders can"
    if way == "fgm" and method_of(rung) is None:
        return f"fgm acts in the training of an encoder, and {rung} trains none"
    if way == "fgm" and frozen_layers(rung):
        return f"{rung} stores what its lower layers make of the words that fgm would shift"
    return ""
