"""`whet demo`: the whole job on the example, from messages in a file to a desk that answers."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whet.cli.build import GATE_FAILED
from whet.cli.console import chatter_to_stderr, stdout_console
from whet.cli.opening import check_can_train, open_workspace
from whet.cli.progress import shown_progress
from whet.core.progress import Progress

if TYPE_CHECKING:  # heavy: imported when the command runs
    from whet.store.store import Store


def demo(
    folder: Annotated[
        Path | None,
        typer.Option("--dir", metavar="DIR", help="Work on a copy of the example in this folder."),
    ] = None,
) -> None:
    """Audit, build, prove and serve a model of support messages, and talk to the desk around it.

    On a terminal it then serves the desk until Ctrl-C; otherwise it says how to.
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
    from whet.cli.asking import ask, reply, serving
    from whet.cli.example import QUESTIONS
    from whet.products.support.desk.read import read_desk

    name, desk = facts["name"], card.parent / "desk.yaml"
    package, templates = Path(facts["package"]["path"]), read_desk(desk).templates
    with open_workspace(card) as (_, store):
        with serving(store, package) as url:
            typer.echo(f"\nServing at {url}")
            for text, answer in zip(QUESTIONS, ask(url, name, QUESTIONS), strict=True):
                typer.echo(f"\n> {text}")
                typer.echo(f"  {answer['label']} ({answer['probability']:.2f})")
                typer.echo(f"  {reply(answer, text, templates)}")
        _talk_to_desk(card, store)
        typer.echo(f"\nReport: {facts['report']}")
        if sys.stdin.isatty() and sys.stdout.isatty():
            with serving(store, package, desk) as url:
                _serve_on(url, name, desk)
        else:
            typer.echo(f"The desk, to chat with and to look into: whet support serve --desk {desk}")


def _talk_to_desk(card: Path, store: "Store") -> None:
    """Bring the example's desk up to date, have a few conversations with it, and print them."""
    from whet.cli.example import TALKS
    from whet.cli.support.ask import told
    from whet.cli.support.building import sentences_of
    from whet.core.clock import utc_now
    from whet.products.support.answering.opening import open_answerer
    from whet.products.support.build import finish_desk
    from whet.products.support.turns import Turn

    desk = card.parent / "desk.yaml"
    with shown_progress() as progress, chatter_to_stderr():
        built = finish_desk(desk, store, facts=None, progress=progress)
    typer.echo("\nThe desk")
    for sentence in sentences_of(built):
        typer.echo(sentence)
    outcomes = built.outcomes or ()
    held = sum(not outcome.problems for outcome in outcomes)
    typer.echo(f"{held} of the {len(outcomes)} cases of its suite hold: whet support test {desk}")
    answerer = open_answerer(built.files, store)
    for talk in TALKS:
        turn = Turn("", utc_now())
        for text in talk:
            answer = answerer.answer(turn := replace(turn, text=text))
            turn = replace(turn, memory=answer.memory)
            typer.echo(f"\n> {text}\n  {answer.text}\n  [{told(answer)}]")
    typer.echo(f'\nAsk it yourself: whet support ask --desk {desk} "how do I swap a shift?"')


def _serve_on(url: str, name: str, desk: Path) -> None:
    """Say how to use the desk that is served, which goes on answering, and return at Ctrl-C."""
    from whet.cli.asking import wait_for_interrupt

    body = '\'{"text": "where is my invoice?"}\''
    typer.echo(f"\nThe desk answers. Chat with it: {url}/chat")
    typer.echo(f"Its people work at {url}/console; let yourself in, from another terminal:")
    typer.echo(f"  whet support user add you admin --workspace {desk.parent}")
    typer.echo(f"The model alone: curl {url}/v1/predict/{name} --json {body}")
    typer.echo("Ctrl-C stops the server.")
    wait_for_interrupt()
