"""`whet support test`: does the desk do what its suite says?"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.options import AsJson
from whet.cli.support.options import DeskPath, desk_path, store_beside

if TYPE_CHECKING:  # heavy: imported by the command only when it runs
    from whet.products.support.suite.run import Outcome

FAILED = 1


def test(
    desk: DeskPath = None,
    suite: Annotated[
        Path | None,
        typer.Option("--suite", metavar="FILE", help="Suite; tests.yaml beside the desk without."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run the desk's suite, each case a conversation of its own; exit 1 when a case fails."""
    from whet.products.support.answering.library import knowledge_of
    from whet.products.support.answering.opening import NO_MODELS, models_of
    from whet.products.support.desk.read import read_desk
    from whet.products.support.suite.read import SUITE_NAME, line_of_cases, read_suite
    from whet.products.support.suite.run import run_suite

    path = desk_path(desk)
    files = read_desk(path)
    file = suite or files.folder / SUITE_NAME
    with store_beside(path) as store:
        models = models_of(files.model, store) if store else NO_MODELS
        cases = read_suite(file, files, models.intents.intents if models.intents else None)
        knowledge = knowledge_of(store, models.embedder) if store else None
        outcomes = run_suite(cases, files, models.intents, knowledge)
    lines = line_of_cases(file)
    if as_json:
        print_json(facts_of(file, outcomes, lines))
    else:
        print_outcomes(file, outcomes, lines)
    if any(outcome.problems for outcome in outcomes):
        raise typer.Exit(FAILED)


def print_outcomes(file: Path, outcomes: Sequence["Outcome"], lines: dict[str, int]) -> None:
    """Print the cases that failed, with what was said and why, and how many held."""
    from rich.text import Text

    from whet.cli.tables import new_table

    failed = [outcome for outcome in outcomes if outcome.problems]
    if failed:
        table = new_table("line", "case", "customer", "desk", "why it failed")
        for one in failed:
            customer = "\n".join(f"> {text}" for text in one.case.when)
            answer = f"[{one.reply.reason.tier}] {one.reply.text}"
            why = "\n".join(one.problems)
            cells = (str(lines[one.case.name]), one.case.name, customer, answer, why)
            table.add_row(*map(Text, cells))  # as text: a customer's brackets are no markup
        stdout_console().print(table)
    held = len(outcomes) - len(failed)
    typer.echo(f"{file}: {held:,} of {len(outcomes):,} cases hold.")


def facts_of(file: Path, outcomes: Sequence["Outcome"], lines: dict[str, int]) -> dict[str, Any]:
    """Return what came of a suite as JSON."""
    from dataclasses import asdict

    failures = [
        {
            "name": one.case.name,
            "line": lines[one.case.name],
            "problems": list(one.problems),
            "said": [{"author": said.author, "text": said.text} for said in one.said],
            "reason": asdict(one.reply.reason),
        }
        for one in outcomes
        if one.problems
    ]
    held = len(outcomes) - len(failures)
    return {"suite": str(file), "cases": len(outcomes), "held": held, "failures": failures}
