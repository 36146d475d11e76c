"""`whet demo`: the whole job on the example, from messages in a file to answers over HTTP."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from whet.cli.build import GATE_FAILED
from whet.cli.console import chatter_to_stderr, stdout_console
from whet.cli.opening import check_can_train, open_workspace
from whet.cli.progress import shown_progress
from whet.core.progress import Progress


def demo(
    folder: Annotated[
        Path | None,
        typer.Option("--dir", metavar="DIR", help="Work on a copy of the example in this folder."),
    ] = None,
) -> None:
    """Audit, build, prove and serve a model of support messages, and ask it six questions.

    On a terminal it then serves until Ctrl-C; otherwise it ends.
    """
    check_can_train()
    from whet.cli.example import example_card

    card = example_card(folder)
    typer.echo(f"The example: {card}")
    with shown_progress() as progress, chatter_to_stderr():
        audit = _audit_sentence(card, progress)
    typer.echo(audit)
    with shown_progress() as progress, chatter_to_stderr():
        progress.start("loading libraries")
        from whet.ladder.build import build

        facts = build(card, progress=progress)
    from whet.cli.facts import print_facts

    print_facts(stdout_console(), facts)
    _serve_and_ask(card, facts)
    if not facts["gate_holds"]:
        raise typer.Exit(GATE_FAILED)


def _audit_sentence(card: Path, progress: Progress) -> str:
    """Return in a sentence what the audit finds."""
    progress.start("loading libraries")
    from whet.ladder.audit import audit_card

    # What a model is needed for, the build finds.
    findings = audit_card(card, progress=progress).findings
    found = ", ".join(f"{f.count} {f.guard} ({f.severity})" for f in findings)
    return f"Audit: {found or 'nothing found'}. `whet audit {card}` shows the rows."


def _serve_and_ask(card: Path, facts: dict[str, Any]) -> None:
    """Serve the package that was built, ask it the questions and print what it answers."""
    from whet.cli.asking import answer_templates, ask, reply, serving
    from whet.cli.example import QUESTIONS

    name, templates = facts["name"], answer_templates(card.parent / "answers.yaml")
    with (
        open_workspace(card) as (_, store),
        serving(store, Path(facts["package"]["path"])) as url,
    ):
        typer.echo(f"\nServing at {url}")
        for text, answer in zip(QUESTIONS, ask(url, name, QUESTIONS), strict=True):
            typer.echo(f"\n> {text}")
            typer.echo(f"  {answer['label']} ({answer['probability']:.2f})")
            typer.echo(f"  {reply(answer, text, templates)}")
        typer.echo(f"\nReport: {facts['report']}")
        if sys.stdin.isatty() and sys.stdout.isatty():
            _serve_on(url, name)


def _serve_on(url: str, name: str) -> None:
    """Say how to ask the server, which goes on answering, and return at Ctrl-C."""
    from whet.cli.asking import wait_for_interrupt

    body = '\'{"text": "where is my invoice?"}\''
    typer.echo(f"Ask it yourself: curl {url}/v1/predict/{name} --json {body}")
    typer.echo("Ctrl-C stops the server.")
    wait_for_interrupt()
