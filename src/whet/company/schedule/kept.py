"""Was this very problem solved before? Schedules kept by the content of what was asked.

A command that needs the schedule of an unchanged plan takes the one that an earlier command found,
so that all tell of the same dates and none searches twice. A schedule is kept with how long was
searched: a longer search replaces it, unless nothing better is possible.
"""

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from importlib.metadata import version
from pathlib import Path
from typing import Any

from whet.company.schedule.from_plan import Asked
from whet.company.schedule.limits import Level, Limits
from whet.company.schedule.problem import Placed, Schedule
from whet.company.schedule.solve import Plan
from whet.core.errors import InputError
from whet.core.files import write_atomic

_MOST = 30
"""Schedules that are kept in a folder; the oldest go."""
_FORM = 1
"""Form of the files; another number makes old ones unknown."""


@dataclass(frozen=True)
class Kept:
    """What an earlier search found."""

    plan: Plan | None
    """The schedule; None where there is none."""
    refused: str
    """Why there is none; empty where there is one."""
    seconds: float
    """Limit of that search."""

    def serves(self, limits: Limits) -> bool:
        """Return whether a search within these limits would find nothing better."""
        is_proved = self.plan is None or self.plan.is_proved
        return is_proved or self.seconds >= limits.seconds


def key_of(asked: Asked, seed: int, last: Schedule | None = None) -> str:
    """Return a name for a problem: equal problems on equal days have the same one."""
    content = [_FORM, version("ortools"), asked.problem, asked.grid, seed, last and last.placed]
    text = json.dumps(_canonical(content), separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def read_kept(folder: Path, key: str) -> Kept | None:
    """Return what is kept under a key; None where nothing is, or nothing that can be read."""
    try:
        found = json.loads((folder / f"{key}.json").read_text(encoding="utf-8"))
        return Kept(_plan(found["plan"]), found["refused"], found["seconds"])
    except (OSError, KeyError, TypeError, ValueError):
        return None


def keep(folder: Path, key: str, kept: Kept) -> None:
    """Keep what a search found; a folder that cannot be written to keeps nothing."""
    content = {"plan": kept.plan and _plain(kept.plan), "refused": kept.refused}
    text = json.dumps(content | {"seconds": kept.seconds})
    with contextlib.suppress(InputError, OSError):
        write_atomic(folder / f"{key}.json", text)
        files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
        for file in files[:-_MOST]:
            file.unlink(missing_ok=True)


def _plain(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON can hold it."""
    return {
        "placed": [[n, p.start, p.end, dict(p.people)] for n, p in plan.schedule.placed.items()],
        "levels": [[level.name, level.value, level.bound] for level in plan.levels],
        "seconds": plan.seconds,
        "notes": list(plan.notes),
    }


def _plan(found: Any) -> Plan | None:
    """Return the plan that was kept."""
    if found is None:
        return None
    placed = {name: Placed(start, end, people) for name, start, end, people in found["placed"]}
    levels = tuple(Level(*level) for level in found["levels"])
    return Plan(Schedule(placed), levels, found["seconds"], tuple(found["notes"]))


def _canonical(value: Any) -> Any:
    """Return a value as JSON that is the same in every process; sets and mappings are sorted."""
    if is_dataclass(value) and not isinstance(value, type):
        return [_canonical(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, Mapping):
        return sorted([str(name), _canonical(inner)] for name, inner in value.items())
    if isinstance(value, (set, frozenset)):
        return sorted(_canonical(inner) for inner in value)
    if isinstance(value, (list, tuple)):
        return [_canonical(inner) for inner in value]
    if isinstance(value, Enum):
        return value.name
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
