"""`whet support retrain | promote | rollback | shadow | review`: how does the desk get better?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whet.cli.console import chatter_to_stderr, print_json, stdout_console
from whet.cli.opening import check_can_train
from whet.cli.options import AsJson
from whet.cli.progress import shown_progress
from whet.cli.support.options import DeskOption, DeskPath, desk_path, store_beside
from whet.core.errors import InputError

if TYPE_CHECKING:  # heavy: imported by the commands only when they run
    from pathlib import Path

    from whet.evaluation.intervals import Interval
    from whet.products.support.desk.read import DeskFiles
    from whet.products.support.learning.promotion import Moved
    from whet.store.store import Store
    from whet.store.trials import Trial

FAILED = 1
_FLIPS_SHOWN = 10
_LONGEST = 60


def retrain(desk: DeskPath = None, as_json: AsJson = False) -> None:
    """Build a challenger from what people said, and compare it; exit 1 where it does not pass."""
    check_can_train()
    path = desk_path(desk)
    with shown_progress() as progress, chatter_to_stderr():
        progress.start("loading libraries")
        from whet.products.support.learning.retraining import retrain as train_and_compare
        from whet.products.support.learning.suite_gate import run_gate

        trial = train_and_compare(path, progress=progress, suite=run_gate)
    if as_json:
        print_json(asdict(trial) | {"at": trial.at.isoformat()})
    else:
        print_trial(trial)
    if not trial.passed:
        raise typer.Exit(FAILED)


def promote(
    desk: DeskPath = None,
    force: Annotated[
        str | None,
        typer.Option("--force", metavar="REASON", help="Why it may answer without a passed trial."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let the challenger answer; refused without a trial that it passed, or a reason."""
    from whet.products.support.learning.promotion import promote as move

    with _opened(desk_path(desk)) as (files, store):
        moved = move(store, files, force=force)
    _print_moved(moved, as_json=as_json)


def rollback(desk: DeskPath = None, as_json: AsJson = False) -> None:
    """Let the champion before answer again."""
    from whet.products.support.learning.promotion import rollback as move

    with _opened(desk_path(desk)) as (files, store):
        moved = move(store, files)
    _print_moved(moved, as_json=as_json)


def shadow(desk: DeskPath = None, as_json: AsJson = False) -> None:
    """Show how the challenger's silent answers to live messages compare with the champion's."""
    from whet.products.support.learning.collecting import model_of
    from whet.products.support.learning.shadow_report import shadow_report
    from whet.products.support.learning.standing import challenger_of

    with _opened(desk_path(desk)) as (files, store):
        model = model_of(files)
        challenger = challenger_of(store, model)
        if challenger is None:
            raise InputError(
                f"There must be a challenger of {model!r}; there is none. "
                "Run `whet support retrain` first."
            )
        report = shadow_report(store, model, challenger)
    if as_json:
        print_json(report.as_json())
        return
    typer.echo(f"{report.challenger} beside {report.champion}, on {report.messages:,} messages:")
    typer.echo(f"  the same answer       {told(report.agree)}")
    old, new = report.handed_over
    typer.echo(f"  handed over           {told(old)} now, {told(new)} by the challenger")
    typer.echo(f"  difference            {told(report.more_handed_over)}")
    lost = len(report.negative_flips)
    typer.echo(
        f"  where a person said what was right ({report.with_feedback:,} messages): "
        f"{report.gained:,} only the challenger has right, {lost:,} only the champion"
    )
    for flip in report.negative_flips[:_FLIPS_SHOWN]:
        place = f"{flip['conversation']} message {flip['message']}"
        typer.echo(f"    {place}: {flip['intent']}, the challenger says {flip['new']}")


def review(
    example: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="Place of the queue to label; without it, the queue."),
    ] = None,
    label: Annotated[
        str | None,
        typer.Option(metavar="INTENT", help="The right intent, or out_of_scope."),
    ] = None,
    reject: Annotated[
        bool, typer.Option("--reject", help="Nothing is to be learnt from it.")
    ] = False,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who reviews.")] = "editor",
    budget: Annotated[int, typer.Option(min=1, max=500, help="How many are listed.")] = 20,
    desk: DeskOption = None,
    as_json: AsJson = False,
) -> None:
    """List the messages whose label would teach most, or label one of them."""
    from whet.products.support.learning.collecting import collect
    from whet.products.support.learning.reviewing import review as decide
    from whet.products.support.learning.reviewing import to_review

    if example is not None and (label is None) != reject:
        raise InputError("Say either --label INTENT or --reject.")
    with _opened(desk_path(desk)) as (files, store):
        if example is not None:
            done = decide(store, files, example, label=label, by=f"reviewer:{by}")
            if as_json:
                print_json({"id": done.id, "state": done.state, "label": done.label})
            else:
                typer.echo(f"{done.id} is {done.state}{f' as {done.label}' if label else ''}.")
            return
        collect(store, files)
        queue = to_review(store, files, budget=budget)
    if as_json:
        print_json({"queue": [asdict(asked) for asked in queue]})
        return
    from whet.cli.tables import new_table

    numbers = ("worth", "for")
    table = new_table("id", "text", "answered", *numbers, right=numbers)
    for asked in queue:
        one = asked.candidate
        wrong = f"{one.label} ({one.why})" if one.why else one.label
        table.add_row(one.id, _short(one.text), wrong, f"{asked.worth:.2f}", str(asked.stands_for))
    stdout_console().print(table)


def print_trial(trial: "Trial") -> None:
    """Print how a challenger did against the champion."""
    from whet.products.support.learning.standing import with_reasons

    facts = trial.facts
    typer.echo(
        f"Challenger {trial.challenger} learnt from {facts['taught']:,} examples; "
        f"{facts['held_out']:,} more judge it."
    )
    held = len(facts["quarantined"])
    if held or facts["unlabelled"]:
        typer.echo(
            f"{held:,} examples are held by the guard and {facts['unlabelled']:,} wrong answers "
            "have no label: `whet support review`."
        )
    for name in ("old_rows", "new_rows"):
        if name in facts:
            _print_part(name.replace("_", " "), facts[name])
    if "suite" in facts:
        suite = facts["suite"]
        held_cases = suite["cases"] - len(suite["failed"])
        typer.echo(f"Regression suite: {held_cases:,} of {suite['cases']:,} cases hold.")
    if trial.passed:
        typer.echo("It passes. To let it answer: whet support promote")
        return
    typer.echo("It does not pass:")
    for reason in with_reasons(trial):
        typer.echo(f"  {reason}")


def _print_part(name: str, part: dict[str, Any]) -> None:
    """Print the comparison on some rows."""
    old, new = part["accuracy"]["old"], part["accuracy"]["new"]
    typer.echo(
        f"On {part['rows']:,} {name}: {old:.1%} right before, {new:.1%} now; "
        f"{part['gained']:,} gained, {part['lost']:,} lost."
    )
    if part["verdict"] is not None:
        typer.echo(f"  {part['verdict']['verdict']}: {part['verdict']['sentence']}")
    for flip in part["negative_flips"][:_FLIPS_SHOWN]:
        typer.echo(f"  lost: {_short(flip['text'])!r} is {flip['label']}, not {flip['new']}")


def told(interval: "Interval") -> str:
    """Return a share with its interval."""
    return f"{interval.value:.1%} ({interval.low:.1%} to {interval.high:.1%})"


def _print_moved(moved: "Moved", *, as_json: bool) -> None:
    """Print who answers now."""
    if as_json:
        print_json(asdict(moved))
        return
    typer.echo(f"{moved.now} answers for {moved.model} now; before, {moved.before} did.")
    if moved.forced:
        typer.echo(f"Promoted without a passed trial: {moved.forced}")
    typer.echo(f"{moved.embedded:,} articles were indexed again.")


def _short(text: str) -> str:
    """Return how a text begins, on one line."""
    line = "".join(c for c in " ".join(text.split()) if c.isprintable())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


@contextmanager
def _opened(path: "Path") -> Iterator[tuple["DeskFiles", "Store"]]:
    """Yield a desk and the store of its workspace.

    Raises:
        InputError: nothing was built there.
    """
    from whet.products.support.desk.read import read_desk

    files = read_desk(path)
    with store_beside(path) as store:
        if store is None:
            raise InputError(f"{path} must be a desk that was built. Run `whet build card.yaml`.")
        yield files, store
