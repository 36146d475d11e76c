"""How is a plan kept as JSON? The plan's own fields, with the version of their schema.

`{"format": "whet-plan", "version": 1, "plan": {…}}`; dates are ISO 8601, estimates as in the YAML.
"""

import json
import re
from datetime import date
from typing import Any

from pydantic import ValidationError

from whet.company.exchange.draft import Draft, plan_of
from whet.company.exchange.issues import load_json
from whet.company.exchange.yaml_out import plan_values
from whet.company.plan.schema import Plan
from whet.core.errors import InputError

FORMAT, VERSION = "whet-plan", 1
"""The version rises when a field of the plan changes its meaning or goes."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def export_json(plan: Plan) -> str:
    """Return a plan as JSON, indented, with the schema's version."""
    whole = {"format": FORMAT, "version": VERSION, "plan": plan_values(plan)}
    return json.dumps(whole, ensure_ascii=False, indent=2, default=date.isoformat) + "\n"


def is_plan(found: Any) -> bool:
    """Return whether a JSON value is a plan that was exported."""
    return isinstance(found, dict) and found.get("format") == FORMAT


def import_json(data: bytes, name: str) -> Draft:
    """Return the plan in a JSON file.

    Raises:
        InputError: it is none, of a newer version, or has mistakes; one line per mistake.
    """
    found = load_json(data, name)
    if not is_plan(found):
        raise InputError(
            f'{name}: must be a plan that `whet plan export json` wrote, with "format": '
            f'"{FORMAT}"; found none. Name what it is by --format.'
        )
    version = found.get("version")
    if version != VERSION:
        raise InputError(
            f"{name}: must be of version {VERSION} of the plan's schema; found {version!r}. "
            "Write it again with the same version of Whet, or update Whet."
        )
    try:
        plan = Plan.model_validate_json(json.dumps(found.get("plan")), strict=True)
    except ValidationError as error:
        if not isinstance(found.get("plan"), dict):
            raise InputError(
                f'{name}: "plan" must be a mapping of the fields of a plan.'
            ) from error
        plan = plan_of(Draft(_dated(found["plan"])), name, today=date.min)
    return Draft(plan_values(plan))


def _dated(value: Any) -> Any:
    """Return values with texts that are days as days, so that mistakes are told as of a YAML."""
    if isinstance(value, dict):
        return {name: _dated(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_dated(inner) for inner in value]
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value
