"""`whet plan`: steer the company. One module per command; each imports what it calls."""

import typer

from whet.cli.plan import allocate, check, compare, operate, schedule, schema

app = typer.Typer(
    help="Steer the company: what to do, what to spend, what it is worth.", no_args_is_help=True
)
app.command("allocate")(allocate.allocate)
app.command("check")(check.check)
app.command("compare")(compare.compare)
app.command("operate")(operate.operate)
app.command("schedule")(schedule.schedule)
app.command("schema")(schema.schema)
