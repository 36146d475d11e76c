"""`whet plan team`: how do people feel, what can they do, who alone knows what, train or hire?"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.options import AsJson
from whet.cli.plan.options import PlanPath
from whet.cli.tables import as_plain, new_table

if TYPE_CHECKING:
    from rich.console import Console

    from whet.company.plan.schema import Plan
    from whet.company.team.report import TeamReport
    from whet.company.team.staffing import Remedy

_FOLDERS_SHOWN = 5


CodeFolder = Annotated[
    Path | None, typer.Option(help="Folder of a git repository: who knows its code?")
]
Left = Annotated[
    list[str] | None,
    typer.Option(help="Author of the code who left, by name or mail; may be repeated."),
]
HalfLife = Annotated[float, typer.Option(help="Days after which a change to the code counts half.")]
Without = Annotated[
    list[str] | None,
    typer.Option(help="Person of the plan to think away, by id; may be repeated."),
]
Seed = Annotated[int, typer.Option(help="Seed of everything that is drawn.")]
Seconds = Annotated[
    float, typer.Option(min=0.1, help="Limit of the solver for each way to close gaps.")
]


def team(
    plan: PlanPath = None,
    code: CodeFolder = None,
    left: Left = None,
    half_life: HalfLife = 180.0,
    without: Without = None,
    seed: Seed = 0,
    seconds: Seconds = 10.0,
    as_json: AsJson = False,
) -> None:
    """Show the survey, gaps of skills, training against hiring, and who alone knows what.

    Nothing of a survey is shown that rests on fewer than five answers.
    """
    from whet.cli.plan.options import plan_file
    from whet.company.team.report import Code, team_report

    path = plan_file(plan)
    counted, notes = _counted(path, seed)
    source = None if code is None else Code(code, tuple(left or ()), half_life)
    report = team_report(
        counted,
        path.parent,
        code=source,
        without=tuple(without or ()),
        today=datetime.now().astimezone().date() if source else None,
        seed=seed,
        seconds=seconds,
    )
    report = replace(report, missing=(*notes, *report.missing))
    if as_json:
        print_json(report_json(report))
        return
    console = stdout_console()
    for part in (_survey, _drivers, _growth, _skills, _remedies, _knowledge):
        part(console, report)
    for note in report.missing:
        console.print(note)


def _counted(path: Path, seed: int) -> "tuple[Plan, Iterable[str]]":
    """Return the plan with the work that learning curves tell, and which work that is."""
    from whet.cli.plan.opening import plan_store
    from whet.company.labels.tasks import learnt_efforts, with_efforts
    from whet.company.plan.read import read_plan

    plan = read_plan(path)
    with plan_store(path.parent) as store:
        learnt = learnt_efforts(plan, store, seed=seed)
    return with_efforts(plan, learnt.days), learnt.notes(plan)


def report_json(report: "TeamReport") -> dict[str, object]:
    """Return the report as JSON can hold it; groups of a survey become `column: value`."""
    plain = as_plain(report)
    if report.survey:
        for kind in ("items", "enps", "hidden"):
            for row in plain["survey"][kind]:
                row["group"] = None if row["group"] is None else ": ".join(row["group"])
    return plain


def _survey(console: "Console", report: "TeamReport") -> None:
    """Print the means and the eNPS that may be shown, with intervals."""
    if report.survey is None:
        return
    asked = f" of {report.survey.asked} people asked" if report.survey.asked else ""
    console.print(f"Survey: {report.survey.answers} answers{asked}")
    table = new_table("item", "group", "mean", "95 % interval", "answers", right=["mean"])
    rows = [(row.item, row) for row in report.survey.items]
    rows += [(f"eNPS ({row.item})", row) for row in report.survey.enps]
    for name, row in rows:
        digits = 0 if name.startswith("eNPS") else 2
        mean = row.mean
        interval = f"{mean.low:.{digits}f} to {mean.high:.{digits}f}"
        group = ": ".join(row.group) if row.group else "all"
        table.add_row(name, group, f"{mean.value:.{digits}f}", interval, str(mean.n))
    console.print(table)
    for hidden in report.survey.hidden:
        group = ": ".join(hidden.group) if hidden.group else "all"
        console.print(f"{hidden.item}, {group}: not shown, {hidden.reason}.")


def _drivers(console: "Console", report: "TeamReport") -> None:
    """Print what goes with each outcome, or why that cannot be said."""
    for found in report.drivers:
        if found.reason:
            console.print(f"What goes with {found.outcome}: {found.reason}")
            continue
        console.print(
            f"What goes with {found.outcome} ({found.answers} answers, {found.explained:.0%} "
            f"explained out of sample, p = {found.p_value:.3f})"
        )
        table = new_table("item", "weight", f"{found.level:.0%} interval", "clear")
        for driver in found.drivers:
            interval = f"{driver.low:.2f} to {driver.high:.2f}"
            clear = "yes" if driver.is_clear else "no"
            table.add_row(driver.item, f"{driver.weight:.2f}", interval, clear)
        console.print(table)


def _growth(console: "Console", report: "TeamReport") -> None:
    """Print how money for the team is best split, and how firm that is."""
    found = report.growth
    if found is None:
        return
    console.print(
        f"\nMoney for the team: {found.points:.2f} points; 1,000 more would bring "
        f"{1000 * found.price:.2f}"
    )
    columns = ("line", "money", "in four of five draws", "points", "today")
    table = new_table(*columns, right=columns[1:])
    for line in found.lines:
        moved = f"{line.low:,.0f} to {line.high:,.0f}"
        table.add_row(
            line.id, f"{line.money:,.0f}", moved, f"{line.points:.2f}", f"{line.today:,.0f}"
        )
    console.print(table)
    today = "" if found.today is None else f", today's shares {found.today:.2f}"
    console.print(
        f"The equal split brings {found.equal:.2f}{today}. With other weights and curves this "
        f"split loses {found.regret:.1%} on average, more than {found.worst_regret:.1%} in one of "
        "ten."
    )
    console.print(found.warning)


def _skills(console: "Console", report: "TeamReport") -> None:
    """Print gaps, bottlenecks and what hangs on single people."""
    skills = report.skills
    if not skills.needed:
        console.print("\nSkills: no work is left in the plan's tasks.")
        return
    console.print(
        f"\nSkills: {skills.needed:,.0f} person-days of work; for {skills.missing:,.1f} of them "
        "nobody has time in their month"
    )
    if skills.gaps:
        table = new_table("month", "skill", "needed", "missing", right=["needed", "missing"])
        for gap in skills.gaps:
            month = report.months[gap.month]
            table.add_row(month, gap.skill, f"{gap.needed:.1f}", f"{gap.missing:.1f}")
        console.print(table)
    for bottleneck in (found for found in skills.bottlenecks if found.people):
        console.print(
            f"{report.months[bottleneck.month]}: {' and '.join(bottleneck.skills)} would take "
            f"{bottleneck.missing:.1f} days more than {' and '.join(bottleneck.people)} "
            f"{'has' if len(bottleneck.people) == 1 else 'have'}."
        )
    if skills.nobody:
        console.print(f"Nobody can do: {', '.join(skills.nobody)}.")
    table = new_table("without", "days missing more", "skills nobody else has")
    for loss in skills.losses:
        table.add_row(loss.person, f"{loss.missing:.1f}", ", ".join(loss.skills_lost))
    console.print(table)
    console.print(_leaving("the needed work has nobody with its skill", skills.leaving))


def _remedies(console: "Console", report: "TeamReport") -> None:
    """Print what each way to close gaps costs, and what the best one does."""
    if not report.remedies:
        return
    columns = ("way", "money", "days x months waiting", "total cost", "gaps closed", "proved")
    table = new_table(*columns, right=columns[1:4])
    for remedy in report.remedies:
        table.add_row(
            remedy.name,
            f"{remedy.money:,.0f}",
            f"{remedy.waited:,.1f}",
            f"{remedy.total:,.0f}",
            _closed(remedy, report.months),
            "best" if remedy.is_optimal else f"at least {remedy.bound:,.0f}",
        )
    console.print(table)
    best = min(report.remedies, key=lambda remedy: remedy.total)
    for action in best.actions:
        what = {
            "train": f"train {action.who} in {', '.join(action.skills)}",
            "hire": f"decide to hire {action.count:.0f} {action.who}",
            "buy": f"buy {action.count:.1f} days of {action.who}",
        }[action.kind]
        console.print(f"{report.months[action.month]}: {what} ({action.cost:,.0f})")


def _closed(remedy: "Remedy", months: Sequence[str]) -> str:
    """Return when the last gap closes, or which skills stay short."""
    never = [skill for skill, month in remedy.closed.items() if month is None]
    if never:
        return f"not: {', '.join(never)}"
    late = max((month or 0 for month in remedy.closed.values()), default=0)
    return months[late] if late else "no gap"


def _knowledge(console: "Console", report: "TeamReport") -> None:
    """Print who knows the code."""
    knowledge = report.knowledge
    if knowledge is None:
        return
    console.print(
        f"\nCode: {knowledge.files:,} files; one person alone knows {knowledge.only_one:.0%}, "
        f"nobody {knowledge.unknown:.0%}"
    )
    console.print(_leaving("the files have no author", knowledge.leaving))
    table = new_table("author", "part of files", right=["part of files"])
    for name, share in knowledge.shares.items():
        table.add_row(name, f"{share:.0%}")
    console.print(table)
    table = new_table("folder", "files", "known by one", "by nobody", "most known by")
    for folder in knowledge.folders[:_FOLDERS_SHOWN]:
        table.add_row(
            folder.folder,
            str(folder.files),
            str(folder.known_by_one),
            str(folder.known_by_nobody),
            f"{folder.most} ({folder.share_of_most:.0%})" if folder.most else "",
        )
    console.print(table)
    for note in knowledge.notes:
        console.print(note)


def _leaving(what: str, leaving: Sequence[str]) -> str:
    """Return the bus factor in a sentence."""
    if not leaving:
        return f"Bus factor 0: for more than half, {what} today."
    return f"Bus factor {len(leaving)}: without {', '.join(leaving)}, for more than half {what}."
