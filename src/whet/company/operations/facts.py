"""How is an operating plan told? All of it as plain values."""

from datetime import date
from typing import Any

from whet.company.operations.answer import Answer, Change
from whet.company.operations.programme import Month, Staffed

Json = dict[str, Any]


def operating_facts(answer: Answer, start: date, measured: tuple[str, ...]) -> Json:
    """Return an answer as JSON can hold it; months are named as in `2027-01`."""
    run = answer.run
    return {
        "cost": run.cost,
        "bound": run.bound,
        "gap": run.gap,
        "proved": run.is_proved,
        "months": [
            {"month": _month_name(start, k)} | _month(one) for k, one in enumerate(run.months)
        ],
        "shadow_prices": [_change(one) for one in answer.prices],
        "alternatives": [_change(one) for one in answer.others],
        "measured": list(measured),
    }


def _month_name(start: date, later: int) -> str:
    """Return the name of a month.

    >>> _month_name(date(2026, 11, 30), 2)
    '2027-01'
    """
    months = start.year * 12 + start.month - 1 + later
    return f"{months // 12}-{months % 12 + 1:02d}"


def _month(month: Month) -> Json:
    """Return one month."""
    return {
        "cost": month.cost,
        "marketing": month.marketing,
        "services": {
            name: {"form": one.form.id, "machines": one.machines, "cost": one.cost}
            for name, one in month.services.items()
        },
        "support": None if month.support is None else _support(month.support),
    }


def _support(staffed: Staffed) -> Json:
    """Return how customers are answered in a month."""
    return {
        "setting": staffed.dial.name,
        "automated": staffed.dial.answered,
        "risk": staffed.dial.risk,
        "agents": staffed.agents,
        "needed": staffed.needed,
        "hired": staffed.hired,
        "released": staffed.released,
        "people_cost": staffed.people_cost,
        "answers_cost": staffed.answers_cost,
        "wrong_cost": staffed.wrong_cost,
    }


def _change(one: Change) -> Json:
    """Return what a change costs; None where no plan is possible, or none was found in time."""
    return {
        "what": one.what,
        "cost": one.cost,
        "low": one.low,
        "high": one.high,
        "impossible": one.is_impossible,
        "proved": one.is_proved,
    }
