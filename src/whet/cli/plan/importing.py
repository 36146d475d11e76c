"""`whet plan import FILE…`: make a plan of other tools' files, or bring them into one."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whet.cli.console import print_json
from whet.cli.options import AsJson
from whet.cli.plan.options import PLAN_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from whet.company.exchange.items import Mapped
    from whet.company.plan.schema import Plan
    from whet.core.yaml.document import Problem

_KEPT = ".mspdi.xml"
"""End of the name of the project file that is kept beside a plan."""


Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files, read in order.")]
Form = Annotated[
    str | None,
    typer.Option(
        "--format",
        help="Format of the files, where they do not tell it: yaml, json, mspdi, csv, jira, "
        "openproject, plane, github, gitlab or ical.",
    ),
]
Out = Annotated[Path, typer.Option(metavar="FILE", help="Plan to write, with its folders.")]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]
Start = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The plan's first day.")]
Currency = Annotated[
    str | None, typer.Option(metavar="EUR", help="The plan's currency, in three letters.")
]
Skills = Annotated[
    list[str] | None,
    typer.Option(
        metavar="LABEL=SKILL",
        help="Skill that a label of an issue stands for; may be repeated.",
    ),
]
DaysPerPoint = Annotated[
    float | None, typer.Option(metavar="DAYS", help="Person-days of a story point.")
]
Effort = Annotated[
    str | None,
    typer.Option(metavar="DAYS", help="Effort of what nobody estimated: 3, or '1 to 5'."),
]
Free = Annotated[
    bool,
    typer.Option(
        "--free", help="Let the schedule choose people, whoever is assigned to open tasks."
    ),
]


def import_plan(
    files: Files,
    form: Form = None,
    out: Out = Path(PLAN_NAME),
    force: Force = False,
    start: Start = None,
    currency: Currency = None,
    skill: Skills = None,
    days_per_point: DaysPerPoint = None,
    effort: Effort = None,
    free: Free = False,
    as_json: AsJson = False,
) -> None:
    """Make company.yaml of files from other tools; several files become one plan.

    Of entries with the same id the last file counts, so that `whet plan import company.yaml
    edited.xml --out company.yaml --force` brings home what was changed elsewhere.
    """
    from whet.company.exchange.draft import merged, plan_of, without_assigned
    from whet.company.exchange.sources import Asked, read_draft
    from whet.company.plan.read import check_plan
    from whet.core.clock import utc_now

    today = start.date() if start else utc_now().date()
    asked = Asked(today, form, _mapped(skill or [], days_per_point, effort))
    drafts = [read_draft(file, asked) for file in files]
    projects = [file for file, (_, found) in zip(files, drafts, strict=True) if found == "mspdi"]
    kept = out.with_suffix(_KEPT) if projects else None
    _check_free(out, kept, projects, force=force)
    draft = merged([without_assigned(d) if free and f != "yaml" else d for d, f in drafts])
    if start:
        draft.values["start"] = today
    names = ", ".join(file.name for file in files)
    plan = plan_of(draft, names, today=today, currency=currency)
    _write(plan, names, out, projects[0] if projects else None)
    written = _Written(out, kept, plan, draft.notes, check_plan(out))
    if as_json:
        print_json(_json(written))
    else:
        _tell(written)


@dataclass(frozen=True)
class _Written:
    """What an import wrote, and what is to be told of it."""

    out: Path
    """The plan's file."""
    kept: Path | None
    """The project file that was kept beside it."""
    plan: "Plan"
    """The plan."""
    notes: "Sequence[str]"
    """What a plan cannot hold."""
    problems: "Sequence[Problem]"
    """What is to be mended before it can be computed."""


def _write(plan: "Plan", names: str, out: Path, project: Path | None) -> None:
    """Write the plan, and the project file that it came from beside it; the original is read first.

    It may be the very file that is written over.
    """
    from whet.company.exchange.sources import read_bytes
    from whet.company.exchange.yaml_out import plan_yaml
    from whet.core.files import write_atomic

    original = read_bytes(project) if project else b""
    write_atomic(out, plan_yaml(plan, names))
    if project:
        write_atomic(out.with_suffix(_KEPT), original)


def _json(written: _Written) -> dict[str, object]:
    """Return what was written as JSON can hold it."""
    plan = written.plan
    return {
        "plan": str(written.out),
        "kept": str(written.kept) if written.kept else None,
        "people": len(plan.people),
        "tasks": len(plan.tasks),
        "milestones": len(plan.milestones),
        "notes": list(written.notes),
        "problems": [
            {"line": p.line, "field": p.field, "sentence": p.sentence} for p in written.problems
        ],
    }


def _tell(written: _Written) -> None:
    """Print what was written, and what is to be mended."""
    from whet.core.yaml.read import as_line

    plan = written.plan
    for note in written.notes:
        typer.echo(note)
    typer.echo(
        f"Wrote {written.out}: {len(plan.people)} people, {len(plan.tasks)} tasks, "
        f"{len(plan.milestones)} milestones."
    )
    if written.kept is not None:
        typer.echo(f"Kept the project file as {written.kept}, for what a plan cannot hold.")
    if written.problems:
        typer.echo("To mend before it can be computed:")
    for problem in written.problems:
        typer.echo(as_line(written.out, problem))


def _check_free(out: Path, kept: Path | None, projects: list[Path], *, force: bool) -> None:
    """Refuse to write over what is there, and to keep two project files beside one plan."""
    from whet.core.errors import InputError

    if len(projects) > 1:
        raise InputError(
            f"One project file can be kept beside a plan; found {len(projects)}. Import them one "
            "after the other, each with an --out of its own."
        )
    for path in (out, kept):
        if path is not None and path.exists() and not force:
            raise InputError(
                f"{path} is already there. Name another file by --out, or give --force to write "
                "over it; comments in it are lost."
            )


def _mapped(skills: list[str], days_per_point: float | None, effort: str | None) -> "Mapped":
    """Return what the words of trackers mean, as the options say."""
    from whet.company.exchange.items import Mapped
    from whet.company.plan.estimate import Estimate
    from whet.core.errors import InputError

    found = {}
    for pair in skills:
        label, equals, name = pair.rpartition("=")
        if not equals or not label or not name:
            raise InputError(f"--skill must be LABEL=SKILL, such as bug=backend; found {pair!r}.")
        found[label.strip().lower()] = name.strip()
    if days_per_point is not None and not 0 < days_per_point < 1000:
        raise InputError(f"--days-per-point must be above 0; found {days_per_point:g}.")
    value: float | str | None = effort
    if effort is not None:
        try:
            value = float(effort)
        except ValueError:
            value = effort
        try:
            Estimate.model_validate(value)
        except ValueError as error:
            raise InputError(
                f"--effort must be person-days such as 3 or '1 to 5'; found {effort!r}."
            ) from error
    return Mapped(found, days_per_point, value)
