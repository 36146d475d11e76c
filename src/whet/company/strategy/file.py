"""What may stand in a file that holds an allocation alone? A budget, lines, limits.

    budget: 4
    lines:
      - {id: ads, response: {kind: exponential, scale: 5, rate: 0.8}, most: 3}
      - {id: talks, response: {kind: hill, scale: [3, 4, 6], half: 1.5, shape: 3}}
    limits:
      - {id: days, uses: {ads: 1, talks: 2}, most: 5}

Lines and limits are those of a plan. `read_problem` takes either kind of file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError

from whet.company.plan.checks.lines import check_channel
from whet.company.plan.read import read_plan
from whet.company.plan.strategy import Channel, Strategy
from whet.company.strategy.from_plan import problem_of
from whet.company.strategy.problem import Problem
from whet.company.strategy.uncertain import Attitude
from whet.core.errors import did_you_mean
from whet.core.yaml.document import Document, parse
from whet.core.yaml.document import Problem as Mistake
from whet.core.yaml.kind import FileKind
from whet.core.yaml.read import values_of


class AllocationFile(Strategy):
    """A budget, the lines between which it is split, and their limits."""

    lines: list[Channel] = Field(min_length=1)
    """Where money can go, and what comes back."""


ALLOCATION = FileKind(
    model=AllocationFile,
    word="allocation",
    example="allocation.yaml",
    fields="`budget:` and `lines:`",
    when_missing="Name a plan, or a file with `budget:` and `lines:`.",
    when_empty="It needs `budget:` and `lines:`.",
    most_bytes=50_000_000,
    most_values=500_000,
)
"""The kind of file that holds an allocation alone."""


@dataclass(frozen=True)
class Question:
    """What a file asks."""

    problem: Problem
    """What is to be split."""
    attitude: Attitude
    """How much bad cases count."""
    currency: str
    """Currency of all money; empty where the file names none."""


def read_problem(path: Path) -> Question:
    """Return what the plan or the allocation in a file asks.

    Raises:
        InputError: the file has mistakes, a line each, or the plan has nothing to split.
    """
    if not _is_allocation(path):
        plan = read_plan(path)
        problem, attitude = problem_of(plan.channels, plan.strategy)
        return Question(problem, attitude, plan.currency)
    file = AllocationFile.model_validate(values_of(path, ALLOCATION, _mistakes), strict=True)
    problem, attitude = problem_of(file.lines, file)
    return Question(problem, attitude, "")


def _is_allocation(path: Path) -> bool:
    """Return whether a file holds an allocation alone; what cannot be read counts as a plan."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return False
    values = parse(text, ALLOCATION).values
    return "lines" in values or ("budget" in values and "currency" not in values)


def _mistakes(document: Document, _: Path) -> Iterator[Mistake]:
    """Yield what is wrong between the fields: bounds, curves, ids that are missing or twice."""
    adapter = TypeAdapter(Channel)
    lines = document.get("lines")
    ids: list[str] = []
    for i in range(len(lines) if isinstance(lines, list) else 0):
        name = document.text("lines", i, "id")
        if name is not None and name in ids:
            yield document.problem(("lines", i, "id"), f"is given twice: {name!r}. Rename one.")
        ids += [name] if name is not None else []
        try:
            line = adapter.validate_python(document.get("lines", i), strict=True)
        except ValidationError:
            continue
        for where, sentence in check_channel(line, date.min):
            yield document.problem(("lines", i, *where), sentence)
    limits = document.get("limits")
    for k in range(len(limits) if isinstance(limits, list) else 0):
        for where, name, _use in document.entries("limits", k, "uses"):
            if name not in ids:
                yield document.problem(where, f"is no line. {did_you_mean(name, ids)}")
