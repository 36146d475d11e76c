"""How much work will the tasks be, all together? Efforts that are wrong in the same direction.

Estimates of one team share an error: who is too hopeful about one task is so about the next. One
common factor with correlation rho carries it, so that a plan's total spreads as wide as it does in
life; with independent tasks the errors would cancel.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from whet.company.simulation.estimates import ThreePoint, at
from whet.company.simulation.streams import Draws, Streams
from whet.core.errors import InputError

COMMON = ("effort", "common")
"""Name of the column that all efforts share."""


@dataclass(frozen=True)
class EstimateError:
    """How estimates are wrong together."""

    correlation: float = 0.3
    """Correlation rho of any two tasks' errors, in [0, 1]; of the scores behind the efforts."""
    bias: float = 1.0
    """Real effort over estimate, from past tasks; above 0. 1.2: the work took a fifth longer."""

    def __post_init__(self) -> None:
        if not 0 <= self.correlation <= 1:
            raise InputError(
                f"The correlation of estimates must be from 0 to 1; found {self.correlation:g}."
            )
        if not 0 < self.bias <= 100:
            raise InputError(
                f"The bias of estimates must be above 0 and at most 100; found {self.bias:g}."
            )


def draw_efforts(
    estimates: Mapping[str, ThreePoint], streams: Streams, *, error: EstimateError | None = None
) -> dict[str, Draws]:
    """Return the effort of each task in person-days, shape (draws,).

    The score of task j is z_j = sqrt(rho) Z + sqrt(1 - rho) e_j (a Gaussian copula of one factor).

    Source: M. Vanhoucke, Integrated Project Management and Control (2014), chapter 6, on common
    factors in schedule risk; O. Vasicek, "Loan portfolio value", Risk (2002), for the copula.
    """
    error = error or EstimateError()
    common = np.sqrt(error.correlation) * streams.normal(*COMMON)
    own = np.sqrt(1 - error.correlation)
    return {
        name: error.bias * at(three, common + own * streams.normal("effort", name))
        for name, three in estimates.items()
    }
