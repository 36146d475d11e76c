"""Which models are tried? Every rung of the ladder by name."""

from collections.abc import Callable

from whet.ladder.context import Context
from whet.ladder.rungs.blend import BlendRung
from whet.ladder.rungs.contract import Rung
from whet.ladder.rungs.full import FullRung
from whet.ladder.rungs.linear import LinearRung
from whet.ladder.rungs.probe import ProbeRung

RUNGS: dict[str, Callable[[Context], Rung]] = {
    "linear": LinearRung,
    "probe": ProbeRung,
    "blend": BlendRung,
    "full": FullRung,
}
"""Every rung by the name that cards use, cheapest first."""
