from itertools import pairwise

import numpy as np

from whet.company.simulation.calendars import Capacity
from whet.company.simulation.network import Activity, Link, Network, run
from whet.company.simulation.ordering import serial_times, with_people_order

CREWS = {p: Capacity(p, np.ones(500)) for p in ("ada", "bob")}
PEOPLE = {"a": ["ada"], "b": ["bob"], "c": ["ada"], "d": ["ada", "bob"]}
PLAN = tuple(Activity(t, (), PEOPLE[t][0]) for t in PEOPLE)


def before(activities: tuple[Activity, ...]) -> dict[str, list[str]]:
    return {a.id: sorted(link.id for link in a.after) for a in activities}


def test_each_person_passes_from_one_task_to_the_next() -> None:
    times = {"a": (0.0, 2.0), "b": (0.0, 5.0), "c": (2.0, 4.0), "d": (5.0, 6.0)}
    # Ada: a, c, d; Bob: b, d. That a comes before d follows from c.
    assert before(with_people_order(PLAN, PEOPLE, times)) == {
        "a": [],
        "b": [],
        "c": ["a"],
        "d": ["b", "c"],
    }


def test_tasks_that_the_plan_lets_overlap_get_no_link() -> None:
    times = {"a": (0.0, 4.0), "b": (0.0, 5.0), "c": (2.0, 6.0), "d": (6.0, 7.0)}
    assert before(with_people_order(PLAN, PEOPLE, times)) == {
        "a": [],
        "b": [],
        "c": [],
        "d": ["a", "b", "c"],
    }


def test_links_of_the_plan_stay() -> None:
    plan = (Activity("a", (), "ada"), Activity("c", (Link("a", 3.0),), "ada"))
    times = {"a": (0.0, 2.0), "c": (5.0, 6.0)}
    ordered = with_people_order(plan, {"a": ["ada"], "c": ["ada"]}, times)
    assert ordered[1].after == (Link("a", 3.0),)


def test_a_serial_plan_gives_nobody_two_things_at_once() -> None:
    days = {"a": 2.0, "b": 4.0, "c": 3.0, "d": 1.0}
    times = serial_times(Network(PLAN, CREWS), PEOPLE, days)
    for person in ("ada", "bob"):
        book = sorted(times[t] for t, crew in PEOPLE.items() if person in crew)
        assert all(x[1] <= y[0] for x, y in pairwise(book))


def test_the_longest_tail_comes_first() -> None:
    plan = (
        Activity("short", (), "ada"),
        Activity("long", (), "ada"),
        Activity("after", (Link("long"),), "bob"),
    )
    people = {"short": ["ada"], "long": ["ada"], "after": ["bob"]}
    times = serial_times(Network(plan, CREWS), people, {"short": 2, "long": 2, "after": 9})
    assert times == {"long": (0.0, 2.0), "after": (2.0, 11.0), "short": (2.0, 4.0)}


def test_a_run_of_the_ordered_network_gives_the_plan_back() -> None:
    days = {"a": 2.0, "b": 4.0, "c": 3.0, "d": 1.0}
    times = serial_times(Network(PLAN, CREWS), PEOPLE, days)
    network = Network(with_people_order(PLAN, PEOPLE, times), CREWS)
    ends = run(network, {t: np.array([d]) for t, d in days.items()})
    assert {t: float(ends.of(t)[0]) for t in days} == {t: times[t][1] for t in days}
