"""`whet support`: a customer service desk. One module per command; each imports what it calls."""

import typer

from whet.cli.support import (
    articles,
    ask,
    building,
    check,
    forgetting,
    importing,
    intents,
    learning,
    quality,
    serve,
    simulating,
    testing,
    user,
)

app = typer.Typer(
    help="Run a customer service desk: from its history to answers that hold.",
    no_args_is_help=True,
)
app.command("import")(importing.import_history)
app.command("unmask")(importing.unmask)
app.add_typer(intents.app, name="intents")
app.add_typer(articles.app, name="articles")
app.command("build")(building.build)
app.command("serve")(serve.serve)
app.command("ask")(ask.ask)
app.command("check")(check.check)
app.command("schema")(check.schema)
app.command("test")(testing.test)
app.command("simulate")(simulating.simulate)
app.command("retrain")(learning.retrain)
app.command("promote")(learning.promote)
app.command("rollback")(learning.rollback)
app.command("shadow")(learning.shadow)
app.command("review")(learning.review)
app.command("quality")(quality.quality)
app.command("forget")(forgetting.forget)
app.add_typer(user.app, name="user")
