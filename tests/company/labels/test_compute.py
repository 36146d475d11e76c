"""Tests for whet.company.labels.compute: runs of one card become a curve over hours."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from whet.company.labels.answer import answer_question
from whet.company.labels.compute import compute_curves
from whet.company.labels.forecast import forecast_curve
from whet.company.labels.from_plan import plan_questions, task_efforts
from whet.company.labels.records import as_stored, score_all
from whet.company.labels.refusals import refusal
from whet.company.plan.read import plan_of_text
from whet.core.errors import InputError
from whet.store.measurements import Cost
from whet.store.runs import NewRun
from whet.store.store import Store, open_store

EPOCHS = (1, 2, 4, 8, 16)
SCORES = (0.62, 0.70, 0.755, 0.79, 0.812)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'whet.db'}") as opened:
        yield opened


def built(
    store: Store,
    epochs: int,
    score: float | None,
    *,
    hours: float | None = None,
    data: str = "d",
    cpu: str = "a",
    device: str = "cuda",
    status: str = "built",
    **card: Any,
) -> str:
    """Return a finished run that tuned for so many epochs, at half an hour each."""
    whole = {"name": "faq", "base": "minilm", "tuning": {"epochs": epochs, "rank": 16}, **card}
    environment = {"cpu": cpu, "threads": 2}
    run = store.runs.create(NewRun("faq", whole, "card.yaml", data * 64, 0, environment))
    said = {"metric": "macro_f1", "verdict": "best", "reason": "why"}
    store.measurements.add_verdict(run, {"candidate": "full", "value": score, **said})
    taken = epochs / 2 if hours is None else hours
    store.measurements.add_cost(run, Cost("rung:full", seconds=3600 * taken, device=device))
    facts = {"data": {"rows": {"test": 400}}}
    store.runs.finish(run, status, reason="done", seconds=1, facts=facts)
    return run


def five(store: Store) -> list[str]:
    return [built(store, n, score) for n, score in zip(EPOCHS, SCORES, strict=True)]


def test_builds_of_several_lengths_are_a_curve(store: Store) -> None:
    runs = five(store)
    ((curve, origin),) = compute_curves(store, "faq")
    assert curve.sizes == (0.5, 1, 2, 4, 8)
    assert curve.errors == pytest.approx([1 - score for score in SCORES])
    assert (curve.name, curve.metric, curve.unit) == ("faq/full", "macro_f1", "gpu_hours")
    assert (origin.run, origin.candidate, origin.test_rows) == (runs[-1], "full", 400)
    assert origin.source == (
        "Hours and scores of 5 runs of 'faq', alike but for budget, epochs and seed."
    )
    assert refusal(curve) is None


def test_runs_that_differ_in_more_than_compute_are_left_out(store: Store) -> None:
    built(store, 32, 0.9, data="e")
    built(store, 32, 0.9, cpu="b")
    built(store, 32, 0.9, base="other")
    built(store, 32, 0.9, tuning={"epochs": 32, "rank": 4})
    built(store, 32, 0.9, device="cpu")
    built(store, 32, 0.9, status="failed")
    built(store, 32, None)
    five(store)
    ((curve, _),) = compute_curves(store, "faq")
    assert curve.largest == 8


def test_runs_that_took_about_as_long_are_repetitions(store: Store) -> None:
    for hours, score in ((1.0, 0.70), (1.1, 0.72), (2.0, 0.80)):
        built(store, 2, score, hours=hours, seed=round(10 * hours), budget={"minutes": hours})
    ((curve, _),) = compute_curves(store, "faq")
    assert curve.sizes == pytest.approx((1.05, 2.0))
    assert curve.errors == pytest.approx((0.29, 0.20))


def test_too_few_lengths_are_refused_with_what_to_measure(store: Store) -> None:
    for epochs, score in zip(EPOCHS[:3], SCORES[:3], strict=True):
        built(store, epochs, score)
    ((curve, _),) = compute_curves(store, "faq")
    found = refusal(curve)
    assert found is not None
    assert found.sentence() == (
        "The curve faq/full must have at least 5 sizes to be extrapolated; it has 3. Measure it at "
        "more sizes, for example at doublings from 0.125 to 2, with 3 seeds each."
    )


def test_one_run_asks_for_those_before_it(store: Store) -> None:
    runs = five(store)
    ((curve, origin),) = compute_curves(store, "faq", run=runs[2])
    assert curve.sizes == (0.5, 1, 2)
    assert origin.run == runs[2]
    failed = built(store, 32, 0.9, status="failed")
    with pytest.raises(InputError, match=f"Run {failed} must have come to its end .* 'failed'"):
        compute_curves(store, "faq", run=failed)


def test_a_card_without_runs_and_a_rung_without_points(store: Store) -> None:
    with pytest.raises(InputError, match="The card 'faq' must have runs that measured"):
        compute_curves(store, "faq")
    five(store)
    with pytest.raises(InputError, match=r"No run of 'faq' measured 'ful'\. Did you mean 'full'"):
        compute_curves(store, "faq", candidate="ful")


def test_a_later_longer_run_scores_the_forecast(store: Store) -> None:
    five(store)
    ((curve, origin),) = compute_curves(store, "faq")
    store.forecasts.add(as_stored(forecast_curve(curve, seed=0, n=200), origin, seed=0))
    assert score_all(store) == 0
    built(store, 32, 0.9, base="other")  # of another base: no truth about this one
    assert score_all(store) == 0
    built(store, 32, 0.9, device="cpu")  # hours of another kind
    assert score_all(store) == 0
    run = built(store, 32, 0.83)
    assert score_all(store) == 1
    (score,) = store.forecasts.scores(method="average-1")
    assert (score.source, score.size, score.truth) == (run, 16, 0.83)


PLAN = """
currency: EUR
start: 2026-12-01
people: [{id: ada, role: engineer, skills: {ml: 1}, cost_per_month: 4000}]
prices: {label: 0.4, gpu_hour: 2, cpu_hour: 0.05}
projects:
  - id: p
    goal: The model is sold
    milestones: [{id: m, deadline: 2027-01-25}]
    tasks: [{id: r, kind: train, target: t, skills: {ml: 1}, milestone: m}]
quality:
  - {id: t, card: faq, metric: macro_f1, value: 0.83, unit: gpu_hours, by: m, penalty: 900}
"""


@pytest.mark.parametrize(("device", "price"), [("cuda", 2), ("cpu", 0.05)])
def test_a_target_in_hours_takes_them_from_the_store(
    store: Store, device: str, price: float
) -> None:
    for epochs, score in zip(EPOCHS, SCORES, strict=True):
        built(store, epochs, score, device=device)
    plan = plan_of_text(PLAN, "plan")
    (question,) = plan_questions(plan, store)
    assert question.curve.sizes == (0.5, 1, 2, 4, 8)
    assert question.prices is not None
    assert (question.prices.label, question.prices.gpu_hour) == (price, price)
    answer = answer_question(question, n=200)
    assert answer.requirement is not None
    assert 0 < answer.requirement.within_reach <= 1
    assert task_efforts(plan, store, n=200).days["r"][1] >= 1
