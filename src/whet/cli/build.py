"""`whet build CARD`: climb the ladder, judge, package the winner."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from whet.cli.console import chatter_to_stderr, print_json, stdout_console
from whet.cli.opening import check_can_train, read_card_first
from whet.cli.options import AsJson, CardPath, TrustCode, TrustPickle
from whet.cli.progress import shown_progress

GATE_FAILED = 1


def build(
    card: CardPath,
    data: Annotated[
        str | None,
        typer.Option(metavar="VERSION", help="Data version to build on, from `whet data list`."),
    ] = None,
    processes: Annotated[
        int,
        typer.Option(
            min=1, metavar="N", help="Processes that tune an encoder together, one a GPU."
        ),
    ] = 1,
    trust_pickle: TrustPickle = False,
    trust_code: TrustCode = False,
    as_json: AsJson = False,
) -> None:
    """Build a model from a card. Exit 0: the gate holds; 1: it does not; 2: something to mend."""
    check_can_train()
    read_card_first(card)
    with shown_progress() as progress, chatter_to_stderr():
        progress.start("loading libraries")
        from whet.cards.schema import Trust
        from whet.ladder.build import build as climb_and_package

        trust = Trust(pickle=trust_pickle, code=trust_code)
        facts = climb_and_package(
            card, version=data, trust=trust, processes=processes, progress=progress
        )
    finish_build(facts, as_json=as_json)


def finish_build(facts: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what came of a build, and end with the exit code that says whether its gate holds."""
    from whet.cli.facts import print_facts, summary

    if as_json:
        print_json(summary(facts))
    else:
        print_facts(stdout_console(), facts)
    if not facts["gate_holds"]:
        raise typer.Exit(GATE_FAILED)
