"""`whet card check CARD`, `whet card schema`: is a card right, and what may it say?"""

import typer

from whet.cli.console import print_json
from whet.cli.options import AsJson, CardPath
from whet.cli.problems import print_problems

app = typer.Typer(help="Check a task card, or print what it may say.", no_args_is_help=True)


@app.command()
def check(card: CardPath, as_json: AsJson = False) -> None:
    """Report every mistake of a card at once; exit 2 when there is one."""
    from whet.cards.read import check_card

    problems = check_card(card)
    print_problems("card", card, problems, as_json=as_json)
    if problems:
        raise typer.Exit(2)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a card, for editors that check while you type."""
    from whet.cards.read import card_schema

    print_json(card_schema())
