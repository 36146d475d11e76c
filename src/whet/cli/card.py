"""`whet card check CARD`, `whet card schema`: is a card right, and what may it say?"""

import typer

from whet.cli.console import print_json
from whet.cli.options import AsJson, CardPath

app = typer.Typer(help="Check a task card, or print what it may say.", no_args_is_help=True)


@app.command()
def check(card: CardPath, as_json: AsJson = False) -> None:
    """Report every mistake of a card at once; exit 2 when there is one."""
    from whet.cards.read import check_card

    problems = check_card(card)
    if as_json:
        found = [{"line": p.line, "field": p.field, "sentence": p.sentence} for p in problems]
        print_json({"card": str(card), "problems": found})
    for problem in problems if not as_json else []:
        place = f"{card}:{problem.line}" if problem.line else str(card)
        typer.echo(": ".join(part for part in (place, problem.field, problem.sentence) if part))
    if problems:
        raise typer.Exit(2)
    if not as_json:
        typer.echo(f"{card} is right.")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a card, for editors that check while you type."""
    from whet.cards.read import card_schema

    print_json(card_schema())
