"""How are the mistakes of a file told? A line each, as compilers do, or one JSON object."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from whet.cli.console import print_json

if TYPE_CHECKING:
    from whet.core.yaml.document import Problem


def print_problems(word: str, path: Path, problems: Sequence["Problem"], *, as_json: bool) -> None:
    """Print what is wrong with a file, or that nothing is; `word` is the file's name in JSON."""
    from whet.core.yaml.read import as_line

    if as_json:
        found = [{"line": p.line, "field": p.field, "sentence": p.sentence} for p in problems]
        print_json({word: str(path), "problems": found})
        return
    for problem in problems:
        typer.echo(as_line(path, problem))
    if not problems:
        typer.echo(f"{path} is right.")
