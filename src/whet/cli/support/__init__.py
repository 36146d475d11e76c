"""`whet support`: a customer service desk. One module per command; each imports what it calls."""

import typer

from whet.cli.support import ask, check

app = typer.Typer(
    help="Run a customer service desk: from its history to answers that hold.",
    no_args_is_help=True,
)
app.command("ask")(ask.ask)
app.command("check")(check.check)
app.command("schema")(check.schema)
