"""Which risks strike in which draw, and what do they do? The register as numbers.

A risk strikes or not (Bernoulli) and then has impacts: more work on named tasks, money, or demand
lost. An action costs money and changes the probability, the size, or both; what remains is the
residual risk. With and without the action the same draws decide (common random numbers), so a risk
that strikes with the action strikes without it as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from whet.company.simulation.estimates import ThreePoint, at
from whet.company.simulation.streams import Draws, Streams
from whet.core.errors import InputError, did_you_mean

ImpactKind = Literal["effort_days", "effort_factor", "cash", "demand"]
Acted = Mapping[tuple[str, int], bool]
"""Whether an action is taken, by risk and number of the action from 0."""


@dataclass(frozen=True)
class Impact:
    """What a risk does when it strikes."""

    kind: ImpactKind
    """`effort_days` and `effort_factor` change each target's work, `cash` costs, `demand` falls."""
    size: ThreePoint
    """Person-days more; factor on the effort; money; share of demand lost, in [0, 1]."""
    targets: tuple[str, ...] = ()
    """Tasks, or for demand revenue lines (none: all of them); nothing for cash."""
    months: float | None = None
    """How long demand stays lost; None: to the end."""

    def __post_init__(self) -> None:
        if self.kind == "demand" and self.size.high > 1:
            raise InputError(
                f"The demand that a risk takes away is a share from 0 to 1; found "
                f"{self.size.high:g}."
            )
        if self.kind.startswith("effort") and not self.targets:
            raise InputError("A risk for effort must name the tasks that it makes longer.")


@dataclass(frozen=True)
class Action:
    """What can be done against a risk."""

    name: str
    """What is done, in words."""
    cost: float = 0.0
    """Money that it costs once, at least 0."""
    probability: float | None = None
    """Probability of the risk afterwards, in [0, 1]; None: as before."""
    impact: float = 1.0
    """Share of every impact that is left, at least 0."""
    by: date | None = None
    """When it is paid; None: at the plan's start."""
    taken: bool = False
    """Whether it is part of the plan already."""
    days: float = 0.0
    """Person-days that it takes its owner; told, and not put into the schedule."""


@dataclass(frozen=True)
class Risk:
    """One line of the register."""

    id: str
    """Name, unique in the register."""
    probability: float
    """Probability that it strikes within the horizon without action, in [0, 1]."""
    impacts: tuple[Impact, ...]
    """What it does then."""
    actions: tuple[Action, ...] = ()
    """What can be done; each stands for itself, and several that are taken multiply."""
    first: date | None = None
    """First day on which it may strike; None: the plan's start."""
    last: date | None = None
    """Last day on which it may strike; None: the end of the horizon."""
    owner: str = ""
    """Who watches it."""
    trigger: date | None = None
    """When its owner must look again at the latest."""
    title: str = ""
    """What may happen, in words."""

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise InputError(
                f"The probability of the risk {self.id!r} must be from 0 to 1; found "
                f"{self.probability:g}."
            )
        for action in self.actions:
            after = self.probability if action.probability is None else action.probability
            if not 0 <= after <= self.probability:
                raise InputError(
                    f"The action {action.name!r} against {self.id!r} must leave a probability "
                    f"from 0 to the {self.probability:g} of before; found {after:g}."
                )
            if action.cost < 0 or action.impact < 0:
                raise InputError(
                    f"The action {action.name!r} against {self.id!r} needs a cost and an impact "
                    f"of at least 0; found {action.cost:g} and {action.impact:g}."
                )


@dataclass(frozen=True)
class Strike:
    """One impact over the draws."""

    risk: Risk
    """The risk that it belongs to."""
    impact: Impact
    """What it is."""
    size: Draws
    """How much is added or lost, 0 where the risk does not strike, shape (draws,)."""
    at: Draws
    """When it happens within the risk's window, from 0 to 1, shape (draws,)."""


@dataclass(frozen=True)
class RiskDraws:
    """What the register does in every draw."""

    occurs: Mapping[str, NDArray[np.bool_]]
    """Whether each risk strikes, shape (draws,)."""
    strikes: tuple[Strike, ...]
    """Every impact of every risk."""
    actions: tuple[Action, ...]
    """Actions that are taken, and paid."""


def draw_risks(risks: Sequence[Risk], streams: Streams, *, acted: Acted | None = None) -> RiskDraws:
    """Return what strikes; `acted` says whether an action is taken, against `Action.taken`.

    Raises:
        InputError: two risks of one name, or `acted` names an action that does not exist.
    """
    acted = acted or {}
    _check_names(risks, acted)
    occurs: dict[str, NDArray[np.bool_]] = {}
    strikes: list[Strike] = []
    actions: list[Action] = []
    for risk in risks:
        taken = [a for i, a in enumerate(risk.actions) if acted.get((risk.id, i), a.taken)]
        actions.extend(taken)
        probability, left = residual(risk, taken)
        occurs[risk.id] = streams.uniform("risk", risk.id) < probability
        for number, impact in enumerate(risk.impacts):
            name = ("risk", risk.id, str(number))
            size = at(impact.size, streams.normal(*name, "size"))
            lost = left * (size - 1 if impact.kind == "effort_factor" else size)
            if impact.kind == "demand":
                lost = np.minimum(lost, 1.0)
            strikes.append(Strike(risk, impact, lost * occurs[risk.id], streams.uniform(*name)))
    return RiskDraws(occurs, tuple(strikes), tuple(actions))


def residual(risk: Risk, taken: Sequence[Action]) -> tuple[float, float]:
    """Return the probability and the share of the impact that some actions leave.

    Actions are taken to work apart from one another: what each leaves of the probability and of
    the impact is multiplied.
    """
    probability, impact = risk.probability, 1.0
    for action in taken:
        impact *= action.impact
        if action.probability is not None and risk.probability > 0:
            probability *= action.probability / risk.probability
    return probability, impact


def with_risks(efforts: Mapping[str, Draws], drawn: RiskDraws) -> dict[str, Draws]:
    """Return the efforts with the work that risks add; factors count on the effort without risks.

    Raises:
        InputError: a risk names a task that has no effort.
    """
    longer = dict(efforts)
    for strike in drawn.strikes:
        if not strike.impact.kind.startswith("effort"):
            continue
        for task in strike.impact.targets:
            if task not in efforts:
                raise InputError(
                    f"The risk {strike.risk.id!r} names the task {task!r}, which has no work left "
                    f"in the plan. {did_you_mean(task, efforts)}"
                )
            scale = efforts[task] if strike.impact.kind == "effort_factor" else 1.0
            longer[task] = np.maximum(longer[task] + strike.size * scale, 0.0)
    return longer


def _check_names(risks: Sequence[Risk], acted: Acted) -> None:
    """Refuse two risks of one name, and actions that do not exist."""
    names = [risk.id for risk in risks]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"Every risk needs a name of its own; {name!r} is used twice.")
    known = {risk.id: len(risk.actions) for risk in risks}
    for name, number in acted:
        if name not in known:
            raise InputError(f"{name!r} is not a risk of the register. {did_you_mean(name, known)}")
        if not 0 <= number < known[name]:
            raise InputError(
                f"The risk {name!r} has {known[name]} actions, counted from 0; found {number}."
            )
