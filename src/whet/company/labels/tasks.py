"""How long do `label` and `train` tasks take whose effort the file leaves out? One answer for all.

Schedule, simulation, report and export take the same numbers: from the learning curve of the
task's quality target, or from a rule of thumb where the curve says nothing, was not measured, or
belongs to a card that was not built yet. Which of the two it was is told.

    learnt = learnt_efforts(plan, store, seed=0)
    learnt.days["e-label"].likely
"""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from whet.company.labels.curve import LABELS
from whet.company.labels.from_plan import asks_a_curve, task_efforts
from whet.company.plan.estimate import Estimate
from whet.company.plan.quality import Target
from whet.company.plan.schema import Plan
from whet.company.plan.work import Task
from whet.company.simulation.estimates import ThreePoint, scaled
from whet.store.store import Store

_FIRST_LABELS = 1000.0
"""Labels of a doubling where nothing was measured: mostly enough for a small tuned model."""
_DOUBLED = ThreePoint(0.5, 1, 3)
"""Labels to be made over those at hand: half as many, one doubling, two doublings."""
_SURE = 0.995
"""Probability of reaching a target from which on it is not told."""
_TELLING_DAYS = 0.5
"""Person-days by which a planned effort differs before that is told: schedules round to these."""


@dataclass(frozen=True)
class Learnt:
    """Efforts that the file leaves to learning curves."""

    days: Mapping[str, ThreePoint]
    """Person-days of the whole task, by task, as estimated; past estimates have not moved them."""
    refused: Mapping[str, str]
    """By quality target whose tasks go by the rule of thumb: why its curve says nothing."""
    within_reach: Mapping[str, float] = field(default_factory=dict)
    """By quality target whose curve was asked: the probability that these efforts reach it."""

    def likely(self) -> dict[str, float]:
        """Return the likely person-days by task, as a schedule takes them."""
        return {task: days.likely for task, days in self.days.items()}

    def notes(self, plan: Plan, planned: Mapping[str, float] | None = None) -> tuple[str, ...]:
        """Return in sentences where the efforts of open tasks come from.

        `planned` is the likely work that is left by task, after past estimates have moved it.
        """
        tasks = [t for t in plan.tasks if t.id in self.days and not (t.finished or t.remaining)]
        told = [_note(task, self, (planned or {}).get(task.id)) for task in tasks]
        meant = {task.target for task in tasks}
        why = [f"The curve of {t} says nothing: {w}" for t, w in self.refused.items() if t in meant]
        return (*told, *_chances(plan, self.within_reach, meant), *why)


def learnt_efforts(plan: Plan, store: Store | None, *, seed: int = 0) -> Learnt:
    """Return the person-days of the tasks that leave their effort to a quality target.

    Args:
        plan: as read.
        store: of the plan's workspace; None where nothing was built there.
        seed: of the curves' draws.
    """
    found = task_efforts(plan, store, seed=seed)
    learnt = {task: ThreePoint(*days) for task, days in found.days.items()}
    within_reach = {target: effort.within_reach for target, effort in found.efforts.items()}
    return Learnt(rule_of_thumb(plan) | learnt, found.refused, within_reach)


def rule_of_thumb(plan: Plan) -> dict[str, ThreePoint]:
    """Return the efforts of these tasks without a look at any curve, by task.

    Labels are doubled: half a doubling, one, or two, as far as `most_labels` allows. There is a
    round of training for each doubling begun, as with a curve, at most `stages`.
    """
    targets = {target.id: target for target in plan.quality}
    return {
        task.id: _thumb(task, targets[task.target])
        for task in plan.tasks
        if asks_a_curve(task) and task.target in targets
    }


def _thumb(task: Task, target: Target) -> ThreePoint:
    """Return the effort of one task by the rule of thumb."""
    measured = max((point.size for point in target.measured), default=0.0)
    at_hand = measured if target.labels_today is None else target.labels_today
    today = at_hand or _FIRST_LABELS
    most = math.inf if target.most_labels is None else max(target.most_labels - at_hand, 0.0)
    few, likely, many = (
        min(share * today, most) for share in (_DOUBLED.low, _DOUBLED.likely, _DOUBLED.high)
    )
    if task.kind == "label":
        # What counts in GPU-hours is waited for, not worked for.
        pace = 1 / target.labels_per_day if target.unit == LABELS else 0.0
        return scaled(ThreePoint(few, likely, many), pace)
    low, middle, high = (
        min(max(math.ceil(math.log2(1 + more / today) - 1e-9), 1), target.stages)
        for more in (few, likely, many)
    )
    return scaled(ThreePoint(low, middle, high), target.train_days)


def _note(task: Task, learnt: Learnt, planned: float | None) -> str:
    """Return in a sentence what a task takes, by what, and with what it is planned."""
    days = learnt.days[task.id]
    is_thumb = task.target in learnt.refused
    source = f"a rule of thumb for {task.target}" if is_thumb else f"the curve of {task.target}"
    amount = f"{days.likely:.3g} person-day{'s' * (f'{days.likely:.3g}' != '1')}"
    if not days.is_certain:
        amount += f" ({days.low:.3g} to {days.high:.3g})"
    return f"{task.id} takes {amount} by {source}{''.join(_after(task, days, planned))}."


def _chances(
    plan: Plan, within_reach: Mapping[str, float], meant: Collection[str | None]
) -> Iterator[str]:
    """Yield for each target that may be missed how likely the planned work reaches it.

    Without that, a milestone would look sure that ends with the work and without the quality.
    """
    for target in plan.quality:
        chance = within_reach.get(target.id, 1.0)
        if target.id in meant and chance < _SURE:
            yield (
                f"{target.id} reaches {target.value:g} with a probability of {chance:.0%}; its "
                "tasks end after two doublings at the latest, met or not."
            )


def _after(task: Task, days: ThreePoint, planned: float | None) -> Iterator[str]:
    """Yield what is planned where it is not what was estimated."""
    left = max(days.likely - task.spent, 0.0)
    if task.spent and not left:
        yield f"; {task.spent:g} are spent, so nothing is planned for it: give `remaining`"
    elif planned is not None and abs(planned - left) > _TELLING_DAYS:
        part = "what is left" if task.spent else "it"
        yield f"; {part} is planned with {planned:.3g}, as past estimates were off"


def with_efforts(plan: Plan, efforts: Mapping[str, ThreePoint]) -> Plan:
    """Return a plan whose tasks without an effort have the one that was learnt for them."""

    def filled(task: Task) -> Task:
        learnt = efforts.get(task.id)
        if task.effort is not None or learnt is None:
            return task
        effort = Estimate(low=learnt.low, likely=learnt.likely, high=learnt.high)
        return task.model_copy(update={"effort": effort})

    projects = [
        project.model_copy(update={"tasks": [filled(task) for task in project.tasks]})
        for project in plan.projects
    ]
    return plan.model_copy(update={"projects": projects})
