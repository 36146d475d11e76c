"""Tests for whet.company.labels.from_plan: targets become questions, tasks get efforts."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from whet.company.labels.answer import answer_question
from whet.company.labels.from_plan import plan_questions, task_efforts
from whet.company.labels.terms import Cleaning
from whet.company.plan.read import plan_of_text, read_plan
from whet.company.plan.schema import Plan
from whet.core.errors import InputError
from whet.store.curves import CurvePoint
from whet.store.measurements import Cost
from whet.store.runs import NewRun
from whet.store.store import Store, open_store

EXAMPLE = Path(__file__).parents[3] / "examples" / "company" / "company.yaml"

HEAD = """
currency: EUR
start: 2026-12-01
people: [{id: ada, role: labeller, skills: {labels: 1}, cost_per_month: 4000}]
prices: {label: 0.4, gpu_hour: 2, cpu_hour: 0.05}
projects:
  - id: p
    goal: The model is sold
    milestones: [{id: m, deadline: 2027-01-25}]
    tasks:
      - {id: l, kind: label, target: t, skills: {labels: 1}, milestone: m}
      - {id: r, kind: train, target: t, skills: {labels: 1}, after: [l], milestone: m}
      - {id: fixed, kind: train, target: t, effort: 3, skills: {labels: 1}}
"""
POINTS = [0.539, 0.614, 0.672, 0.724, 0.765, 0.799]


def plan_with(target: str, points: list[float] | None = None) -> Plan:
    """Return a plan with one target `t` of the given fields and points."""
    measured = "".join(
        f"      - {{size: {125 * 2**k}, score: {score}, se: 0.003}}\n"
        for k, score in enumerate(points or [])
    )
    text = f"{HEAD}quality:\n  - id: t\n    metric: macro_f1\n    value: 0.82\n{target}"
    return plan_of_text(text + (f"    measured:\n{measured}" if points else ""), "plan")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'whet.db'}") as opened:
        yield opened


def test_the_terms_of_a_target() -> None:
    plan = plan_with(
        "    by: m\n    labels_per_day: 100\n    gpu_hours_per_run: 8\n    train_days: 2\n"
        "    stages: 4\n    penalty_per_week: 50\n    penalty: 9000\n    most_labels: 9000\n"
        "    test_rows: 500\n    wrong_labels: 0.05\n    check_price: 0.1\n"
        "    labels_today: 5000\n",
        POINTS,
    )
    (question,) = plan_questions(plan, None)
    assert question.target is not None and question.prices is not None
    assert (question.target.score, question.target.test_rows) == (0.82, 500)
    assert (question.by, question.start) == (date(2027, 1, 25), date(2026, 12, 1))
    assert question.most == 9000
    prices, pace = question.prices, question.pace
    assert (prices.label, prices.gpu_hour, prices.miss) == (0.4, 2, 9000)
    assert (prices.week, prices.week_late) == (0, 50)
    assert pace.labels_per_week == 500
    assert pace.hours_per_label == pytest.approx(8 / 5000)
    assert pace.weeks_per_stage == pytest.approx(0.4)
    assert (pace.stages, pace.deadline_weeks, pace.free_labels) == (4, 8, 1000)
    assert question.cleaning == Cleaning(0.05, 0.0, 0.1, 500)
    assert answer_question(question, n=200).purchase is not None


def test_without_a_penalty_no_purchase_is_planned_and_with_a_weekly_one_never_is_long() -> None:
    (free,) = plan_questions(plan_with("", POINTS), None)
    assert free.prices is None and free.by is None
    (weekly,) = plan_questions(plan_with("    penalty_per_week: 100\n", POINTS), None)
    assert weekly.prices is not None
    assert weekly.prices.week == 100
    assert weekly.prices.miss == pytest.approx(100 * 24 * 365.25 / 84)


def test_tasks_without_an_effort_get_that_of_their_curve() -> None:
    found = task_efforts(plan_with("    labels_per_day: 100\n", POINTS), None)
    assert set(found.days) == {"l", "r"}
    low, likely, high = found.days["l"]
    assert 5 < low < likely < high <= 120
    assert found.likely()["l"] == likely
    assert found.days["r"][0] == 1
    assert found.refused == {}


def test_a_worse_curve_moves_the_work() -> None:
    good = task_efforts(plan_with("    labels_per_day: 100\n", POINTS), None)
    worse = [score - 0.01 for score in POINTS]
    bad = task_efforts(plan_with("    labels_per_day: 100\n", worse), None)
    assert bad.likely()["l"] > good.likely()["l"] * 1.3


def test_a_curve_that_says_nothing_is_told() -> None:
    found = task_efforts(plan_with("", POINTS[:3]), None)
    assert found.days == {}
    assert found.refused["t"].startswith("The curve t must have at least 5 sizes")


def test_the_curve_of_a_card_of_the_workspace(store: Store) -> None:
    run = store.runs.create(NewRun("faq", {"name": "faq"}, "card.yaml", "d" * 64, 0, {}))
    store.curves.add(
        CurvePoint(run, "probe", "macro_f1", 125 * 2**k, seed, score + 0.002 * seed)
        for k, score in enumerate(POINTS)
        for seed in range(2)
    )
    store.measurements.add_cost(run, Cost("rung:probe", seconds=7200, device="cpu"))
    by_card, by_run = (
        plan_with(f"    penalty: 9\n    {field}\n") for field in ("card: faq", f"run: {run}")
    )
    for plan in (by_card, by_run):
        (question,) = plan_questions(plan, store)
        assert question.origin.run == run
        assert question.prices is not None and question.prices.gpu_hour == 0.05  # it ran on a CPU
        assert question.curve.errors[0] == pytest.approx(1 - 0.54)
        assert question.pace.hours_per_label == pytest.approx(2 / 4000)
    with pytest.raises(InputError) as error:
        plan_questions(
            by_card.model_copy(
                update={"quality": [by_card.quality[0].model_copy(update={"metric": "accuracy"})]}
            ),
            store,
        )
    assert str(error.value) == (
        "The quality target 't' must be in the metric that was measured, 'macro_f1'; found "
        "'accuracy'. Set `metric: macro_f1`, or build a card whose primary metric it is."
    )


def test_a_target_without_a_curve_is_refused(store: Store) -> None:
    with pytest.raises(InputError) as error:
        plan_questions(plan_with(""), store)
    assert str(error.value) == (
        "The quality target 't' must have a learning curve: name a `card` or a `run`, or write the "
        "points under `measured`."
    )
    with pytest.raises(InputError) as error:
        plan_questions(plan_with("    card: faq\n"), None)
    assert str(error.value) == (
        "The quality target 't' must have a learning curve: 'faq' was not built in this workspace. "
        "Build it with `whet build CARD`, or write the points under `measured`."
    )


def test_a_curve_over_compute_is_bought_in_gpu_hours() -> None:
    plan = plan_with("    unit: gpu_hours\n    penalty: 9000\n", POINTS)
    (question,) = plan_questions(plan, None)
    assert question.prices is not None
    assert question.prices.label == 2
    assert question.curve.unit == "gpu_hours"
    assert question.pace.labels_per_week == float("inf")
    assert task_efforts(plan, None).days["l"] == (0, 0, 0)


def test_the_example_of_the_plan_is_answered() -> None:
    plan = read_plan(EXAMPLE)
    answers = [answer_question(question, n=200) for question in plan_questions(plan, None)]
    assert [answer.refused for answer in answers] == [None, None]
    assert set(task_efforts(plan, None).days) >= {"e-label", "e-train", "m-label", "m-train"}
