"""What does company.yaml ask about labels, and what do its `label` and `train` tasks take?

    questions = plan_questions(plan, store)          # one for each quality target
    efforts = task_efforts(plan, store, seed=0)      # for `labels/tasks.py`, which all else asks

A target's curve comes from the runs of its card, from one run, or from the points in the file.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from whet.company.labels.answer import Question
from whet.company.labels.calibration import SHIPPED, Calibration
from whet.company.labels.compute import compute_curves
from whet.company.labels.curve import LABELS, Curve, Score, curve_of, with_details
from whet.company.labels.effort import Effort, Workload, effort_for
from whet.company.labels.forecast import forecast_curve
from whet.company.labels.methods import rank_methods
from whet.company.labels.origin import Origin
from whet.company.labels.reading import stored_curves
from whet.company.labels.records import calibration_of
from whet.company.labels.refusals import refusal
from whet.company.labels.requirement import Target
from whet.company.labels.terms import Cleaning, Pace, Prices
from whet.company.plan.quality import Target as PlanTarget
from whet.company.plan.schema import Plan
from whet.company.plan.work import Task
from whet.core.errors import InputError
from whet.store.store import Store

_DAYS_PER_WEEK = 7.0
_WORKING_DAYS = 5.0
_WEEKS_PER_MONTH = 365.25 / 12 / 7


@dataclass(frozen=True)
class TaskEfforts:
    """What the `label` and `train` tasks of a plan take, as far as their curves say."""

    days: Mapping[str, tuple[float, float, float]]
    """Person-days by task: exceeded in nine of ten cases, in one of two, in one of ten."""
    efforts: Mapping[str, Effort]
    """By quality target: the draws behind them, so that a simulation can share them."""
    refused: Mapping[str, str]
    """By quality target: why its curve says nothing, and what to measure."""

    def likely(self) -> dict[str, float]:
        """Return the median person-days by task, as a schedule takes them."""
        return {task: days[1] for task, days in self.days.items()}


def plan_questions(plan: Plan, store: Store | None) -> list[Question]:
    """Return one question for each quality target of a plan, in the order of the file.

    Args:
        plan: as read.
        store: of the plan's workspace; None where nothing was built there.

    Raises:
        InputError: a target names no curve, or one that was not measured.
    """
    return [_question(plan, target, store) for target in plan.quality]


def plan_points(plan: Plan) -> dict[str, list[Score]]:
    """Return the measured points that a plan holds itself, by quality target."""
    return {target.id: _points(target) for target in plan.quality if target.measured}


def task_efforts(plan: Plan, store: Store | None, *, seed: int = 0, n: int = 1000) -> TaskEfforts:
    """Return what the `label` and `train` tasks that leave their effort out take.

    A target whose curve cannot be extrapolated, or which has none, gives no effort: `refused` says
    why. The other targets keep theirs.
    """
    calibration = SHIPPED if store is None else calibration_of(store)
    tasks = [task for task in plan.tasks if asks_a_curve(task) and task.target]
    wanted = {task.target for task in tasks}
    efforts: dict[str, Effort] = {}
    refused: dict[str, str] = {}
    for target in plan.quality:
        if target.id in wanted:
            found = _effort(plan, target, store, calibration=calibration, seed=seed, n=n)
            if isinstance(found, str):
                refused[target.id] = found
            else:
                efforts[target.id] = found
    days = {
        task.id: efforts[task.target].label_estimate()
        if task.kind == "label"
        else efforts[task.target].train_estimate()
        for task in tasks
        if task.target in efforts
    }
    return TaskEfforts(days, efforts, refused)


def asks_a_curve(task: Task) -> bool:
    """Return whether a task leaves its effort to the learning curve of its quality target."""
    return task.kind in ("label", "train") and task.effort is None


def _effort(
    plan: Plan,
    target: PlanTarget,
    store: Store | None,
    *,
    calibration: Calibration,
    seed: int,
    n: int,
) -> Effort | str:
    """Return the effort of one target, or why its curve says nothing."""
    try:
        return _by_curve(plan, target, store, calibration=calibration, seed=seed, n=n)
    except InputError as error:  # `whet plan labels` refuses it; a plan of all else goes on
        return str(error)


def _by_curve(
    plan: Plan,
    target: PlanTarget,
    store: Store | None,
    *,
    calibration: Calibration,
    seed: int,
    n: int,
) -> Effort | str:
    """Return the effort of one target, or why its curve cannot be extrapolated.

    Raises:
        InputError: the target has no curve, or is impossible.
    """
    question = _question(plan, target, store)
    found = refusal(question.curve)
    if found is not None or question.target is None:
        return found.sentence() if found else "It has no curve to extrapolate."
    forecast = forecast_curve(question.curve, seed=seed, n=n, calibration=calibration)
    # What counts in GPU-hours is waited for, not worked for.
    rate = target.labels_per_day if target.unit == LABELS else math.inf
    return effort_for(
        forecast,
        question.target,
        Workload(rate, train_days_fixed=target.train_days, stages=target.stages),
        at_hand=question.pace.free_labels,
        most=question.most,
    )


def _question(plan: Plan, target: PlanTarget, store: Store | None) -> Question:
    """Return the question of one target."""
    curve, origin = _curve(target, store)
    by = _day(plan, target)
    return Question(
        origin=origin,
        curve=curve,
        target=Target(target.value, target.test_rows or origin.test_rows),
        prices=_prices(plan, target, origin),
        pace=_pace(plan, target, curve, hours=target.gpu_hours_per_run or origin.hours or 0.0),
        cleaning=_cleaning(target),
        most=math.inf if target.most_labels is None else target.most_labels,
        start=plan.start,
        by=by,
    )


def _points(target: PlanTarget) -> list[Score]:
    """Return the points that a target holds itself."""
    return [Score(p.size, p.score, p.seed, p.se) for p in target.measured]


def _curve(target: PlanTarget, store: Store | None) -> tuple[Curve, Origin]:
    """Return the curve of a target, with where it comes from."""
    if target.measured:
        scores = _points(target)
        curve = curve_of(target.id, target.metric, scores, is_error=target.is_error)
        return with_details(curve, unit=target.unit, test_rows=target.test_rows), Origin(target.id)
    named = target.run or target.card
    if named is None or store is None:
        raise InputError(
            f"The quality target {target.id!r} must have a learning curve: "
            + (
                f"{named!r} was not built in this workspace. Build it with `whet build CARD`, or "
                if named
                else "name a `card` or a `run`, or "
            )
            + "write the points under `measured`."
        )
    name = store.runs.show(named).run.name if target.run else named
    read = stored_curves if target.unit == LABELS else compute_curves
    best = rank_methods(read(store, name, run=target.run))[0]
    curve, origin = best.curve, best.origin
    if curve.metric != target.metric:
        raise InputError(
            f"The quality target {target.id!r} must be in the metric that was measured, "
            f"{curve.metric!r}; found {target.metric!r}. Set `metric: {curve.metric}`, or build a "
            "card whose primary metric it is."
        )
    return curve, origin


def _day(plan: Plan, target: PlanTarget) -> date | None:
    """Return the day by which a target must be met; a milestone's is its deadline."""
    if not isinstance(target.by, str):
        return target.by
    return next((m.deadline for m in plan.milestones if m.id == target.by), None)


def _prices(plan: Plan, target: PlanTarget, origin: Origin) -> Prices | None:
    """Return the prices; None where missing the target costs nothing.

    With a price for each week late only, never is counted as late until the plan's last month.
    """
    never = target.penalty or target.penalty_per_week * plan.months * _WEEKS_PER_MONTH
    if not never:
        return None
    label = plan.prices.label if target.label_price is None else target.label_price
    is_timed = _day(plan, target) is not None
    is_cpu = origin.device == "cpu" and not (target.unit == LABELS and target.gpu_hours_per_run)
    hour = plan.prices.cpu_hour if is_cpu else plan.prices.gpu_hour
    return Prices(
        label=label if target.unit == LABELS else hour,
        gpu_hour=hour,
        week=0.0 if is_timed else target.penalty_per_week,
        week_late=target.penalty_per_week,
        miss=never,
    )


def _pace(plan: Plan, target: PlanTarget, curve: Curve, *, hours: float) -> Pace:
    """Return how fast labels and trainings come; one training takes `hours` at today's size."""
    by = _day(plan, target)
    people = max(
        (
            sum(task.skills.values())
            for task in plan.tasks
            if task.kind == "label" and task.target == target.id
        ),
        default=1,
    )
    is_labels = target.unit == LABELS
    today = target.labels_today if target.labels_today is not None else curve.largest
    weeks = math.inf if by is None else max((by - plan.start).days + 1, 0) / _DAYS_PER_WEEK
    return Pace(
        labels_per_week=target.labels_per_day * _WORKING_DAYS * max(people, 1)
        if is_labels
        else math.inf,
        hours_per_label=hours / max(today, 1.0) if is_labels else 0.0,
        weeks_per_stage=target.train_days / _WORKING_DAYS,
        stages=target.stages,
        deadline_weeks=weeks,
        free_labels=max(today - curve.largest, 0.0),
    )


def _cleaning(target: PlanTarget) -> Cleaning | None:
    """Return the cleaning; None where the share of wrong labels is not known."""
    if target.wrong_labels is None or target.unit != LABELS:
        return None
    per_week = target.labels_per_day * _WORKING_DAYS
    return Cleaning(target.wrong_labels, 0.0, target.check_price, per_week)
