"""Which arguments do the commands of `whet plan` share, and where is a plan that is not named?"""

from pathlib import Path
from typing import Annotated

import typer

from whet.cli.options import HERE

PLAN_NAME = "company.yaml"
"""Name of a plan in the folder of a workspace."""

PlanPath = Annotated[
    Path | None,
    typer.Argument(
        metavar="[PLAN]",
        help="Plan, a YAML file; company.yaml of this folder or workspace when left out.",
    ),
]


def plan_file(named: Path | None) -> Path:
    """Return the plan that a command is about: the one named, or that of this folder or workspace.

    The file need not exist: what reads it says so.
    """
    from whet.core.workspace import find_workspace

    if named is not None:
        return named
    here = HERE / PLAN_NAME
    return here if here.is_file() else find_workspace(HERE).root / PLAN_NAME
