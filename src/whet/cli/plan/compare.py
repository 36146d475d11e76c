"""`whet plan compare OLD NEW`: what changed between two plans, or two revisions of one?"""

from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whet.cli.console import print_json
from whet.cli.options import AsJson

if TYPE_CHECKING:
    from whet.company.plan.compare import Change

FirstPlan = Annotated[
    str | None,
    typer.Argument(
        metavar="[OLD]",
        help="Older plan: a file, or REV:path in git. With --rev, the plan as it is now.",
    ),
]
SecondPlan = Annotated[
    str | None, typer.Argument(metavar="[NEW]", help="Newer plan: a file, or REV:path in git.")
]
Revision = Annotated[
    str | None,
    typer.Option("--rev", metavar="REV", help="Compare one plan with itself in this git revision."),
]


def compare(
    old: FirstPlan = None,
    new: SecondPlan = None,
    rev: Revision = None,
    whole: Annotated[bool, typer.Option("--all", help="Print every change.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what changed from one plan to another, by section."""
    from pathlib import Path

    from whet.cli.plan.options import plan_file
    from whet.company.plan.compare import changes
    from whet.company.plan.revisions import plan_at, plan_of
    from whet.core.errors import InputError

    if (new is None) == (rev is None):
        raise InputError(
            "Name two plans, or one and --rev with a git revision: "
            "whet plan compare old.yaml new.yaml, whet plan compare company.yaml --rev HEAD~1."
        )
    if rev is not None:
        path = plan_file(None if old is None else Path(old))
        first, second, names = plan_of(path, rev), plan_at(str(path)), (f"{rev}:{path}", str(path))
    else:
        names = (str(old), str(new))
        first, second = plan_at(names[0]), plan_at(names[1])
    found = changes(first, second)
    if as_json:
        print_json({"old": names[0], "new": names[1], "changes": [_plain(c) for c in found]})
    else:
        _print(found, whole=whole)


_SHOWN = 30
"""Changes of one section that are printed without --all."""


def _print(found: list["Change"], *, whole: bool) -> None:
    """Print changes under the names of their sections."""
    for section, group in groupby(found, key=lambda change: change.section):
        typer.echo(section.replace("_", " ") or "plan")
        listed = list(group)
        for change in listed if whole else listed[:_SHOWN]:
            typer.echo(f"  {change.sentence}")
        if not whole and len(listed) > _SHOWN:
            more = len(listed) - _SHOWN
            typer.echo(f"  and {more:,} more: --all prints every one, --json has them too")
    if not found:
        typer.echo("Nothing has changed.")


def _plain(change: "Change") -> dict[str, Any]:
    """Return a change as JSON can hold it."""
    values = {name: _value(getattr(change, name)) for name in ("old", "new")}
    words = {n: getattr(change, n) for n in ("section", "what", "kind", "id", "field", "sentence")}
    return {**words, **values}


def _value(value: Any) -> Any:
    """Return a value as JSON can hold it: dates as ISO 8601, estimates as three numbers."""
    if hasattr(value, "model_dump"):
        return value.model_dump()
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)
