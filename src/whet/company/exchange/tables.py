"""How do tasks, people, risks and the budget of a plan stand in tables, and come back from them?

Whet's own columns are the fields of the plan, so that a table comes back as it went; dates of the
schedule stand beside them and are not read again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from whet.company.exchange.cells import READERS, Line, check_columns, csv_text, read_lines, written
from whet.company.exchange.draft import Draft
from whet.company.exchange.rows import Row, by_id
from whet.company.exchange.yaml_out import plan_values
from whet.company.plan.schema import Plan
from whet.core.errors import InputError, did_you_mean

Values = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """Columns of one table."""

    columns: dict[str, str]
    """Kind of each column's cells; a dot in a name leads into a part, such as `pin.start`."""
    shown: tuple[str, ...] = ()
    """Columns that are written for people and not read again."""
    needed: tuple[str, ...] = ("id",)
    """Columns that must be there, by which the table is known."""


TABLES: dict[str, Table] = {
    "tasks": Table(
        {
            "id": "text", "project": "text", "title": "text", "kind": "text", "effort": "estimate",
            "days": "estimate", "skills": "mapping", "level": "number", "after": "after",
            "milestone": "text", "target": "text", "not_before": "date", "deadline": "date",
            "only": "list", "pin.start": "date", "pin.end": "date", "pin.people": "list",
            "priority": "number", "optional": "bool", "spent": "number", "remaining": "estimate",
            "started": "date", "finished": "date", "by": "list",
        },
        ("first day", "last day", "people", "critical"),
        ("id", "effort"),
    ),
    "people": Table(
        {
            "id": "text", "name": "text", "role": "text", "skills": "mapping", "share": "number",
            "calendar": "text", "cost_per_month": "number", "start": "date", "end": "date",
            "ramp_up": "numbers", "mentor": "text", "mentor_share": "number",
        },
        (),
        ("id", "role", "cost_per_month"),
    ),
    "risks": Table(
        {
            "id": "text", "title": "text", "category": "text", "probability": "number",
            "first": "date", "last": "date", "impact.hits": "list", "impact.effort": "estimate",
            "impact.days": "estimate", "impact.cash": "estimate", "impact.demand": "estimate",
            "impact.revenue": "list", "impact.months": "number", "owner": "text", "trigger": "text",
            "review": "date", "status": "text", "action.what": "text", "action.cost": "number",
            "action.days": "number", "action.probability": "number", "action.impact": "number",
            "action.by": "date", "action.decided": "bool",
        },
        (),
        ("id", "title", "probability"),
    ),
    "budget": Table(
        {
            "id": "text", "kind": "text", "amount": "estimate", "per_month": "estimate",
            "once": "estimate", "first": "date", "last": "date", "growth_per_year": "number",
            "expected": "date", "probability": "number", "delay_months": "estimate",
            "needs": "text",
        },
        (),
        ("id", "kind", "per_month"),
    ),
}  # fmt: skip
"""Our tables. In that of risks one action stands beside each risk; in that of the budget `kind` is
`cost`, `round`, `balance` or `reserve`."""

_SINGLE = ("balance", "reserve")


def table_of(columns: Sequence[str]) -> str | None:
    """Return which of our tables has such columns, or None."""
    fits = [name for name, table in TABLES.items() if set(table.needed) <= set(columns)]
    return fits[0] if fits else None


# Out ---------------------------------------------------------------------------------------------


def export_table(plan: Plan, name: str, rows: Sequence[Row] = ()) -> str:
    """Return one of our tables of a plan as CSV.

    Raises:
        InputError: there is no such table.
    """
    if name not in TABLES:
        raise InputError(f"There is no table {name!r}. {did_you_mean(name, TABLES)}")
    table, placed = TABLES[name], by_id(rows)
    lines = []
    for values in _ENTRIES[name](plan):
        flat = dict(_flat(values))
        cells = [written(flat.get(column), kind) for column, kind in table.columns.items()]
        lines.append(cells + _shown(table, placed.get(values["id"])))
    return csv_text((*table.columns, *table.shown), lines)


def _shown(table: Table, row: Row | None) -> list[str]:
    """Return the cells of the schedule."""
    if not table.shown:
        return []
    if row is None:
        return [""] * len(table.shown)
    critical = "yes" if row.is_critical else ""
    return [str(row.first), str(row.last), "; ".join(row.people), critical]


def _flat(values: Values, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield values by their path; mappings of names to numbers stay whole."""
    for name, value in values.items():
        if isinstance(value, dict) and name in ("pin", "impact", "action"):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _tasks(plan: Plan) -> Iterator[Values]:
    """Yield the tasks with their project."""
    for project in plan.projects:
        for task in project.tasks:
            yield {**plan_values(task), "project": project.id}


def _people(plan: Plan) -> Iterator[Values]:
    """Yield the people."""
    for person in plan.people:
        yield plan_values(person)


def _risks(plan: Plan) -> Iterator[Values]:
    """Yield the risks, each with its first action."""
    for risk in plan.risks:
        values = plan_values(risk)
        actions = values.pop("actions", [])
        yield {**values, "action": actions[0]} if actions else values


def _budget(plan: Plan) -> Iterator[Values]:
    """Yield the balance, the reserve, costs and rounds."""
    if plan.cash is None:
        return
    for kind in _SINGLE:
        if amount := getattr(plan.cash, kind):
            yield {"id": kind, "kind": kind, "amount": amount}
    for cost in plan.cash.costs:
        yield {**plan_values(cost), "kind": "cost"}
    for given in plan.cash.rounds:
        yield {**plan_values(given), "kind": "round"}


_ENTRIES = {"tasks": _tasks, "people": _people, "risks": _risks, "budget": _budget}


def left_out(plan: Plan, name: str) -> list[str]:
    """Return what a table cannot hold of a plan, as sentences."""
    many = [risk.id for risk in plan.risks if len(risk.actions) > 1] if name == "risks" else []
    if not many:
        return []
    return [f"A row has one action; of these risks the others are left out: {', '.join(many)}."]


# In ----------------------------------------------------------------------------------------------


def import_table(data: bytes, name: str) -> Draft:
    """Return what one of our tables says of a plan.

    Raises:
        InputError: the columns are those of none of our tables, or a cell is not what it must be;
            with file, row and column.
    """
    columns, lines = read_lines(data, name)
    found = table_of(columns)
    if found is None:
        known = "; ".join(f"{key}: {', '.join(table.needed)}" for key, table in TABLES.items())
        raise InputError(
            f"{name}: row 1: must have the columns of one of our tables ({known}), or name another "
            f"tool by --format; found {', '.join(columns)}."
        )
    table = TABLES[found]
    check_columns(columns, (*table.columns, *table.shown), name)
    return Draft(_SECTIONS[found]([(line, _values(table, line)) for line in lines]))


def _values(table: Table, line: Line) -> Values:
    """Return the values of one row."""
    values: Values = {}
    for column, kind in table.columns.items():
        cell = line.text(column)
        if not cell:
            continue
        try:
            value = READERS[kind](cell)
        except ValueError as error:
            raise line.wrong(column, str(error), cell) from None
        holder, _, inner = column.rpartition(".")
        target = values.setdefault(holder, {}) if holder else values
        target[inner] = value
    if "id" not in values:
        raise line.wrong("id", "a short name that no other row has", "")
    return values


def _task_section(entries: Sequence[tuple[Line, Values]]) -> Values:
    """Return the projects with the tasks of a table."""
    projects: dict[str, Values] = {}
    for _, values in entries:
        name = values.pop("project", "work")
        project = projects.setdefault(
            name, {"id": name, "goal": name, "milestones": [], "tasks": []}
        )
        project["tasks"].append(values)
    marks: dict[str, Values] = {}
    for project in projects.values():
        for task in project["tasks"]:
            if (mark := task.get("milestone")) and mark not in marks:
                marks[mark] = {"id": mark}
                project["milestones"].append(marks[mark])
    return {"projects": list(projects.values())}


def _risk_section(entries: Sequence[tuple[Line, Values]]) -> Values:
    """Return the risks of a table."""
    risks = []
    for _, values in entries:
        action = values.pop("action", None)
        risks.append({**values, "actions": [action]} if action else values)
    return {"risks": risks}


def _budget_section(entries: Sequence[tuple[Line, Values]]) -> Values:
    """Return the cash of a table."""
    cash: Values = {"costs": [], "rounds": []}
    for line, values in entries:
        kind = values.pop("kind", "cost")
        if kind in _SINGLE:
            cash[kind] = values.get("amount")
        elif kind in ("cost", "round"):
            cash[f"{kind}s"].append(values)
        else:
            raise line.wrong("kind", "cost, round, balance or reserve", kind)
    return {"cash": {name: value for name, value in cash.items() if value}}


_SECTIONS = {
    "tasks": _task_section,
    "people": lambda entries: {"people": [values for _, values in entries]},
    "risks": _risk_section,
    "budget": _budget_section,
}
