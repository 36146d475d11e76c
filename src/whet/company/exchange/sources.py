"""Which format does a file have, and what does it say of a plan? The way in of every format."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from whet.company.exchange.cells import read_lines
from whet.company.exchange.draft import Draft
from whet.company.exchange.ical import import_ical
from whet.company.exchange.issues import import_issues, is_issues, load_json
from whet.company.exchange.items import Mapped
from whet.company.exchange.json_plan import import_json, is_plan
from whet.company.exchange.mspdi_in import import_mspdi
from whet.company.exchange.tables import import_table
from whet.company.exchange.trackers import TOOLS, import_tracker, tool_of
from whet.company.exchange.yaml_out import plan_values
from whet.company.plan.read import read_plan
from whet.core.errors import InputError, did_you_mean

FORMATS = ("yaml", "json", "mspdi", "csv", *TOOLS, "github", "gitlab", "ical")
"""What can be read; `csv` are Whet's own tables."""

_SUFFIXES = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".xml": "mspdi",
    ".csv": "csv",
    ".tsv": "csv",
    ".ics": "ical",
    ".json": "json",
}
_AMBIGUOUS = ("csv", "json")
"""Formats that many tools write: the end of the name does not tell which one did."""


@dataclass(frozen=True)
class Asked:
    """How files are to be read."""

    start: date
    """First day that holidays are wanted from, where no file tells the plan's."""
    form: str | None = None
    """Format of the files whose names do not tell it for certain; found out for each where None."""
    mapped: Mapped = field(default_factory=Mapped)
    """What the words of trackers mean."""


def read_draft(path: Path, asked: Asked) -> tuple[Draft, str]:
    """Return what a file says of a plan, and its format.

    Raises:
        InputError: the file cannot be read, is of no format that we know, or has mistakes.
    """
    if asked.form is not None and asked.form not in FORMATS:
        wrong = asked.form
        raise InputError(f"There is no format {wrong!r} to read. {did_you_mean(wrong, FORMATS)}")
    by_name = _SUFFIXES.get(path.suffix.lower())
    is_open = by_name in (None, *_AMBIGUOUS)
    form = asked.form if asked.form and is_open else by_name
    if form is None:
        raise InputError(_unknown(path))
    if form == "yaml":
        return Draft(plan_values(read_plan(path))), form
    data, name = read_bytes(path), path.name
    if asked.form is None:
        form = _found_out(form, data, name)
    return _draft(form, data, name, asked), form


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        InputError: there is no such file, or it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}. Name a file.") from error


def _unknown(path: Path) -> str:
    """Return what to do about a file whose format its name does not tell."""
    if path.suffix.lower() == ".sm":
        return (
            f"{path.name}: an instance of PSPLIB has neither people nor dates, so no plan can be "
            f"made of it. Solve it as it is: whet plan schedule {path}."
        )
    if path.suffix.lower() in (".mpp", ".mpt"):
        return (
            f"{path.name}: MS Project's own files are not read. Save the project as XML there: "
            "File, Save As, XML."
        )
    return f"{path.name}: its name does not tell its format. Give --format: {', '.join(FORMATS)}."


def _found_out(form: str, data: bytes, name: str) -> str:
    """Return the format of a table or a JSON file by what is in it."""
    if form == "csv":
        return tool_of(read_lines(data, name)[0]) or form
    if form == "json":
        found = load_json(data, name)
        return form if is_plan(found) else is_issues(found) or form
    return form


def _draft(form: str, data: bytes, name: str, asked: Asked) -> Draft:
    """Return what a file of a known format says."""
    if form == "json":
        return import_json(data, name)
    if form == "mspdi":
        return import_mspdi(data, name)[0]
    if form == "ical":
        return import_ical(data, name, asked.start)
    if form == "csv":
        return import_table(data, name)
    if form in TOOLS:
        return import_tracker(data, name, form, asked.mapped)
    return import_issues(data, name, form, asked.mapped)
