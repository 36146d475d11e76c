"""`whet support check [DESK]`, `whet support schema`: is a desk right, and what may it say?"""

from typing import Annotated

import typer

from whet.cli.console import print_json
from whet.cli.options import AsJson
from whet.cli.support.options import DeskPath, desk_path, known_intents, store_beside


def check(desk: DeskPath = None, as_json: AsJson = False) -> None:
    """Report every mistake of a desk and its templates at once; exit 2 when there is one."""
    from whet.products.support.desk.read import check_desk

    path = desk_path(desk)
    with store_beside(path) as store:
        problems = check_desk(path, intents=known_intents(store))
    if as_json:
        found = [
            {
                "file": str(p.file),
                "line": p.problem.line,
                "field": p.problem.field,
                "sentence": p.problem.sentence,
            }
            for p in problems
        ]
        print_json({"desk": str(path), "problems": found})
    else:
        typer.echo("\n".join(map(str, problems)) if problems else f"{path} is right.")
    if problems:
        raise typer.Exit(2)


def schema(
    templates: Annotated[
        bool, typer.Option("--templates", help="That of templates.yaml instead.")
    ] = False,
) -> None:
    """Print the JSON Schema of a desk, for editors that check while you type."""
    from whet.products.support.desk.read import desk_schema, templates_schema

    print_json(templates_schema() if templates else desk_schema())
