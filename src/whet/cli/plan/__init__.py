"""`whet plan`: steer the company. One module per command; each imports what it calls."""

import typer

from whet.cli.plan import allocate, check, compare, market, schema, team

app = typer.Typer(
    help="Steer the company: what to do, what to spend, what it is worth.", no_args_is_help=True
)
app.command("check")(check.check)
app.command("schema")(schema.schema)
app.command("compare")(compare.compare)
app.command("allocate")(allocate.allocate)
app.command("team")(team.team)
app.command("market")(market.market)
