import re
from datetime import date

import numpy as np
import pytest

from whet.company.simulation.calendars import Capacity, together, working_days
from whet.company.simulation.efforts import EstimateError, draw_efforts
from whet.company.simulation.estimates import Z90, ThreePoint
from whet.company.simulation.network import Activity, Link, Network, run
from whet.company.simulation.streams import Draws, Streams
from whet.core.errors import InputError

ALWAYS = {"all": Capacity("all", np.ones(4000))}
"""A crew without weekends, so that time is effort."""


def task(name: str, *after: str, crew: str | None = "all", earliest: float = 0.0) -> Activity:
    return Activity(name, tuple(Link(x) for x in after), crew, earliest)


def two(seed: int, rho: float, draws: int = 200_000) -> dict[str, Draws]:
    estimates = {"a": ThreePoint(8, 10, 12), "b": ThreePoint(8, 10, 12)}
    return draw_efforts(estimates, Streams(draws, seed), error=EstimateError(correlation=rho))


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_two_tasks_side_by_side_end_as_the_larger_of_two_normals(rho: float) -> None:
    # C. E. Clark, Operations Research 9 (1961) 145: E max = mu + sigma sqrt((1 - rho) / pi).
    network = Network((task("a"), task("b"), task("end", "a", "b", crew=None)), ALWAYS)
    ends = run(network, two(3, rho)).of("end")
    sigma = 2 / Z90
    assert ends.mean() == pytest.approx(10 + sigma * np.sqrt((1 - rho) / np.pi), abs=0.01)
    if rho == 0:  # the larger of two is below t with the square of the odds
        assert np.quantile(ends, 0.25) == pytest.approx(10.0, abs=0.02)


def test_two_tasks_in_a_row_end_as_the_sum_of_two_normals() -> None:
    ends = run(Network((task("a"), task("b", "a")), ALWAYS), two(4, 0.5)).end
    sigma = 2 / Z90
    assert ends.mean() == pytest.approx(20, abs=0.02)
    assert ends.std() == pytest.approx(sigma * np.sqrt(2 + 2 * 0.5), abs=0.01)


def test_dates_by_hand() -> None:
    start = date(2026, 11, 16)
    crews = {"ada": together("ada", [working_days(start, 100)])}
    network = Network(
        (
            Activity("design", (), "ada"),
            Activity("build", (Link("design", 2.0),), "ada"),
            Activity("late", (), "ada", 9.0),
            Activity("done", (Link("build"), Link("late"))),
        ),
        crews,
    )
    times = run(network, {x: np.array([3.0]) for x in ("design", "build", "late")})
    # design Mon-Wed; two days later, Fri evening, build: Mon-Wed; late begins on Wed, day 9.
    assert times.of("design").tolist() == [3.0]
    assert times.of("build").tolist() == [10.0]
    assert times.of("late").tolist() == [12.0]
    assert times.of("done").tolist() == [12.0]
    assert times.end.tolist() == [12.0]


def test_it_is_the_longest_path_of_every_draw() -> None:
    rng = np.random.default_rng(0)
    links = {j: sorted({int(i) for i in rng.integers(0, j, 3)}) if j else [] for j in range(25)}
    network = Network(
        tuple(task(f"t{j}", *(f"t{i}" for i in before)) for j, before in links.items()), ALWAYS
    )
    efforts = {f"t{j}": rng.uniform(0, 9, 30) for j in range(25)}
    times = run(network, efforts)
    for draw in range(30):
        ends: list[float] = []
        for j in range(25):
            begin = max((ends[i] for i in links[j]), default=0.0)
            ends.append(begin + efforts[f"t{j}"][draw])
        assert times.finish[:, draw] == pytest.approx(ends)


def test_the_order_of_the_file_does_not_matter() -> None:
    forward = Network((task("a"), task("b", "a")), ALWAYS)
    backward = Network((task("b", "a"), task("a")), ALWAYS)
    efforts = {"a": np.array([2.0]), "b": np.array([3.0])}
    assert run(forward, efforts).of("b") == run(backward, efforts).of("b")


def test_an_empty_plan_ends_at_once() -> None:
    assert run(Network((), {}), {}, draws=4).end.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("activities", "sentence"),
    [
        (
            (task("a", "c"), task("b", "a"), task("c", "b"), task("d", "c")),
            "The order of the tasks must not go in a circle; found a → b → c → a. "
            "Remove one of these links.",
        ),
        (
            (task("a", "a"),),
            "The order of the tasks must not go in a circle; found a → a. "
            "Remove one of these links.",
        ),
        (
            (task("train"), task("b", "trian")),
            "'b' waits for 'trian', which is not a task or milestone of the plan. "
            "Did you mean 'train'?",
        ),
        ((task("a", crew="al"),), "'a' is done by 'al', which is not a crew. Did you mean 'all'?"),
        ((task("a"), task("a")), "Every activity needs a name of its own; a name is used twice."),
    ],
)
def test_a_wrong_network_is_refused(activities: tuple[Activity, ...], sentence: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        Network(activities, ALWAYS)


def test_an_effort_needs_a_task_and_someone_to_do_it() -> None:
    network = Network((task("a"), task("goal", "a", crew=None)), ALWAYS)
    sentence = "The effort of 'x' belongs to no task of the plan. Valid names: a, goal."
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        run(network, {"x": np.ones(2)})
    sentence = "'goal' has an effort and nobody to do it. Give it a crew."
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        run(network, {"goal": np.ones(2)})
    sentence = "'gaol' is not a task or milestone of the plan. Did you mean 'goal'?"
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        run(network, {"a": np.ones(2)}).of("gaol")
