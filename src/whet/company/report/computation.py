"""What has to be computed for the report, in which order? Every part of the plan once.

A part that cannot answer (a curve that is too short, requirements that contradict each other) does
not take the report with it: its section says why, and the others stand.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from whet.company.plan.schema import Plan
from whet.company.report.sections.whole import PlanReport, Refusal
from whet.core.errors import InputError, WhetError
from whet.core.progress import Progress, Quiet
from whet.store.store import Store

T = TypeVar("T")


@dataclass(frozen=True)
class Question:
    """A plan, and how it is to be computed."""

    plan: Plan
    """What was read."""
    path: Path
    """Where it was read from; files that it names lie beside it."""
    seed: int = 0
    """Seed of everything random."""
    seconds: float = 5.0
    """Most seconds to search for the schedule."""
    store: Store | None = None
    """Measured curves and past forecasts of the plan's workspace; None where nothing was built."""
    baseline: Path | None = None
    """Last plan, as `whet plan schedule --json` prints it; None without one."""
    schedules: Path | None = None
    """Folder in which schedules are kept for the next command; None: nowhere."""
    left_out: list[Refusal] = field(default_factory=list, repr=False, compare=False)
    """What was left out for the time that it would take, and why."""
    known: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """Answers that several sections share, and errors in their place."""

    def once(self, name: str, answer: Callable[[], T]) -> T:
        """Return an answer that is computed the first time only; an error is raised every time.

        Raises:
            InputError: the answer is one.
        """
        if name not in self.known:
            try:
                self.known[name] = answer()
            except InputError as error:
                self.known[name] = error
        found = self.known[name]
        if isinstance(found, InputError):
            raise found
        kept: T = found
        return kept


Step = tuple[str, Callable[[Question], Any]]
"""A section of `PlanReport`, and what computes it; None where the plan holds nothing for it."""


def compute_report(
    question: Question,
    steps: Sequence[Step],
    *,
    command: str,
    progress: Progress | None = None,
) -> PlanReport:
    """Return the whole report; sections that could not be answered are refused with their reason.

    The report is of the plan's first day, so that the same plan gives the same page on any day.
    """
    plan, progress = question.plan, progress or Quiet()
    found = PlanReport(
        company=plan.company or question.path.stem,
        currency=plan.currency,
        today=plan.start,
        command=command,
    )
    refused: list[Refusal] = []
    progress.start("report", len(steps))
    for name, compute in steps:
        try:
            found = replace(found, **{name: compute(question)})
        except WhetError as error:  # also a solver that found nothing in time
            refused.append(Refusal(name, str(error)))
        progress.advance()
    draws = found.dates.draws if found.dates else plan.assumptions.draws
    refused += question.left_out
    return replace(found, refused=tuple(refused), assumptions=assumptions(plan, draws))


def assumptions(plan: Plan, draws: int) -> tuple[tuple[str, str], ...]:
    """Return what the simulations take for granted, in English and Chinese."""
    taken = plan.assumptions
    said = [
        (
            f"The errors of all estimates of effort correlate by {taken.correlation:g}, and work "
            f"takes {taken.bias:g} times as long as estimated.",
            f"所有工作量估计误差的相关系数为 {taken.correlation:g}，"
            f"实际用时为估计的 {taken.bias:g} 倍。",
        ),
        (
            f"Dates and money come from {draws:,} draws in which nobody changes the order of "
            "work when something slips.",
            f"日期与资金来自 {draws:,} 次抽样；出现延误时不调整工作顺序。",
        ),
        (
            f"Money is worth {100 * taken.discount_per_year:g} % less a year later; the plan looks "
            f"{plan.months} months ahead.",
            f"资金每年折现 {100 * taken.discount_per_year:g}%；计划展望 {plan.months} 个月。",
        ),
    ]
    return tuple(said)
