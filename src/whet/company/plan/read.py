"""Is this plan right, and what does it say? Every problem at once, each with its line.

``read_plan(path)`` returns the plan or raises with all problems; ``check_plan(path)`` lists them.
"""

import re
from pathlib import Path
from typing import Any

from whet.company.plan.checks.all import cross_problems
from whet.company.plan.schema import Plan
from whet.core.errors import InputError
from whet.core.yaml.document import Document, Problem
from whet.core.yaml.kind import FileKind
from whet.core.yaml.read import as_line, examine, examine_text, json_schema, values_of

_MONEY = re.compile(
    r"\s*(?P<before>[A-Z]{3}|[$€£¥])?\s*-?[0-9][0-9 .,']*\s*(?P<after>[A-Z]{3}|[$€£¥])?\s*"
)


def _number_hint(document: Document, text: str) -> str:
    """Return what to do about an amount that names a currency; empty for other texts."""
    found = _MONEY.fullmatch(text)
    named = (found["before"] or found["after"]) if found else None
    if named is None:
        return ""
    currency = document.text("currency") or "the file's currency"
    if named == currency:
        return f"Amounts are numbers in the file's one currency: leave {named} out."
    return f"Amounts are numbers in the file's one currency: convert it to {currency}."


PLAN = FileKind(
    model=Plan,
    word="plan",
    example="company.yaml",
    fields="`currency:` and `start:`",
    when_missing="`whet plan schema` says what a plan may hold.",
    when_empty="It needs at least `currency:` and `start:`.",
    most_bytes=50_000_000,
    most_values=500_000,
    bad_scalar="There is no such date or number.",
    number_hint=_number_hint,
)
"""The kind of file that a plan is."""


def read_plan(path: Path, *, alone: bool = False) -> Plan:
    """Return the plan in the file `path`; `alone` does not look for the files beside it.

    Raises:
        InputError: the file is not a plan, or a plan with mistakes; one line per mistake, each
            ``file:line: field: what must hold; what was found``.
    """
    checks = _cross_problems_alone if alone else cross_problems
    return Plan.model_validate(values_of(path, PLAN, checks), strict=True)


def plan_of_text(text: str, name: str) -> Plan:
    """Return the plan that a text holds, such as an old revision, without the files beside it.

    Raises:
        InputError: as `read_plan`, with `name` for the file.
    """
    document, problems = examine_text(text, PLAN, _cross_problems_alone)
    if problems:
        raise InputError("\n".join(as_line(name, problem) for problem in problems))
    return Plan.model_validate(document.values, strict=True)


def _cross_problems_alone(document: Document, _: Path | None = None) -> list[Problem]:
    """Return what is wrong between the fields of a plan, whatever lies beside it."""
    return cross_problems(document, None)


def check_plan(path: Path) -> list[Problem]:
    """Return what is wrong with the plan in the file `path`, in the order of its lines."""
    return examine(path, PLAN, cross_problems)[1]


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema of a plan, with the meaning of every field, for editors and forms."""
    return json_schema(PLAN)
