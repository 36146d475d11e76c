"""Is this desk right, and what does it say? Every problem at once, each with its file and line.

``read_desk(path)`` returns desk and templates or raises with all problems; ``check_desk(path)``
lists them. `path` is the desk's file, or the folder that holds desk.yaml.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from whet.cards.read import CARD
from whet.core.errors import InputError
from whet.core.yaml.document import Document, Problem
from whet.core.yaml.kind import FileKind
from whet.core.yaml.read import as_line, examine, json_schema
from whet.products.support.desk.checks import cross_problems
from whet.products.support.desk.schema import Desk
from whet.products.support.desk.template_checks import Names, names_of, template_problems
from whet.products.support.desk.templates import Template, Templates

DESK_NAME = "desk.yaml"
CARD_NAME = "card.yaml"

DESK = FileKind(
    model=Desk,
    word="desk",
    example=DESK_NAME,
    fields="`name:` and `greeting:`",
    when_missing="`whet support schema` says what a desk may hold.",
    when_empty="`name: My desk` is a desk already.",
)
"""The kind of file that a desk is."""

TEMPLATES = FileKind(
    model=Templates,
    word="template file",
    example="templates.yaml",
    fields="`refund_request: {en: …, zh: …}`",
    when_missing="Write one, or leave `templates` out of the desk.",
    when_empty="Delete it where the desk has no templates.",
    most_bytes=5_000_000,
    most_values=100_000,
)
"""The kind of file that templates stand in."""


@dataclass(frozen=True)
class DeskFiles:
    """A desk as its files say it."""

    folder: Path
    """Folder of desk.yaml."""
    desk: Desk
    templates: dict[str, Template]
    """By intent; empty where there is no file."""
    model: str | None
    """Name of the model that finds intents; None for a desk without one."""
    file_name: str = DESK_NAME
    """Name of the desk's file."""


@dataclass(frozen=True)
class FileProblem:
    """One thing that is wrong in one of the desk's files."""

    file: Path
    problem: Problem

    def __str__(self) -> str:
        """Return the problem as compilers print theirs."""
        return as_line(self.file, self.problem)


def desk_file(path: Path) -> Path:
    """Return the desk's file, where its folder may be named."""
    return path / DESK_NAME if path.is_dir() else path


def read_desk(path: Path) -> DeskFiles:
    """Return the desk in the file or folder `path`, with its templates.

    Raises:
        InputError: a file is missing or has mistakes; one line per mistake, each
            ``file:line: field: what must hold; what was found``.
    """
    files, problems = _examined(path, None)
    if problems or files is None:
        raise InputError("\n".join(map(str, problems)))
    return files


def check_desk(path: Path, *, intents: Callable[[str], Sequence[str] | None]) -> list[FileProblem]:
    """Return what is wrong with the files of a desk, file by file in the order of lines.

    `intents` returns the intents that a model of some name knows; None where there is no such
    model yet, and then templates are not compared with it.
    """
    return _examined(path, intents)[1]


def desk_schema() -> dict[str, Any]:
    """Return the JSON Schema of desk.yaml, with the meaning of every field."""
    return json_schema(DESK)


def templates_schema() -> dict[str, Any]:
    """Return the JSON Schema of templates.yaml."""
    return json_schema(TEMPLATES)


def _examined(
    path: Path, intents: Callable[[str], Sequence[str] | None] | None
) -> tuple[DeskFiles | None, list[FileProblem]]:
    """Return a desk, None where it cannot be read, and all that is wrong."""
    file = desk_file(path)
    document, found = examine(file, DESK, cross_problems)
    folder = file.parent
    model, wrong_name = _model_name(document, folder)
    problems = [FileProblem(file, problem) for problem in [*found, *wrong_name]]
    known = names_of(document, intents(model) if intents and model else None)
    name = document.text("templates") or Desk.model_fields["templates"].default
    templates, more = _templates(folder / name, known)
    problems += more
    if problems:
        return None, problems
    desk = Desk.model_validate(document.values, strict=True)
    return DeskFiles(folder, desk, templates, model, file.name), []


def _templates(file: Path, known: Names) -> tuple[dict[str, Template], list[FileProblem]]:
    """Return the templates in a file, none where there is no file, and what is wrong with them."""
    if not file.is_file():
        return {}, []  # where the desk names it, that was said there
    document, found = examine(file, TEMPLATES, lambda doc, _: template_problems(doc, known))
    if found:
        return {}, [FileProblem(file, problem) for problem in found]
    return Templates.model_validate(document.values, strict=True).root, []


def _model_name(document: Document, folder: Path) -> tuple[str | None, list[Problem]]:
    """Return the name of the desk's model, and the problem of one that is probably misspelt."""
    named, beside = document.text("card"), _name_of_card(folder / CARD_NAME)
    if named is None or beside in (None, named):
        return named or beside, []
    if get_close_matches(named, [str(beside)], n=1, cutoff=0.8):
        sentence = f"{named!r} is no model of this workspace. Did you mean {beside!r}?"
        return named, [document.problem(("card",), sentence)]
    return named, []


def _name_of_card(file: Path) -> str | None:
    """Return the name that a card gives its model; None where there is no card to read it from."""
    return examine(file, CARD, lambda *_: ())[0].text("name") if file.is_file() else None
