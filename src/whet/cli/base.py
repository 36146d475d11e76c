"""`whet base`: which pretrained models are there, what does each take, and which suits a card?"""

from pathlib import Path
from typing import Annotated

import typer

from whet.cli.console import chatter_to_stderr, print_json, stdout_console
from whet.cli.opening import check_can_train, open_workspace, read_card_first
from whet.cli.options import AsJson, CardPath, TrustCode, TrustPickle
from whet.cli.progress import shown_progress

app = typer.Typer(help="List, show and compare pretrained models.", no_args_is_help=True)

Extra = Annotated[
    list[str] | None,
    typer.Option("--base", metavar="BASE", help="One more: a folder or hub id; may be repeated."),
]


@app.command("list")
def list_(base: Extra = None, as_json: AsJson = False) -> None:
    """List the catalogue: which bases can be loaded here, their licences, sizes and costs.

    Seconds and memory are estimates; `whet base show` says how they come about.
    """
    from whet.cli.basing import bases_table
    from whet.cli.tables import as_plain
    from whet.models.shortlist import measured_speed, shortlist

    choices = shortlist(base or (), Path(), speed=measured_speed())
    if as_json:
        print_json({"bases": [as_plain(choice) for choice in choices]})
    else:
        stdout_console().print(bases_table(choices))


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="Name in the catalogue, hub id or folder.")],
    as_json: AsJson = False,
) -> None:
    """Show what is known of one base, and how its costs were estimated."""
    from whet.cli.basing import print_base
    from whet.cli.tables import as_plain
    from whet.models.shortlist import choice, measured_speed

    found = choice(name, Path(), speed=measured_speed())
    if as_json:
        print_json(as_plain(found))
    else:
        print_base(stdout_console(), found)


@app.command()
def compare(
    card: CardPath,
    base: Extra = None,
    trust_pickle: TrustPickle = False,
    trust_code: TrustCode = False,
    as_json: AsJson = False,
) -> None:
    """Rank the bases that can be loaded here for a card's data, by cheap estimates.

    A frozen probe and LogME on a sample of development rows; test rows are not looked at. Shows how
    often such estimates were right: they are kept, and compared with what builds measure later.
    """
    check_can_train()
    read_card_first(card)
    # A folder is looked for here first, then beside the card, where the card's own base is.
    extra = [str(Path(name).resolve()) if Path(name).is_dir() else name for name in base or ()]
    with shown_progress() as progress, chatter_to_stderr():
        progress.start("loading libraries")
        from whet.cards.schema import Trust
        from whet.ladder.transfer import compare_bases

        trust = Trust(pickle=trust_pickle, code=trust_code)
        with open_workspace(card, must_exist=False) as (workspace, store):
            facts = compare_bases(store, workspace, card, extra, progress=progress, trust=trust)
    if as_json:
        print_json(facts)
        return
    from whet.cli.basing import print_ranking

    print_ranking(stdout_console(), facts)
