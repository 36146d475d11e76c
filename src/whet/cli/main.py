"""What does `whet` offer? Every command, and how an error ends one.

Nothing heavy is imported at the top of any module of this folder: `whet --help` must be quick, and
the base installation has neither torch nor transformers. A command imports what it calls.
"""

import sys
from typing import Annotated

import typer

from whet import __version__
from whet.cli import (
    answers,
    audit,
    base,
    build,
    card,
    data,
    demo,
    doctor,
    key,
    new,
    plan,
    predict,
    report,
    runs,
    serve,
    support,
)
from whet.core.errors import WhetError
from whet.core.progress import StopRequested

EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="whet",
    help="Sharpen a pretrained model into a product that can be trusted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a bug keeps its plain traceback
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("new")(new.new)
app.add_typer(card.app, name="card")
app.add_typer(data.app, name="data")
app.command("audit")(audit.audit)
app.command("build")(build.build)
app.add_typer(runs.app, name="runs")
app.add_typer(base.app, name="base")
app.command("report")(report.report)
app.command("serve")(serve.serve)
app.command("predict")(predict.predict)
app.add_typer(answers.app, name="answers")
app.add_typer(key.app, name="key")
app.add_typer(plan.app, name="plan")
app.add_typer(support.app, name="support")
app.command("doctor")(doctor.doctor)


def _print_version(wanted: bool) -> None:
    """Print the version and end, when `--version` is given."""
    if wanted:
        typer.echo(f"whet {__version__}")
        raise typer.Exit


@app.callback()
def whet(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Sharpen a pretrained model into a product that can be trusted."""


def main() -> None:
    """Run the command line. A problem that the user can mend is one sentence and exit code 2."""
    try:
        app()
    except WhetError as error:
        print(f"whet: {error}", file=sys.stderr)
        sys.exit(2)
    except StopRequested as stop:
        print(f"whet: {stop}", file=sys.stderr)
        sys.exit(EXIT_INTERRUPTED)
    except SystemExit as end:
        if end.code == EXIT_INTERRUPTED:
            print("Stopped.", file=sys.stderr)
        raise
