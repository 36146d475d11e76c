"""What is wrong between the fields of a plan? Every check that a single field cannot answer."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from whet.company.plan.checks.hours import check_hours
from whet.company.plan.checks.lines import check_strategy
from whet.company.plan.checks.milestones import check_milestones
from whet.company.plan.checks.names import (
    check_features,
    check_order_names,
    check_references,
    check_unique,
)
from whet.company.plan.checks.order import check_cycles, check_skills, check_trained
from whet.company.plan.checks.rules import check_rules
from whet.core.yaml.document import Document, Problem, Where

CHECKS: tuple[Callable[[Document], Iterator[Problem]], ...] = (
    check_unique,
    check_references,
    check_order_names,
    check_features,
    check_cycles,
    check_skills,
    check_trained,
    check_rules,
    check_milestones,
    check_hours,
    check_strategy,
)
"""Every check between fields, but for those that look at the disk."""


def cross_problems(document: Document, folder: Path | None) -> list[Problem]:
    """Return the problems between the fields of a plan that stands in `folder`, if in one."""
    found = [problem for check in CHECKS for problem in check(document)]
    return found if folder is None else [*found, *_check_files(document, folder)]


def _check_files(document: Document, folder: Path) -> Iterator[Problem]:
    """Files that a plan names are there."""
    tests = document.get("market", "price_tests")
    places: list[Where] = [("survey", "file")]
    places += [
        ("market", "price_tests", i, "file")
        for i in range(len(tests) if isinstance(tests, list) else 0)
    ]
    for where in places:
        name = document.text(*where)
        if name is not None and not os.path.isfile(folder / name):
            yield document.problem(where, f"there is no file {name!r} beside the plan")
