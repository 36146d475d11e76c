"""What can be said to Whet? The reference pages, written from the code that they describe.

``python -m whet.cli.reference docs/reference`` (or ``make docs``) writes them; a test compares them
with what this module returns.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from whet.cards.augment import WAYS
from whet.cards.kinds import KINDS, METRICS, RUNGS
from whet.cards.schema import GUARDS, LOWER_IS_BETTER, Card
from whet.cards.tuning import METHODS
from whet.cli.main import app
from whet.company.plan.estimate import Estimate
from whet.company.plan.schema import Plan
from whet.core.files import write_atomic
from whet.core.settings import Settings
from whet.core.yaml.part import Part
from whet.products.support.desk.schema import Desk
from whet.products.support.desk.templates import Template
from whet.products.support.desk.texts import Texts

_NOTICE = "<!-- Written by `make docs` from the code. Edit the code, not this page. -->\n"
_BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "below {}",
    "minItems": "at least {} of them",
}


_ESTIMATES = (
    "An **estimate** is a number that nobody knows for certain, in the unit of its field. It is "
    "written as one number (`4`), as low, likely, high (`[3, 5, 9]`), as a text (`3 to 9`), or as "
    "`{low: 3, likely: 5, high: 9}`: low is exceeded in nine of ten cases, likely in one of two, "
    "high in one of ten. A **share** is an estimate from 0 to 1."
)


def cli_page() -> str:
    """Return the reference of the command line."""
    root = typer.main.get_command(app)
    parts = [_NOTICE, "# Commands\n", f"{root.help}\n"]
    for words, command in _commands(("whet",), root):
        parts.append(f"## {' '.join(words)}\n\n{_command_text(words, command)}")
    parts.append(
        "## Exit codes\n\n0: done. 1: done, and the answer is no (the gate of a build does not "
        "hold, a check of `whet doctor` fails). 2: something for you to mend, said in one "
        "sentence on stderr. 130: stopped by Ctrl-C.\n"
    )
    return "\n".join(parts)


def card_page() -> str:
    """Return the reference of the task card."""
    parts = [_NOTICE, "# The task card\n", f"{Card.__doc__}\n"]
    for path, model in _models("", Card):
        title = f"## {path}\n\n{model.__doc__}\n" if path else "## Top level\n"
        parts.append(f"{title}\n{_field_table(model)}")
    guards = [f"| `{name}` | {meaning} |" for name, meaning in GUARDS.items()]
    metrics = ", ".join(f"`{n}`{' (lower is better)' * (n in LOWER_IS_BETTER)}" for n in METRICS)
    parts.append(f"## Names\n\nRungs, cheapest first: {', '.join(f'`{r}`' for r in RUNGS)}.\n")
    methods = [f"| `{name}` | {meaning} |" for name, meaning in METHODS.items()]
    parts.append("Rungs that tune the encoder:\n\n| rung | what learns |\n|---|---|")
    parts.append("\n".join(methods) + "\n")
    ways = [f"| `{name}` | {meaning} |" for name, meaning in WAYS.items()]
    parts.append("Ways to augment:\n\n| way | what is learnt from besides the rows |\n|---|---|")
    parts.append("\n".join(ways) + "\n")
    parts.append(f"Metrics: {metrics}.\n")
    for name, kind in KINDS.items():
        if name != "classes":
            rungs, names = (", ".join(f"`{n}`" for n in own) for own in (kind.rungs, kind.metrics))
            parts.append(f"Of `target.kind: {name}`: rungs {rungs}; metrics {names}.\n")
    parts.append(
        "Guards, for `waive`:\n\n| guard | finds |\n|---|---|\n" + "\n".join(guards) + "\n"
    )
    return "\n".join(parts)


def plan_page() -> str:
    """Return the reference of the company's plan."""
    parts = [_NOTICE, "# The plan\n", f"{Plan.__doc__}\n", f"{_ESTIMATES}\n"]
    for path, model in _models("", Plan):
        title = f"## {path}\n\n{model.__doc__}\n" if path else "## Top level\n"
        parts.append(f"{title}\n{_field_table(model)}")
    return "\n".join(parts)


def desk_page() -> str:
    """Return the reference of a support desk's files."""
    parts = [_NOTICE, "# The support desk\n", f"{Desk.__doc__}\n"]
    for path, model in _models("", Desk):
        title = f"## {path}\n\n{model.__doc__}\n" if path else "## Top level\n"
        parts.append(f"{title}\n{_field_table(model)}")
    parts.append(f"## templates.yaml\n\nBy intent: {_lower(Template.__doc__)}\n")
    parts.append(_field_table(Template))
    return "\n".join(parts)


def _lower(text: str | None) -> str:
    """Return a text that begins with a small letter."""
    return f"{(text or '')[:1].lower()}{(text or '')[1:]}"


def settings_page() -> str:
    """Return the reference of the environment variables."""
    prefix = Settings.model_config["env_prefix"]
    schema = Settings.model_json_schema()["properties"]
    rows = [
        f"| `{prefix}{name.upper()}` | {_type(schema[name])} | {_default(field)} | "
        f"{field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    head = "| variable | value | default | meaning |\n|---|---|---|---|\n"
    return f"{_NOTICE}\n# Settings\n\nEnvironment variables.\n\n{head}" + "\n".join(rows) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": cli_page,
    "card.md": card_page,
    "plan.md": plan_page,
    "desk.md": desk_page,
    "settings.md": settings_page,
}
"""Every page by its file name."""


def _commands(words: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command that does something, with the words that call it."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield words, command
        return
    for name, sub in inner.items():
        yield from _commands((*words, name), sub)


def _command_text(words: tuple[str, ...], command: Any) -> str:
    """Return usage, help and parameters of one command."""
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    usage = [*words, *(["[OPTIONS]"] if options else []), *map(_placeholder, arguments)]
    rows = [f"| `{_placeholder(p)}` | {p.help} |" for p in arguments]
    rows += [f"| `{', '.join(p.opts)}` {_value(p)}| {p.help}{_shown(p)} |" for p in options]
    table = "| parameter | meaning |\n|---|---|\n" + "\n".join(rows) + "\n" if rows else ""
    return f"    {' '.join(usage)}\n\n{command.help}\n\n{table}"


def _placeholder(argument: Any) -> str:
    """Return how an argument stands in the usage line."""
    name = argument.metavar or argument.name.upper()
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _value(option: Any) -> str:
    """Return the placeholder of an option's value; nothing for a switch."""
    return "" if option.is_flag else f"`{option.metavar or option.name.upper()}` "


def _shown(option: Any) -> str:
    """Return the default of an option where there is one worth saying."""
    if option.is_flag or option.default in (None, "", Path()):
        return ""
    return f" Default: {option.default}."


def _models(path: str, model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield a part of a file and all parts below it, each with its place in the file."""
    yield path, model
    for name, field in model.model_fields.items():
        inner = list(_parts(field.annotation))
        for part in inner:
            kind = f" (kind: {part.model_fields['kind'].default})" if len(inner) > 1 else ""
            yield from _models(f"{path}.{name}".lstrip(".") + kind, part)


def _parts(annotation: Any) -> Iterator[type[Part]]:
    """Yield the parts that an annotation names, in order, but for estimates and texts."""
    is_part = isinstance(annotation, type) and issubclass(annotation, Part)
    if is_part and not issubclass(annotation, Estimate | Texts):
        yield annotation
    for argument in get_args(annotation):
        yield from _parts(argument)


def _field_table(model: type[BaseModel]) -> str:
    """Return the fields of a part of a file as a table."""
    schema = model.model_json_schema()
    fields = schema.get("properties") or schema["anyOf"][-1]["properties"]  # the mapping is last
    rows = [
        f"| `{name}` | {_word(field) or _type(fields[name])} | {_default(field)} | "
        f"{' '.join((field.description or '').split())} |"
        for name, field in model.model_fields.items()
    ]
    return "| field | value | default | meaning |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"


def _word(field: FieldInfo) -> str:
    """Return the word for a field that holds estimates or texts; empty for others."""
    for kind in (field.annotation, *get_args(field.annotation)):
        if isinstance(kind, type) and issubclass(kind, Estimate):
            return kind.__name__.lower()
        if isinstance(kind, type) and issubclass(kind, Texts):
            return "text, or one a language"
    return ""


def _type(schema: dict[str, Any]) -> str:
    """Return the type and the bounds of a JSON Schema in words."""
    choices = [s for s in schema.get("anyOf", []) if s.get("type") != "null"]
    if choices:
        return " or ".join(map(_type, choices))
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    words = {"array": "list", "object": "mapping", "string": "text", "boolean": "true or false"}
    kind = words.get(schema.get("type", "object"), schema.get("type", ""))
    if schema.get("format") in ("path", "date"):
        kind = schema["format"]
    if kind == "list" and "type" in schema["items"]:
        kind = f"list of {_type(schema['items'])}"
    bounds = [text.format(schema[key]) for key, text in _BOUNDS.items() if key in schema]
    return ", ".join([kind, *bounds])


def _default(field: FieldInfo) -> str:
    """Return the default of a field."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, Estimate):
        return f"`{value}`"
    if isinstance(value, Texts):
        return f"`{value.en}`"
    if isinstance(value, BaseModel):
        return "see below"
    if value is None:
        return "none"
    if isinstance(value, str):
        return f"`{value}`"
    return "empty" if value in ([], {}) else f"`{json.dumps(value)}`"


def main() -> None:
    """Write every page into the folder that the command line names."""
    folder = Path(sys.argv[1])
    for name, page in PAGES.items():
        write_atomic(folder / name, page())


if __name__ == "__main__":
    main()
