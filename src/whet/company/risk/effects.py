"""What does each risk cost, and what is acting against it worth? With and without, same draws.

Each risk is made certain and impossible, and its action taken and not, in two runs of the same
draws: what differs is its doing, so a few thousand draws tell what independent runs would need
millions for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from whet.company.cash.company import Company, World, simulate
from whet.company.cash.runway import gone_by_month
from whet.company.simulation.risks import Risk
from whet.company.simulation.summary import Estimate, mean, quantile

DRAWS = 4_000
"""Draws of each run: enough, since the differences are taken draw by draw."""


@dataclass(frozen=True)
class Difference:
    """What one run has over another; the same draws, so the errors are those of the differences."""

    value: Estimate | None
    """Discounted cash flow without funding, in money; below 0 it is lost. None: money is
    unknown."""
    days: Estimate
    """Calendar days until everything is done; above 0 it is later."""
    days_p80: float
    """The same of the date that is held with 80 %."""
    ruin: Estimate | None
    """Probability of ruin within the horizon, in [-1, 1]; above 0 it is likelier. None: money is
    unknown."""

    @property
    def gain(self) -> float:
        """What sorts differences: the value, or the days that are saved where money is unknown."""
        return self.value.value if self.value else -self.days.value


@dataclass(frozen=True)
class ActionWorth:
    """What an action against a risk is worth."""

    risk: str
    """The risk."""
    action: str
    """What is done."""
    cost: float
    """Money that it takes; it is counted in the value."""
    effort: float
    """Person-days that it takes its owner; not counted in the value."""
    taken: bool
    """Whether the plan counts with it already."""
    gain: Difference
    """With the action over without it."""


def strike_effects(
    company: Company, *, draws: int = DRAWS, seed: int = 0
) -> Mapping[str, Difference]:
    """Return for each risk what it does when it strikes, over a world in which it does not."""
    found = {}
    for risk in company.risks:
        runs = []
        for probability in (1.0, 0.0):
            # Actions that lower the impact still do; those that prevent it cannot any more.
            actions = tuple(replace(action, probability=None) for action in risk.actions)
            risks = _with(company, replace(risk, probability=probability, actions=actions))
            runs.append(simulate(risks, draws=draws, seed=seed))
        found[risk.id] = difference(*runs)
    return found


def action_worths(company: Company, *, draws: int = DRAWS, seed: int = 0) -> list[ActionWorth]:
    """Return the worth of every action of the register, the best first (by days without money).

    The other actions stay as they are in the plan, taken or not.
    """
    found = []
    for risk in company.risks:
        for number, action in enumerate(risk.actions):
            with_action, without = (
                simulate(company, draws=draws, seed=seed, acted={(risk.id, number): acts})
                for acts in (True, False)
            )
            gain = difference(with_action, without)
            found.append(
                ActionWorth(risk.id, action.name, action.cost, action.days, action.taken, gain)
            )
    return sorted(found, key=lambda worth: (-worth.gain.gain, worth.risk, worth.action))


def difference(first: World, second: World) -> Difference:
    """Return what `first` has over `second`, two runs of the same draws and seed."""
    ends = first.times.end, second.times.end
    days = mean(ends[0] - ends[1])
    days_p80 = quantile(ends[0], 0.8).value - quantile(ends[1], 0.8).value
    if first.money is None or second.money is None:
        return Difference(None, days, days_p80, None)
    ruined = [gone_by_month(w.accounts.balance)[:, -1].astype(np.float64) for w in (first, second)]
    return Difference(mean(first.value - second.value), days, days_p80, mean(ruined[0] - ruined[1]))


def _with(company: Company, risk: Risk) -> Company:
    """Return the company with one risk of its register replaced."""
    return replace(
        company, risks=tuple(risk if old.id == risk.id else old for old in company.risks)
    )
