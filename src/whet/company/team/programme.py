"""How is a small linear programme, with whole numbers or without, written down and solved?

Variables and rows are added one by one; `solve` hands them to HiGHS as one sparse matrix.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from whet.core.errors import WhetError

INFINITE = float("inf")
_OUT_OF_TIME, _IMPOSSIBLE = 1, 2
"""What `linprog` calls a search that was cut off, and a problem without an answer."""


class NoAnswer(WhetError):
    """The solver has no answer."""

    def __init__(self, message: str, *, is_impossible: bool) -> None:
        super().__init__(message)
        self.is_impossible = is_impossible
        """Whether it is proved that nothing fits all rows; False where time ran out."""


@dataclass(frozen=True)
class Solution:
    """The answer of a programme.

    `values` by variable; `cost` reached and `bound` proved; `prices` by row: how much the cost
    falls per unit that the row's limit is loosened, at least 0 (all 0 with whole numbers).
    """

    values: NDArray[np.float64]
    cost: float
    bound: float
    is_optimal: bool
    prices: NDArray[np.float64]


@dataclass
class Programme:
    """A cost that is minimised, grown by `variable` and `row`."""

    _costs: list[float] = field(default_factory=list)
    _bounds: list[tuple[float, float]] = field(default_factory=list)
    _whole: list[int] = field(default_factory=list)
    _rows: list[tuple[Mapping[int, float], float]] = field(default_factory=list)

    def variable(
        self, *, cost: float = 0.0, low: float = 0.0, high: float = INFINITE, whole: bool = False
    ) -> int:
        """Add a variable within [low, high] and return its index; `whole`: integers only."""
        self._costs.append(cost)
        self._bounds.append((low, high))
        self._whole.append(int(whole))
        return len(self._costs) - 1

    def at_most(self, terms: Mapping[int, float], limit: float) -> int:
        """Ask that the sum of coefficient times variable is at most `limit`; return the row."""
        self._rows.append((terms, limit))
        return len(self._rows) - 1

    def at_least(self, terms: Mapping[int, float], limit: float) -> int:
        """Ask that the sum of coefficient times variable is at least `limit`; return the row."""
        return self.at_most({index: -value for index, value in terms.items()}, -limit)

    def solve(self, *, seconds: float = 30.0) -> Solution:
        """Return the cheapest answer found within `seconds`.

        Raises:
            NoAnswer: nothing was found in time, or nothing fits all rows.
        """
        whole = any(self._whole)
        options: dict[str, float] = {"time_limit": seconds}
        if whole:
            options["mip_rel_gap"] = 1e-6
        found = linprog(
            self._costs,
            A_ub=self._matrix(),
            b_ub=[limit for _, limit in self._rows],
            bounds=self._bounds,
            integrality=self._whole if whole else None,
            method="highs",
            options=options,
        )
        if found.x is None:
            why = "" if found.status == _OUT_OF_TIME else f" It says: {found.message}"
            raise NoAnswer(
                f"The solver found no answer within {seconds:g} seconds.{why} "
                "Allow more by --seconds, or leave out options.",
                is_impossible=found.status == _IMPOSSIBLE,
            )
        is_optimal = found.status == 0
        bound = float(found.mip_dual_bound) if whole and not is_optimal else float(found.fun)
        prices = np.zeros(len(self._rows)) if whole else -np.asarray(found.ineqlin.marginals)
        return Solution(np.asarray(found.x), float(found.fun), bound, is_optimal, prices)

    def _matrix(self) -> csr_array:
        """Return the rows as one sparse matrix."""
        rows = [index for index, (terms, _) in enumerate(self._rows) for _ in terms]
        columns = [column for terms, _ in self._rows for column in terms]
        values = [value for terms, _ in self._rows for value in terms.values()]
        shape = (len(self._rows), len(self._costs))
        return csr_array((values, (rows, columns)), shape=shape)
