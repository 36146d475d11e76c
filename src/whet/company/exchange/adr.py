"""Why was a milestone planned as it is? A decision record with the plan's numbers (MADR 4).

Source: Markdown Any Decision Records 4.0, adr.github.io/madr. Context, drivers, options and
consequences come from the plan and its forecast; people choose, and fill in one line.
"""

from collections.abc import Iterator

from whet.company.exchange.milestone import Forecast, milestone_of, targets_of, tasks_of
from whet.company.plan.quality import Target
from whet.company.plan.risks import Risk
from whet.company.plan.schema import Plan
from whet.company.plan.work import Milestone, Task


def export_adr(plan: Plan, milestone: str, forecast: Forecast) -> str:
    """Return a decision record about a milestone, in Markdown.

    Raises:
        InputError: the plan has no such milestone.
    """
    project, mark = milestone_of(plan, milestone)
    title = mark.title or mark.id
    wanted = f" by {mark.deadline}" if mark.deadline else ""
    parts = [
        f"---\nstatus: proposed\ndate: {plan.start}\n---",
        f"# Reach “{_text(title)}”{wanted}",
        "## Context and Problem Statement",
        _context(plan, mark, project.goal),
        _tasks(plan, tasks_of(plan, milestone)),
        "## Decision Drivers",
        "\n".join(f"* {line}" for line in _drivers(plan, mark, targets_of(plan, milestone))),
        "## Considered Options",
        "\n".join(f"* {line}" for line in _options(plan, milestone)),
        "## Decision Outcome",
        "Chosen option: ________, because ________.",
        "### Consequences",
        "\n".join(f"* {line}" for line in _consequences(mark, forecast)),
        "### Confirmation",
        _confirmation(plan, mark, targets_of(plan, milestone)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _text(text: str) -> str:
    """Return a text for a line of Markdown: nothing in it starts a table, a tag or a new line."""
    found = " ".join(text.split())
    return found.replace("|", "\\|").replace("<", "&lt;")


def _context(plan: Plan, mark: Milestone, goal: str) -> str:
    """Return what is at stake."""
    who = plan.company or "The company"
    cost = f" A week of delay costs {mark.penalty_per_week:,.0f} {plan.currency}." if (
        mark.penalty_per_week
    ) else ""  # fmt: skip
    hard = " A plan that misses it is no plan." if mark.hard else ""
    wanted = f"It is wanted by {mark.deadline}." if mark.deadline else "It has no deadline."
    return (
        f"{_text(who)} works towards this: {_text(goal)}. The milestone `{mark.id}` stands for "
        f"“{_text(mark.title or mark.id)}”. {wanted}{hard}{cost} How is it reached?"
    )


def _tasks(plan: Plan, tasks: list[Task]) -> str:
    """Return the tasks as a table."""
    if not tasks:
        return "No task belongs to it alone."
    rows = ["| task | effort, person-days | skills | state |", "|---|---|---|---|"]
    for task in tasks:
        effort = str(task.effort) if task.effort else "from the learning curve"
        if task.kind == "wait":
            effort = f"{task.days} days of waiting"
        skills = ", ".join(task.skills)
        state = f"done {task.finished}" if task.finished else "open"
        title = _text(task.title or task.id)
        rows.append(f"| {title} (`{task.id}`) | {effort} | {skills} | {state} |")
    return "\n".join(rows)


def _drivers(plan: Plan, mark: Milestone, targets: list[Target]) -> Iterator[str]:
    """Yield what the decision hangs on."""
    yield f"Deadline: {mark.deadline or 'none'}, weight {mark.weight:g} among the milestones"
    for target in targets:
        sign = "at most" if target.lower_is_better else "at least"
        best = max if not target.lower_is_better else min
        seen = [point.score for point in target.measured]
        now = f", best measured so far {best(seen):g}" if seen else ""
        price = plan.prices.label if target.label_price is None else target.label_price
        label = f", a label costs {price:g} {plan.currency}" if price else ""
        yield f"Quality `{target.id}`: {target.metric} {sign} {target.value:g}{now}{label}"
    if plan.cash:
        yield f"Cash at the plan's start: {plan.cash.balance:,.0f} {plan.currency}"
    for risk in _risks(plan, mark.id):
        yield f"Risk `{risk.id}` ({risk.probability:.0%}): {_text(risk.title)}"


def _risks(plan: Plan, milestone: str) -> list[Risk]:
    """Return the open risks that hit a milestone, its tasks or its project; not those of all."""
    project, _ = milestone_of(plan, milestone)
    names = {milestone, project.id, *(task.id for task in tasks_of(plan, milestone))}
    return [r for r in plan.risks if r.status == "open" and names & set(r.impact.hits)]


def _options(plan: Plan, milestone: str) -> Iterator[str]:
    """Yield what could be done, with its price: keep, leave out, hire, act against a risk."""
    yield "Keep the plan as it is"
    tasks = [task for task in tasks_of(plan, milestone) if not task.finished]
    for task in (task for task in tasks if task.optional):
        saved = f", saves {task.effort} person-days" if task.effort else ""
        yield f"Leave out `{task.id}`: {_text(task.title or task.id)}{saved}"
    needed = {skill for task in tasks for skill in task.skills}
    for hire in plan.hires:
        if skills := sorted(needed & set(hire.skills)):
            yield (
                f"Hire `{hire.id}` ({', '.join(skills)}): {hire.cost_per_month:,.0f} "
                f"{plan.currency} a month, {hire.months_to_find} months to find"
            )
    for offer in plan.team.contractors:
        if skills := sorted(needed & set(offer.skills)):
            price = f"{offer.cost_per_day:,.0f} {plan.currency} a day"
            yield f"Buy work of `{offer.id}` ({', '.join(skills)}): {price}"
    for risk in _risks(plan, milestone):
        for action in risk.actions:
            left = risk.probability if action.probability is None else action.probability
            decided = ", decided" if action.decided else ""
            yield (
                f"Against `{risk.id}`: {_text(action.what)} ({action.cost:,.0f} {plan.currency}; "
                f"probability {risk.probability:.0%} → {left:.0%}, {action.impact:.0%} of the "
                f"impact left{decided})"
            )
    yield "Move the deadline, or give the milestone up"


def _consequences(mark: Milestone, forecast: Forecast) -> Iterator[str]:
    """Yield what comes of keeping the plan, in numbers."""
    if forecast.planned:
        sure = "no schedule is better" if forecast.proved else "a better schedule may exist"
        against = ""
        if mark.deadline:
            days = (forecast.planned - mark.deadline).days
            against = (
                f", {abs(days)} calendar days {'after' if days > 0 else 'before'} the deadline"
            )
        planned = f"{forecast.planned}{against} ({sure})"
        yield f"With the plan as it is, the schedule reaches it on {planned}"
    elif forecast.refused:
        yield f"With the plan as it is there is no schedule: {_text(forecast.refused)}"
    for level, day in forecast.dates:
        yield f"With {level:.0%} probability it is reached by {day}"
    if forecast.late is not None:
        yield f"Probability of missing the deadline: {forecast.late:.0%}"
    if forecast.draws:
        yield f"From {forecast.draws:,} joint draws of efforts and risks, seed {forecast.seed}"


def _confirmation(plan: Plan, mark: Milestone, targets: list[Target]) -> str:
    """Return how it will be seen whether the decision was right."""
    checks = [f"`whet plan export ci --milestone {mark.id}` writes the checks of its gates"]
    if targets:
        checks.append("`whet plan score` compares the forecasts of quality with what was measured")
    return "; ".join(checks) + f". Look again when the plan of {plan.start} is replaced."
