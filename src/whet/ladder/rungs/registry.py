"""Which models are tried? Every rung of the ladder by name."""

from collections.abc import Callable

from whet.cards.tuning import method_of
from whet.ladder.context import Context
from whet.ladder.rungs.blend import BlendRung
from whet.ladder.rungs.contract import Rung
from whet.ladder.rungs.linear import LinearRung
from whet.ladder.rungs.probe import ProbeRung
from whet.ladder.rungs.tuned import TunedRung

RUNGS: dict[str, Callable[[Context], Rung]] = {
    "linear": LinearRung,
    "probe": ProbeRung,
    "blend": BlendRung,
}
"""Every rung that tunes no encoder by the name that cards use, cheapest first."""


def open_rung(candidate: str, context: Context) -> Rung:
    """Return the rung of a candidate of the card; those that tune the encoder share one.

    Raises:
        InputError: the base does not support the candidate's method.
    """
    if method_of(candidate) is not None:
        return TunedRung(context, candidate)
    return RUNGS[candidate](context)
