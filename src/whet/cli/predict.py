"""`whet predict NAME [TEXT...]`: what does a packaged model answer?"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from whet.cli.console import print_json
from whet.cli.opening import package_folder
from whet.cli.options import HERE, AsLines, WorkspaceFolder


def predict(
    name: Annotated[str, typer.Argument(help="Name of a model, or the folder of a package.")],
    texts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TEXT]...", help="Texts, of models of two texts in turn; stdin without any."
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="File with a text a line, or two with a tab between; no blank ones."),
    ] = None,
    workspace: WorkspaceFolder = HERE,
    as_json: AsLines = False,
) -> None:
    """Print label and probability of each text, or what else the model answers, one by one."""
    from whet.cli.texts import answer_fields, answer_line, answered, given_texts
    from whet.serving.opening import load_predictor
    from whet.serving.package import open_package

    predictor = load_predictor(open_package(package_folder(name, workspace)))
    from_keyboard = not texts and file is None and sys.stdin.isatty()
    contents = predictor.contents
    given = given_texts(texts, file, join=contents.join if contents.reads_pairs else None)
    for text, answer in answered(predictor, given, one_by_one=from_keyboard):
        if as_json:
            print_json(answer_fields(text, answer))
        else:
            typer.echo(answer_line(text, answer))
