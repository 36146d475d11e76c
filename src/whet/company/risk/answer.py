"""What does `whet plan risk` answer? Register, matrix, worth of actions and tornado, as JSON."""

from typing import Any

from whet.company.cash.answer import Json, heading
from whet.company.cash.company import World
from whet.company.plan.schema import Plan
from whet.company.risk.effects import DRAWS, action_worths, strike_effects
from whet.company.risk.register import Entry, matrix, register
from whet.company.risk.tornado import outcomes, tornado
from whet.company.simulation.criticality import criticality
from whet.company.simulation.plain import plain

BARS = 12
"""Bars of each tornado."""


def risk_answer(plan: Plan, world: World) -> Json:
    """Return everything about the plan's risks, as JSON can hold it.

    Effects and the worth of actions are differences of runs of the same draws, at most 4,000. What
    risks and actions do to money is null where the plan has no section `cash`.
    """
    company = world.company
    draws, seed = min(DRAWS, world.streams.draws), world.streams.seed
    effects = strike_effects(company, draws=draws, seed=seed)
    entries = register(company.risks, effects, cash=company.cash, today=plan.start)
    tasks = {task.id for task in plan.tasks}
    answer = heading(plan, world) | {
        "has_money": world.money is not None,
        "register": [_line(entry) for entry in entries],
        "matrix": matrix(entries),
        "residual_matrix": matrix(entries, residual=True),
        "actions": action_worths(company, draws=draws, seed=seed),
        "tasks": [line for line in criticality(world.times) if line.id in tasks],
        "tornado": {name: tornado(world, x, top=BARS) for name, x in outcomes(world).items()},
    }
    found: Json = plain(answer)
    return found


def _line(entry: Entry) -> dict[str, Any]:
    """Return one line of the register, flat."""
    return {
        "risk": entry.risk.id,
        "title": entry.risk.title,
        "owner": entry.risk.owner,
        "review": entry.risk.trigger,
        "review_is": entry.trigger,
        "probability": entry.risk.probability,
        "probability_band": entry.probability_band,
        "impact_band": entry.impact_band,
        "score": entry.score,
        "residual_probability": entry.residual_probability,
        "residual_score": entry.residual_score,
        "expected_loss": entry.expected_loss,
        "residual_loss": entry.residual_loss,
        "when_it_strikes": entry.effect,
    }
