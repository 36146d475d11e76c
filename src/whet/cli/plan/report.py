"""`whet plan report [PLAN]`: everything about the plan on one page, and its pictures."""

import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.options import AsJson
from whet.cli.plan.options import PlanPath
from whet.cli.progress import shown_progress

if TYPE_CHECKING:
    from whet.company.pictures.wording import Language
    from whet.company.report.sections.whole import PlanReport


class Face(StrEnum):
    """A language of the report."""

    EN = "en"
    ZH = "zh"


Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="HTML file to write, with its folders; beside the plan when left out.",
    ),
]
Pictures = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Write every picture there, as SVG files.")
]
OneFace = Annotated[
    Face | None,
    typer.Option(help="One language only; both in one file, to change, when left out."),
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of everything random.")]
Seconds = Annotated[float, typer.Option(min=0.1, help="Most seconds to search for the schedule.")]
Baseline = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Last plan, as `whet plan schedule --json` printed it: drawn under the bars.",
    ),
]


def report(
    plan: PlanPath = None,
    out: Out = None,
    pictures: Pictures = None,
    language: OneFace = None,
    seed: Seed = 0,
    seconds: Seconds = 10,
    baseline: Baseline = None,
    as_json: AsJson = False,
) -> None:
    """Compute the plan and write it as one HTML page: what to decide this Monday, and why."""
    from whet.cli.plan.opening import plan_store, search_of
    from whet.cli.plan.options import plan_file
    from whet.company.market.from_plan import with_rule_milestones
    from whet.company.plan.read import read_plan
    from whet.company.report.computation import Question, compute_report
    from whet.company.report.page import render_report, write_pictures
    from whet.company.report.steps import STEPS
    from whet.company.schedule.answer import last_tasks
    from whet.company.schedule.limits import checked_limits
    from whet.core.files import write_atomic

    started = time.monotonic()
    path = plan_file(plan)
    target = out or path.with_suffix(".html")
    _check_free(target)
    if baseline is not None:
        last_tasks(baseline)  # a wrong file is told before anything is computed
    read = with_rule_milestones(read_plan(path))
    with plan_store(path.parent) as store, shown_progress() as progress:
        kept = search_of(path, checked_limits(seconds, 1, seed)).folder
        question = Question(read, path, seed, seconds, store, baseline, kept)
        command = _command(path, seed)
        found = compute_report(question, STEPS, command=command, progress=progress)
        first = language.value if language else read.language
        both: list[Language] = ["en", "zh"] if first == "en" else ["zh", "en"]
        write_atomic(target, render_report(found, [first] if language else both))
        drawn = write_pictures(found, pictures, first) if pictures else []
    facts = {"report": str(target), "pictures": [str(file) for file in drawn]}
    _tell(found, facts, time.monotonic() - started, as_json=as_json)


def _check_free(target: Path) -> None:
    """Refuse to write over what is no report, such as the plan; last Monday's may be replaced."""
    from whet.core.errors import InputError

    if target.is_file() and not target.read_bytes().lstrip().lower().startswith(b"<!doctype html"):
        raise InputError(
            f"{target} is already there and is no report. Name another file by --out, such as "
            f"{target.with_suffix('.html')}."
        )


def _command(path: Path, seed: int) -> str:
    """Return the command that writes the same report again."""
    import shlex

    return f"whet plan report {shlex.quote(str(path))}" + (f" --seed {seed}" if seed else "")


def _tell(found: "PlanReport", facts: dict[str, Any], seconds: float, *, as_json: bool) -> None:
    """Print what is to be decided, what was refused, and where the report is."""
    from whet.company.report.decisions import decisions
    from whet.company.report.wording import Words

    said = decisions(found, Words("en", found.currency))
    if as_json:
        print_json(
            {
                **facts,
                "decisions": list(said),
                "computed": [name for name in SECTIONS if getattr(found, name)],
                "refused": [{"what": r.what, "why": r.why} for r in found.refused],
                "seconds": round(seconds, 1),
            }
        )
        return
    console = stdout_console()
    for number, sentence in enumerate(said, 1):
        console.print(f"{number}. {sentence}")
    for refusal in found.refused:
        console.print(f"Not computed: {refusal.what}. {refusal.why}")
    console.print(f"\n{facts['report']} ({seconds:.0f} s)")
    for file in facts["pictures"]:
        console.print(file)


SECTIONS = (
    *("schedule", "load", "dates", "cash", "risks", "strategy", "operations", "labels"),
    *("team", "market", "prices"),
)
"""Sections that may be computed, in the order of the page."""
