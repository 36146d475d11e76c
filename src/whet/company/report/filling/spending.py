"""How does an allocation become the section on strategy, and its prices?"""

import math

import numpy as np

from whet.company.pictures.response import Response
from whet.company.plan.schema import Plan
from whet.company.report.filling.names import Names
from whet.company.report.sections.money import Line, Price, StrategySection
from whet.company.report.sections.ranges import Range
from whet.company.strategy.answer import Answer
from whet.company.strategy.problem import Problem

_POINTS = 60
_SHOWN = 1.6
"""How far a curve is drawn beyond the largest amount that matters."""


def strategy_section(plan: Plan, found: Answer) -> StrategySection:
    """Return the split of the budget, its price, and what other splits lose."""
    problem, x = found.problem, found.found.x
    slopes = problem.curves.slope(x)
    names = Names(plan)
    low, high = found.stays.budget
    return StrategySection(
        lines=tuple(
            Line(
                names.line(line.id),
                float(x[i]),
                line.today,
                line.least,
                line.most if math.isfinite(line.most) else None,
                float(slopes[i]) if math.isfinite(slopes[i]) else None,
            )
            for i, line in enumerate(problem.lines)
        ),
        budget=problem.budget,
        value=found.found.value,
        unit=(f"{plan.currency} of return", f"{plan.currency} 回报"),
        price=found.prices.money.more,
        # An end that was searched for depends on how far the clock let the search go.
        price_range=(low, high) if found.stays.is_exact and math.isfinite(high) else None,
        value_today=found.today.value if found.today else None,
        value_equal=found.equal.value,
        bound=found.found.bound if found.found.is_local else None,
        limits=tuple((_binding_name(b.id, b.kind, names), b.price) for b in found.binding),
        responses=tuple(_response(problem, found, i, names) for i in range(len(problem.lines))),
        notes=tuple(b.words for b in found.binding),
    )


def _binding_name(name: str, kind: str, names: Names) -> str:
    """Return what a requirement that binds is called."""
    return name if kind == "budget" else f"{kind}: {names.line(name)}"


def _response(problem: Problem, found: Answer, i: int, names: Names) -> Response:
    """Return one line's curve over what could be spent on it, with the chosen point."""
    line, at = problem.lines[i], float(found.found.x[i])
    end = _SHOWN * max(at, line.today, line.least, 0.2 * problem.budget)
    end = min(end, _SHOWN * line.most) if math.isfinite(line.most) else end
    spend = np.linspace(0.0, end, _POINTS)

    def value(amount: float) -> float:
        x = found.found.x.copy()
        x[i] = amount
        return float(problem.curves.value(x)[i])

    slope = float(problem.curves.slope(found.found.x)[i])
    return Response(
        name=names.line(line.id),
        spend=tuple(float(s) for s in spend),
        value=tuple(value(float(s)) for s in spend),
        chosen=(at, value(at)),
        slope=slope if math.isfinite(slope) else 0.0,
        today=(line.today, value(line.today)),
        limits=(line.least, line.most if math.isfinite(line.most) else None),
    )


def strategy_prices(plan: Plan, found: Answer) -> tuple[Price, ...]:
    """Return what one more unit of money, and a week of each line, is worth."""
    names, x = Names(plan), found.found.x
    money = found.prices.money
    free = [i for i, state in enumerate(found.prices.state) if state == "between"]
    slopes = found.problem.curves.slope(x)
    to = max(free, key=lambda i: float(slopes[i]), default=None)
    where = names.line(found.problem.ids[to]) if to is not None else "—"
    prices = [Price("money", where, Range(money.more))]
    prices += [
        Price("week", names.line(line), Range(lost))
        for line, lost in found.weeks.items()
        if lost > 0
    ]
    return tuple(prices)
