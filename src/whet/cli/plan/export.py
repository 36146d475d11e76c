"""`whet plan export [PLAN] FORMAT`: the plan as other tools want it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whet.cli.console import print_json
from whet.cli.options import AsJson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from whet.company.exchange.rows import Row
    from whet.company.plan.schema import Plan

TABLES = ("tasks", "people", "risks", "budget")
TRACKERS = ("jira", "openproject", "plane")
FORMATS = (
    "mspdi", *TABLES, *TRACKERS, "ical", "mermaid", "json", "yaml", "ci", "adr",
)  # fmt: skip
_DATED = ("mspdi", "tasks", *TRACKERS, "ical", "mermaid")
"""Formats that show when tasks run; the last two show nothing else."""
_NOTHING_BUT_DATES = ("ical", "mermaid")
_KEPT = ".mspdi.xml"
_MOST_FILES = 500


Words = Annotated[
    list[str],
    typer.Argument(
        metavar="[PLAN] FORMAT",
        help="Plan, company.yaml of this folder or workspace when left out, and format: mspdi, "
        "tasks, people, risks or budget (CSV), jira, openproject or plane (CSV), ical, "
        "mermaid, json, yaml, ci or adr.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="File to write, with its folders; printed when left out."),
]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]
Base = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.xml",
        help="Project file to write into, for mspdi; the one that an import kept beside the "
        "plan when left out.",
    ),
]
MilestoneId = Annotated[str | None, typer.Option(metavar="ID", help="Milestone, for ci and adr.")]
Tool = Annotated[str, typer.Option(help="github or gitlab, for ci.")]
Cards = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=PATH", help="File of a card, for ci; may be repeated."),
]
Dates = Annotated[
    bool, typer.Option("--dates/--no-dates", help="Whether to compute the schedule first.")
]
Seconds = Annotated[float, typer.Option(min=0.1, help="Most seconds to search for it.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of everything random.")]


def export(
    words: Words,
    out: Out = None,
    force: Force = False,
    base: Base = None,
    milestone: MilestoneId = None,
    tool: Tool = "github",
    card: Cards = None,
    dates: Dates = True,
    seconds: Seconds = 5,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Write the plan in the format of another tool."""
    from whet.company.plan.read import read_plan
    from whet.core.errors import InputError

    path, form = _path_and_format(words)
    if out is not None and out.exists() and not force:
        raise InputError(f"{out} is already there. Name another file, or give --force.")
    plan = read_plan(path)
    notes: list[str] = []
    if form in ("ci", "adr"):
        name = _milestone(plan, form, milestone)
        content = (
            _ci(plan, path, name, tool, card or [])
            if form == "ci"
            else _adr(plan, path, name, seconds, seed)
        )
    else:
        rows = _rows(plan, path, form, notes, seconds=seconds, seed=seed) if dates else []
        if not dates and form in _NOTHING_BUT_DATES:
            raise InputError(f"{form} shows dates and nothing else. Leave --no-dates out.")
        content = _content(plan, form, rows, _original(path, form, base, notes))
        notes += _left_out(plan, form)
    _give(form, content, out, notes, as_json=as_json)


def _milestone(plan: "Plan", form: str, named: str | None) -> str:
    """Return the milestone that was named; without one, say which there are."""
    from whet.core.errors import InputError

    if named is None:
        names = ", ".join(mark.id for mark in plan.milestones) or "none"
        raise InputError(f"{form} is about a milestone: give --milestone. There are: {names}.")
    return named


def _original(path: Path, form: str, base: Path | None, notes: list[str]) -> bytes | None:
    """Return the project file to write into; None where there is none, or for other formats."""
    from whet.company.exchange.sources import read_bytes

    kept = base or path.with_suffix(_KEPT)
    if form != "mspdi" or not (base or kept.is_file()):
        return None
    original = read_bytes(kept)
    notes.append(f"Written into {kept}, which keeps what a plan cannot hold.")
    return original


def _path_and_format(words: list[str]) -> tuple[Path, str]:
    """Return the plan's file and the format from one or two words."""
    from whet.cli.plan.options import plan_file
    from whet.core.errors import InputError, did_you_mean

    if len(words) > 2:
        raise InputError(f"Give a plan and a format; found {len(words)} words: {' '.join(words)}.")
    form = words[-1]
    if form not in FORMATS:
        raise InputError(f"There is no format {form!r} to write. {did_you_mean(form, FORMATS)}")
    return plan_file(Path(words[0]) if len(words) == 2 else None), form


def _rows(
    plan: "Plan", path: Path, form: str, notes: list[str], *, seconds: float, seed: int
) -> "Sequence[Row]":
    """Return when tasks run, for formats that show it; without a schedule a note says why."""
    from whet.cli.console import chatter_to_stderr
    from whet.core.errors import InputError

    if form not in _DATED:
        return []
    from whet.cli.plan.dated import question_of, rows_of

    try:
        with (
            chatter_to_stderr(),
            question_of(plan, path, seconds=seconds, seed=seed) as question,
        ):
            return rows_of(question)
    except InputError as error:
        if form in _NOTHING_BUT_DATES:
            raise
        notes.append(f"Without dates: {error}")
        return []


def _content(plan: "Plan", form: str, rows: "Sequence[Row]", base: bytes | None) -> str:
    """Return the text of a format."""
    if form == "mspdi":
        from whet.company.exchange.mspdi_out import export_mspdi

        return export_mspdi(plan, rows, base).decode()
    if form in TABLES:
        from whet.company.exchange.tables import export_table

        return export_table(plan, form, rows)
    if form in TRACKERS:
        from whet.company.exchange.trackers import export_tracker

        return export_tracker(plan, form, rows)
    if form == "ical":
        from whet.company.exchange.ical import export_ical

        return export_ical(plan, rows).decode()
    if form == "mermaid":
        from whet.company.exchange.mermaid import export_mermaid

        return export_mermaid(plan, rows)
    if form == "json":
        from whet.company.exchange.json_plan import export_json

        return export_json(plan)
    from whet.company.exchange.yaml_out import plan_yaml

    return plan_yaml(plan)


def _left_out(plan: "Plan", form: str) -> list[str]:
    """Return what a format cannot hold."""
    if form != "risks":
        return []
    from whet.company.exchange.tables import left_out

    return left_out(plan, form)


def _ci(plan: "Plan", path: Path, milestone: str, tool: str, named: list[str]) -> str:
    """Return the CI file of a milestone."""
    from whet.company.exchange.ci import export_ci
    from whet.core.errors import InputError

    cards = _cards(plan, path)
    for pair in named:
        name, equals, file = pair.partition("=")
        if not equals or not name or not file:
            raise InputError(f"--card must be NAME=PATH, such as desk=card.yaml; found {pair!r}.")
        cards[name] = file
    return export_ci(plan, milestone, path=_here(path), tool=tool, cards=cards)


def _cards(plan: "Plan", path: Path) -> dict[str, str]:
    """Return the files of the cards that the plan's targets name, from the plan's folder down."""
    import yaml

    wanted = {target.card for target in plan.quality if target.card}
    found: dict[str, str] = {}
    if not wanted:
        return found
    for file in sorted(path.parent.glob("**/*.yaml"))[:_MOST_FILES]:
        if ".whet" in file.parts or file.stat().st_size > 1_000_000:
            continue
        try:
            values = yaml.safe_load(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, yaml.YAMLError):
            continue
        if isinstance(values, dict) and values.get("name") in wanted:
            found.setdefault(values["name"], _here(file))
    return found


def _here(path: Path) -> str:
    """Return a path as it is seen from this folder, which is taken for the repository's."""
    whole = path.resolve()
    return (whole.relative_to(Path.cwd()) if whole.is_relative_to(Path.cwd()) else path).as_posix()


def _adr(plan: "Plan", path: Path, milestone: str, seconds: float, seed: int) -> str:
    """Return the decision record of a milestone."""
    from whet.cli.console import chatter_to_stderr
    from whet.cli.plan.dated import forecast_of, question_of
    from whet.company.exchange.adr import export_adr

    with chatter_to_stderr(), question_of(plan, path, seconds=seconds, seed=seed) as question:
        found = forecast_of(question, milestone)
    return export_adr(plan, milestone, found)


def _give(form: str, content: str, out: Path | None, notes: list[str], *, as_json: bool) -> None:
    """Write or print a format; notes go to stderr, where they are no part of it."""
    from whet.core.files import write_atomic

    if out is not None:
        write_atomic(out, content)
    if as_json:
        facts: dict[str, Any] = {"format": form, "file": str(out) if out else None, "notes": notes}
        print_json(facts if out else {**facts, "content": content})
        return
    for note in notes:
        typer.echo(note, err=True)
    if out is not None:
        typer.echo(f"Wrote {out}.")
    else:
        typer.echo(content, nl=False)
