"""`whet plan schedule [PLAN]`: who does what, when? A company's plan, or an instance of PSPLIB."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.options import AsJson
from whet.cli.progress import shown_progress
from whet.cli.tables import new_table
from whet.core.errors import InputError

if TYPE_CHECKING:
    from whet.company.schedule.limits import Limits
    from whet.company.schedule.solve import Plan

SchedulePath = Annotated[
    Path | None,
    typer.Argument(
        metavar="[PLAN]",
        help="Plan, a YAML file, or a single-mode instance of PSPLIB (.sm); company.yaml of this "
        "folder or workspace when left out.",
    ),
]


def schedule(
    plan: SchedulePath = None,
    seconds: Annotated[
        float, typer.Option(help="Most seconds to search; with one worker, of solver time.")
    ] = 10,
    seed: Annotated[int, typer.Option(help="Seed of the search.")] = 0,
    workers: Annotated[
        int, typer.Option(min=1, help="Threads; 1 gives the same schedule on every run.")
    ] = 1,
    what_if: Annotated[
        bool,
        typer.Option(
            "--what-if",
            help="Price one more person of each skill, one more week and each milestone left out, "
            "by solving again.",
        ),
    ] = False,
    keep: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="What --json printed before: stay as close to it as goals allow."
        ),
    ] = None,
    whole: Annotated[
        bool, typer.Option("--all", help="Print every task of a long plan, not a summary.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Find the best schedule: who does what, when, and how much better it could be at most."""
    from whet.company.schedule.limits import checked_limits

    limits = checked_limits(seconds, workers, seed)
    if plan is not None and plan.suffix.lower() == ".sm":
        if what_if or keep is not None:
            raise InputError(
                "--what-if and --keep need a plan of people; found an instance of PSPLIB. Leave "
                "them out."
            )
        _instance(plan, limits, as_json=as_json)
        return
    from whet.cli.plan.options import plan_file
    from whet.cli.plan.scheduling import company_schedule

    company_schedule(
        plan_file(plan), limits, as_json=as_json, what_if=what_if, keep=keep, whole=whole
    )


def _instance(path: Path, limits: "Limits", *, as_json: bool) -> None:
    """Solve an instance of PSPLIB."""
    from whet.company.schedule.psplib import read_sm
    from whet.company.schedule.solve import solve

    problem = read_sm(path)
    with shown_progress() as progress:
        found = solve(problem, limits=limits, progress=progress)
    facts = instance_facts(found)
    if as_json:
        print_json(facts)
        return
    console = stdout_console()
    starts = new_table("job", "start", "end", right=["start", "end"])
    for task in problem.tasks:
        placed = found.schedule.placed[task.id]
        starts.add_row(task.id, str(placed.start), str(placed.end))
    console.print(starts)
    sure = "proved: no schedule is shorter" if facts["proved"] else f"bound {facts['bound']}"
    console.print(f"Makespan {facts['makespan']}, {sure}, after {facts['seconds']:.1f} s.")
    for note in found.notes:
        console.print(note)


def instance_facts(found: "Plan") -> dict[str, Any]:
    """Return what a schedule of an instance is, as JSON can hold it."""
    level = found.level("makespan")
    return {
        "makespan": found.schedule.makespan,
        "bound": round(level.bound),
        "proved": level.is_proved,
        "seconds": round(found.seconds, 3),
        "starts": {task: placed.start for task, placed in found.schedule.placed.items()},
        "notes": list(found.notes),
    }
