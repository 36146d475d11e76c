"""What does CP-SAT find while it searches? Each better answer with its bound, as it comes."""

import math
from collections.abc import Callable

from ortools.sat.python import cp_model


class Watch(cp_model.CpSolverSolutionCallback):
    """Tells the value and the bound of the goal whenever a better schedule is found."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        """Call `tell(value, bound)`, from the solver's thread, for each schedule."""
        super().__init__()
        self._tell = tell

    def on_solution_callback(self) -> None:
        """Tell of a schedule."""
        self._tell(round(self.objective_value), math.ceil(self.best_objective_bound - 1e-6))
