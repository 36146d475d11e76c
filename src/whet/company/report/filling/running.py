"""How does an operating plan become its section?"""

from datetime import date

from whet.company.operations.answer import Answer, Change
from whet.company.operations.programme import Month
from whet.company.report.sections.money import Changed, MonthChoice, OperationsSection


def operations_section(found: Answer, start: date, measured: tuple[str, ...]) -> OperationsSection:
    """Return how the products run month by month, and what one change costs.

    `measured` are the sentences on what the usage meter knows.
    """
    return OperationsSection(
        months=tuple(_month(one, start, later) for later, one in enumerate(found.run.months)),
        changes=tuple(_changed(one) for one in (*found.prices, *found.others)),
        is_proved=found.run.is_proved,
        notes=measured,
    )


def _changed(found: Change) -> Changed:
    """Return one change with all that is known of its cost."""
    return Changed(
        found.what, found.cost, found.low, found.high, found.is_impossible, found.is_proved
    )


def _month(found: Month, start: date, later: int) -> MonthChoice:
    """Return one month."""
    months = start.year * 12 + start.month - 1 + later
    served = found.services.values()
    return MonthChoice(
        month=date(months // 12, months % 12 + 1, 1),
        choice=", ".join(f"{one.machines} × {one.form.id}" for one in served),
        machines=sum(one.machines for one in served),
        agents=found.support.agents if found.support else 0,
        automated=found.support.dial.answered if found.support else None,
        cost=found.cost,
    )
