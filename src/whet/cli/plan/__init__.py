"""`whet plan`: steer the company. One module per command; each imports what it calls."""

import typer

from whet.cli.plan import (
    allocate,
    cash,
    check,
    compare,
    export,
    hire,
    importing,
    labels,
    market,
    operate,
    report,
    risk,
    schedule,
    schema,
    score,
    team,
)

app = typer.Typer(
    help="Steer the company: what to do, what to spend, what it is worth.", no_args_is_help=True
)
app.command("allocate")(allocate.allocate)
app.command("cash")(cash.cash)
app.command("check")(check.check)
app.command("compare")(compare.compare)
app.command("export")(export.export)
app.command("hire")(hire.hire)
app.command("import")(importing.import_plan)
app.command("labels")(labels.labels)
app.command("market")(market.market)
app.command("operate")(operate.operate)
app.command("report")(report.report)
app.command("risk")(risk.risk)
app.command("schedule")(schedule.schedule)
app.command("schema")(schema.schema)
app.command("score")(score.score)
app.command("team")(team.team)
