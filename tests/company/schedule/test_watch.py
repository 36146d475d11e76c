"""What a solver finds is told as it comes, and the schedule's progress with it."""

from ortools.sat.python import cp_model
from tests.company.schedule.small import company, person, task

from whet.company.schedule.limits import Limits
from whet.company.schedule.problem import Milestone
from whet.company.schedule.solve import solve
from whet.company.schedule.watch import Watch
from whet.core.progress import Quiet


class Kept(Quiet):
    """A progress that keeps its notes."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def test_values_fall_to_the_best_and_bounds_stay_below() -> None:
    model = cp_model.CpModel()
    x = model.new_int_var(3, 50, "x")
    model.add_hint(x, 40)
    model.minimize(x)
    told: list[tuple[int, int]] = []
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.solve(model, Watch(lambda value, bound: told.append((value, bound))))
    assert told[-1][0] == 3
    assert all(bound <= value for value, bound in told)


def test_a_schedule_tells_what_it_reaches_once_a_second() -> None:
    kept = Kept()
    tasks = (task("a", 4), task("b", 6))
    problem = company(tasks, (person("anna", "code"),), milestones=(Milestone("m", ("b",), 5),))
    solve(problem, limits=Limits(2, workers=1), progress=kept)
    first, *others = kept.notes
    assert first.endswith("s  delay 1, at least 1")
    assert len(others) <= 1
