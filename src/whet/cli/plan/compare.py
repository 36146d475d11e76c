"""`whet plan compare OLD NEW`: what changed between two plans or revisions, and what it costs?"""

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.options import AsJson
from whet.cli.plan.simulating import Draws, Seed
from whet.cli.tables import new_table

if TYPE_CHECKING:
    from pathlib import Path

    from whet.company.comparison.effect import Effect, Row
    from whet.company.plan.compare import Change
    from whet.company.plan.schema import Plan

    Named = tuple[str, Plan]

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


SolverSeconds = Annotated[
    float, typer.Option("--seconds", min=0.1, help="Time for the best split of each plan's budget.")
]
Quick = Annotated[
    bool, typer.Option("--quick", help="Say what changed in the text only; compute nothing.")
]


def compare(
    old: FirstPlan = None,
    new: SecondPlan = None,
    rev: Revision = None,
    whole: Annotated[bool, typer.Option("--all", help="Print every change.")] = False,
    quick: Quick = False,
    draws: Draws = None,
    seed: Seed = 0,
    seconds: SolverSeconds = 30.0,
    as_json: AsJson = False,
) -> None:
    """Say what changed from one plan to another, and what that does to dates, money and prices.

    Both plans see the same draws, so that the interval of a difference is that of pairs.
    """
    from whet.company.plan.compare import changes

    first, second = _plans(old, new, rev)
    found = changes(first[1], second[1])
    effect = None
    if found and not quick:
        effect = _effect(first, second, draws=draws, seed=seed, seconds=seconds)
    if as_json:
        print_json(_json((first[0], second[0]), found, effect))
        return
    if effect:
        typer.echo(f"{effect.sentence}\n")
    _print(found, whole=whole)
    if effect:
        _print_effect(effect)


def _plans(old: str | None, new: str | None, rev: str | None) -> "tuple[Named, Named]":
    """Return the two plans that are meant, with their names."""
    from pathlib import Path

    from whet.cli.plan.options import plan_file
    from whet.company.plan.revisions import plan_at, plan_of
    from whet.core.errors import InputError

    if (new is None) == (rev is None):
        raise InputError(
            "Name two plans, or one and --rev with a git revision: "
            "whet plan compare old.yaml new.yaml, whet plan compare company.yaml --rev HEAD~1."
        )
    if rev is not None:
        path = plan_file(None if old is None else Path(old))
        return (f"{rev}:{path}", plan_of(path, rev)), (str(path), plan_at(str(path)))
    return (str(old), plan_at(str(old))), (str(new), plan_at(str(new)))


def _effect(
    first: "Named", second: "Named", *, draws: int | None, seed: int, seconds: float
) -> "Effect":
    """Return what the change does; curves of a workspace are those of each plan's folder."""
    from whet.cli.plan.opening import plan_store
    from whet.company.comparison.effect import Side, effect_of

    count = second[1].assumptions.draws if draws is None else draws
    with plan_store(_folder(first[0])) as before, plan_store(_folder(second[0])) as after:
        sides = Side(*first, before), Side(*second, after)
        return effect_of(*sides, draws=count, seed=seed, seconds=seconds)


def _folder(name: str) -> "Path":
    """Return the folder of a file, or of the file that a name such as HEAD~1:path means."""
    from pathlib import Path

    path = Path(name)
    return path.parent if path.exists() else Path(name.partition(":")[2] or name).parent


def _print_effect(effect: "Effect") -> None:
    """Print what a change does as a table, and what could not be computed."""
    console = stdout_console()
    columns = ("before", "after", "difference", "95 % interval")
    table = new_table("what it does", *columns, right=columns)
    for row in effect.rows:
        if row.section == "allocation" and row.difference == 0:
            continue
        interval = "" if row.low is None else f"{_gap(row, row.low)} to {_gap(row, row.high)}"
        sides = (_shown(row, value) for value in (row.before, row.after))
        table.add_row(row.name, *sides, _gap(row, row.difference), interval)
    if table.row_count:
        console.print(table)
    for note in effect.notes:
        typer.echo(note)
    typer.echo(
        f"{effect.draws:,} draws, seed {effect.seed}, the same for both plans; intervals are those "
        "of the draws alone."
    )


def _shown(row: "Row", value: "float | date | None") -> str:
    """Return one side of a row for people."""
    if value is None or isinstance(value, date):
        return "–" if value is None else value.isoformat()
    if row.unit == "probability":
        return f"{100 * value:.1f} %"
    return f"{value:.1f}" if row.unit == "months" else _money(value)


def _gap(row: "Row", value: float | None) -> str:
    """Return a difference for people, with its sign and unit."""
    if value is None:
        return "–"
    if row.unit == "probability":
        return f"{100 * value:+.1f} points"
    if row.unit == "money":
        return _money(value, sign="+")
    return f"{value:+.1f} {'days' if row.unit == 'day' else 'months'}"


def _money(value: float, sign: str = "") -> str:
    """Return money for people: whole where it is large, with cents where it is not."""
    digits = 0 if abs(value) >= 100 or value == 0 else 2
    return f"{value:{sign},.{digits}f}"


def _json(names: tuple[str, str], found: "list[Change]", effect: "Effect | None") -> dict[str, Any]:
    """Return everything as JSON can hold it; `effect` is null where nothing was computed."""
    from whet.company.simulation.plain import plain

    changed = [_plain(change) for change in found]
    return {"old": names[0], "new": names[1], "changes": changed, "effect": plain(effect)}


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
