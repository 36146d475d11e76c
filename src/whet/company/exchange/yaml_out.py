"""How is a plan written as a company.yaml that people like to read? Fields in the schema's order.

Nothing is written that is as it would be without saying it. Short entries stand on one line, an
estimate is `[low, likely, high]`, sections are set apart by an empty line.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Literal, cast, get_args, get_origin

import yaml
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from whet.company.plan.estimate import Estimate
from whet.company.plan.schema import Plan
from whet.company.plan.work import After
from whet.core.yaml.part import Part

_WIDTH = 100
_UNBROKEN = 1_000_000_000


class _Short(dict[str, Any]):
    """A mapping that stands on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes a plan's values; the same value twice is written twice, for readers refuse aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        """Return true: no anchors."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent the entries of lists, as people do."""
        super().increase_indent(flow, False)


def _short(dumper: yaml.SafeDumper, value: _Short) -> yaml.Node:
    """Represent a mapping on one line."""
    return dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=True)


def _list(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.Node:
    """Represent a list of single values on one line, other lists with a line per entry."""
    is_short = not any(isinstance(item, dict) for item in value)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=is_short)


_Dumper.add_representer(_Short, _short)
_Dumper.add_representer(list, _list)


def plan_yaml(plan: Plan, source: str = "") -> str:
    """Return the text of a company.yaml with this plan; reading it gives the same plan.

    `source` says in the first line where it comes from.
    """
    parts = ["# whet plan check company.yaml\n"]
    if source:
        parts.append(f"# Imported from {' '.join(source.split())}.\n")
    parts.append("\n")
    plain: dict[str, Any] = {}
    for name, value in plan_values(plan).items():
        if isinstance(value, dict | list):
            if plain:
                parts += [_dump(plain), "\n"]
                plain = {}
            parts += [_dump({name: _styled(value, 1)}), "\n"]
        else:
            plain[name] = value
    if plain:
        parts += [_dump(plain), "\n"]
    return "".join(parts).rstrip("\n") + "\n"


def plan_values(part: Part) -> dict[str, Any]:
    """Return the plain values of a part, in the order of its fields, without those that are usual.

    A `kind` that tells members of a union apart is always there.
    """
    return dict(_fields(part))


def _fields(part: Part) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a part that say something."""
    for name, info in type(part).model_fields.items():
        value = getattr(part, name)
        default = _default(info)
        is_union_kind = (
            get_origin(info.annotation) is Literal and len(get_args(info.annotation)) == 1
        )
        if default is PydanticUndefined or value != default or is_union_kind:
            yield name, _value(value)


def _default(info: FieldInfo) -> Any:
    """Return what a field is when nothing is said; pydantic's own way looks at signatures first."""
    if info.default_factory is None:
        return info.default
    return cast("Callable[[], Any]", info.default_factory)()


def _value(value: Any) -> Any:
    """Return a value as the file has it."""
    if isinstance(value, Estimate):
        return _number(value.likely) if value.is_certain else _three(value)
    if isinstance(value, After) and not value.lag_days:
        return value.task
    if isinstance(value, Part):
        return plan_values(value)
    if isinstance(value, dict):
        return {name: _value(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_value(inner) for inner in value]
    return _number(value) if isinstance(value, float) else value


def _three(value: Estimate) -> list[float]:
    """Return low, likely and high."""
    return [_number(value.low), _number(value.likely), _number(value.high)]


def _number(value: float) -> float:
    """Return a whole number without its `.0`."""
    return int(value) if value == int(value) and abs(value) < 1e15 else value


def _styled(value: Any, level: int) -> Any:
    """Return a value with what is short on one line."""
    if isinstance(value, list):
        return [_styled(item, level + 1) for item in value]
    if not isinstance(value, dict):
        return value
    if level > 1 and all(_is_flat(item) for item in value.values()):
        line = _dump(_Short(value), width=_UNBROKEN)
        if len(line) + 2 * level <= _WIDTH:
            return _Short(value)
    return {name: _styled(item, level + 1) for name, item in value.items()}


def _is_flat(value: Any) -> bool:
    """Return whether a value may stand within a line: nothing in it goes two levels down."""
    if isinstance(value, dict):
        return all(isinstance(item, str | int | float | date) for item in value.values())
    if isinstance(value, list):
        return not any(isinstance(item, list) for item in value) and all(map(_is_flat, value))
    return True


def _dump(value: Any, width: int = _WIDTH) -> str:
    """Return a value as YAML."""
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=width)
    return str(text)
