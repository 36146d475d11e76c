"""How long do `label` and `train` tasks take, as the learning curves have it? For the schedule."""

from whet.company.labels.from_plan import task_efforts
from whet.company.plan.schema import Plan
from whet.core.errors import InputError
from whet.store.store import Store


def learnt_efforts(
    plan: Plan, store: Store | None, *, seed: int = 0
) -> tuple[dict[str, float], list[str]]:
    """Return the likely person-days by task, and sentences on where they come from.

    Only tasks that leave their effort out are among them. Where a curve says nothing, the sentence
    says why, and the schedule falls back on a rule of thumb.
    """
    if not any(task.kind in ("label", "train") and task.effort is None for task in plan.tasks):
        return {}, []
    try:
        found = task_efforts(plan, store, seed=seed)
    except InputError as error:
        return {}, [str(error)]
    target = {task.id: task.target for task in plan.tasks}
    notes = [
        f"{task} takes {likely:.3g} person-days, or {low:.3g} to {high:.3g}: what the curve of "
        f"{target[task]} says."
        for task, (low, likely, high) in found.days.items()
    ]
    notes += [f"The curve of {name} says nothing: {why}" for name, why in found.refused.items()]
    return found.likely(), notes
