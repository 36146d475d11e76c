"""Tests for whet.company.operations.coverage: the risk dial from what a build measured."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from whet.company.operations.coverage import Coverage, coverage_of
from whet.company.operations.from_plan import operations_of
from whet.company.plan import operations as plan
from whet.evaluation.risk import risk_curve
from whet.store.runs import NewRun
from whet.store.store import Store, open_store

MEASURED = Coverage("faq", "run_1", ((0.25, 0.0), (0.5, 0.02), (0.75, 0.01), (1.0, 0.1)))


def finished(store: Store, facts: dict[str, Any] | None) -> str:
    run = store.runs.create(NewRun("faq", {"name": "faq"}, "card.yaml", "d" * 64, 0, {}))
    status = "built" if facts else "failed"
    store.runs.finish(run, status, reason="test", seconds=1.0, facts=facts)
    return run


def asked(**more: Any) -> plan.Operations:
    support = {
        "contacts_per_month": 1000,
        "minutes": 6,
        "agent_cost_per_month": 3000,
        "automation": [{"risk": 0.0, "answered": 0.9}, {"risk": 0.05, "answered": 0.1}],
    }
    return plan.Operations.model_validate({"months": 2, "support": support | more})


@pytest.mark.parametrize(
    ("risk", "share"), [(0.0, 0.25), (0.01, 0.75), (0.05, 0.75), (0.1, 1.0), (0.5, 1.0)]
)
def test_the_largest_share_that_bears_the_risk(risk: float, share: float) -> None:
    assert MEASURED.answered(risk) == share


def test_a_curve_that_is_always_worse_answers_nothing() -> None:
    assert Coverage("faq", "run_1", ((0.5, 0.2), (1.0, 0.3))).answered(0.1) == 0


def test_the_newest_build_with_a_curve_is_read(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    confidence = rng.uniform(size=400)
    curve = risk_curve(confidence, rng.uniform(size=400) < 0.5 + confidence / 2)
    with open_store(f"sqlite:///{tmp_path / 'whet.db'}") as store:
        assert coverage_of(store, "faq") is None
        finished(store, {"risk": {"curve": [{"coverage": 1.0, "risk": 0.9}]}})
        run = finished(store, {"risk": {"curve": [asdict(point) for point in curve]}})
        finished(store, {"data": {}})  # spans have no such curve
        finished(store, None)
        found = coverage_of(store, "faq")
        assert coverage_of(store, "other") is None
    assert found is not None and found.run == run
    assert [share for share, _ in found.points] == [point.coverage for point in curve]
    assert 0 < found.answered(0.1) < found.answered(0.2) < 1


def test_it_replaces_what_the_file_says() -> None:
    problem, said = operations_of(asked(card="faq"), {}, coverage=MEASURED)
    assert problem.support is not None
    assert [(dial.risk, dial.answered) for dial in problem.support.dials] == [
        (0.0, 0.25),
        (0.05, 0.75),
    ]
    assert said[1] == (
        "support: 75.0% are answered with at most 0.05 wrong, measured by run_1 of faq (the file "
        "says 10.0%)."
    )


def test_without_a_build_the_file_stands_and_that_is_said() -> None:
    problem, said = operations_of(asked(card="faq"), {})
    assert problem.support is not None
    assert [dial.answered for dial in problem.support.dials] == [0.9, 0.1]
    assert said == (
        "support: no build of faq has measured how much is answered at which risk; the file's "
        "shares are taken.",
    )
    assert operations_of(asked(), {})[1] == ()
