import numpy as np
import pytest

from whet.company.simulation.calendars import Capacity
from whet.company.simulation.criticality import critical_rows, criticality
from whet.company.simulation.network import Activity, Link, Network, run

CREWS = {"all": Capacity("all", np.ones(4000))}
NETWORK = Network(
    (
        Activity("a", (), "all"),
        Activity("b", (), "all"),
        Activity("c", (Link("a"), Link("b")), "all"),
        Activity("aside", (), "all"),
        Activity("goal", (Link("c"),)),
    ),
    CREWS,
)


def test_the_longer_of_two_is_critical() -> None:
    efforts = {
        "a": np.array([3.0, 1.0, 2.0, 5.0]),
        "b": np.array([2.0, 2.0, 2.0, 1.0]),
        "c": np.ones(4),
        "aside": np.array([1.0, 1.0, 1.0, 9.0]),
    }
    rows = critical_rows(run(NETWORK, efforts), "goal")
    assert rows[0].tolist() == [True, False, True, True]  # a; in the third draw both decide
    assert rows[1].tolist() == [False, True, True, False]
    assert rows[2].all() and not rows[3].any()
    whole = critical_rows(run(NETWORK, efforts))  # the end of the plan is that of `aside` at last
    assert whole[3].tolist() == [False, False, False, True]
    assert whole[0].tolist() == [True, False, True, False]


def test_two_equal_tasks_share_the_index() -> None:
    rng = np.random.default_rng(5)
    efforts = {x: rng.normal(10, 1, 40_000) for x in ("a", "b")} | {"c": np.full(40_000, 5.0)}
    found = {c.id: c for c in criticality(run(NETWORK, efforts), "goal")}
    assert found["a"].index.value == pytest.approx(0.5, abs=4 * found["a"].index.error)
    assert found["c"].index.value == 1
    assert found["c"].sensitivity == pytest.approx(0, abs=1e-9)  # it never varies
    assert found["c"].cruciality == 0
    assert "goal" not in found
    # max of two iid normals: the variance is 1 - 1/pi, the covariance with one of them is 1/2.
    spread = np.sqrt(1 - 1 / np.pi)
    assert found["a"].sensitivity == pytest.approx(0.5 / spread, rel=0.03)
    assert found["a"].cruciality == pytest.approx(0.5 / spread, rel=0.03)


def test_a_release_date_takes_the_criticality_away() -> None:
    network = Network((Activity("a", (), "all"), Activity("b", (Link("a"),), "all", 9.0)), CREWS)
    found = {
        c.id: c.index.value for c in criticality(run(network, {"a": np.ones(3), "b": np.ones(3)}))
    }
    assert found == {"a": 0, "b": 1}
