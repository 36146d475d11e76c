"""`whet plan`: steer the company. One module per command; each imports what it calls."""

import typer

from whet.cli.plan import check, compare, labels, schema, score

app = typer.Typer(
    help="Steer the company: what to do, what to spend, what it is worth.", no_args_is_help=True
)
app.command("check")(check.check)
app.command("schema")(schema.schema)
app.command("compare")(compare.compare)
app.command("labels")(labels.labels)
app.command("score")(score.score)
