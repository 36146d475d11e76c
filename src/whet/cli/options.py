"""Which arguments do several commands share? Each with one meaning and one help text."""

from pathlib import Path
from typing import Annotated

import typer

CardPath = Annotated[Path, typer.Argument(metavar="CARD", help="Task card, a YAML file.")]

WorkspaceFolder = Annotated[
    Path,
    typer.Option("--workspace", metavar="DIR", help="Folder of, or below, the workspace."),
]

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]

AsLines = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]

TrustPickle = Annotated[
    bool,
    typer.Option(
        "--trust-pickle", help="Load weights from a pickle file: it comes from someone you trust."
    ),
]

TrustCode = Annotated[
    bool,
    typer.Option(
        "--trust-code", help="Run Python code that comes with the base: you trust its maker."
    ),
]

HERE = Path()
"""The current folder: where a workspace is looked for unless a command is told another place."""
