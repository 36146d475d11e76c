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

from whet.company.simulation.estimates import ThreePoint, at, scaled
from whet.company.simulation.streams import Draws, Streams
from whet.core.errors import InputError, did_you_mean

ImpactKind = Literal["effort_days", "effort_share", "cash", "demand"]


@dataclass(frozen=True)
class Impact:
    """What a risk does when it strikes."""

    kind: ImpactKind
    """`effort_days` and `effort_share` add work to each target, `cash` costs, `demand` falls."""
    size: ThreePoint
    """Person-days; share of the effort; money; share of demand lost, in [0, 1]."""
    targets: tuple[str, ...] = ()
    """Tasks, or for demand revenue lines (none: all of them); nothing for cash."""
    on: date | None = None
    """When money or demand is lost; None: any day of the horizon, all equally likely."""
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
    """Factor on every impact afterwards, in [0, 1]."""
    by: date | None = None
    """When it is paid; None: at the plan's start."""
    taken: bool = False
    """Whether it is part of the plan already."""


@dataclass(frozen=True)
class Risk:
    """One line of the register."""

    id: str
    """Name, unique in the register."""
    probability: float
    """Probability that it strikes within the horizon without action, in [0, 1]."""
    impacts: tuple[Impact, ...]
    """What it does then."""
    action: Action | None = None
    """What can be done."""
    owner: str = ""
    """Who watches it."""
    trigger: date | None = None
    """When its owner must look again at the latest."""
    title: str = ""
    """What may happen, in words."""

    def __post_init__(self) -> None:
        after = self.action.probability if self.action else None
        for probability in (self.probability, *([] if after is None else [after])):
            if not 0 <= probability <= 1:
                raise InputError(
                    f"The probability of the risk {self.id!r} must be from 0 to 1; found "
                    f"{probability:g}."
                )
        if after is not None and after > self.probability:
            raise InputError(
                f"The action against {self.id!r} must not make it likelier; found {after:g} "
                f"after and {self.probability:g} before."
            )
        if self.action and (self.action.cost < 0 or not 0 <= self.action.impact <= 1):
            raise InputError(
                f"The action against {self.id!r} needs a cost of at least 0 and an impact factor "
                f"from 0 to 1; found {self.action.cost:g} and {self.action.impact:g}."
            )


@dataclass(frozen=True)
class Strike:
    """One impact over the draws."""

    risk: str
    """The risk that it belongs to."""
    impact: Impact
    """What it is."""
    size: Draws
    """How large it is, 0 where the risk does not strike, shape (draws,)."""
    at: Draws
    """When it happens, as a share of the horizon in [0, 1], shape (draws,); see `Impact.on`."""


@dataclass(frozen=True)
class RiskDraws:
    """What the register does in every draw."""

    occurs: Mapping[str, NDArray[np.bool_]]
    """Whether each risk strikes, shape (draws,)."""
    strikes: tuple[Strike, ...]
    """Every impact of every risk."""
    actions: tuple[Action, ...]
    """Actions that are taken, and paid."""


def draw_risks(
    risks: Sequence[Risk], streams: Streams, *, acted: Mapping[str, bool] | None = None
) -> RiskDraws:
    """Return what strikes; `acted` says for a risk's id whether its action is taken, against
    `Action.taken`.

    Raises:
        InputError: two risks of one name, or `acted` names a risk without an action.
    """
    _check_names(risks, acted or {})
    occurs, strikes, actions = {}, [], []
    for risk in risks:
        action = risk.action if _is_acted(risk, acted or {}) else None
        probability, factor = risk.probability, 1.0
        if action is not None:
            actions.append(action)
            factor = action.impact
            probability = risk.probability if action.probability is None else action.probability
        hit = streams.uniform("risk", risk.id) < probability
        occurs[risk.id] = hit
        for number, impact in enumerate(risk.impacts):
            name = ("risk", risk.id, str(number))
            size = at(scaled(impact.size, factor), streams.normal(*name, "size"))
            limit = 1.0 if impact.kind == "demand" else np.inf
            when = streams.uniform(*name, "at")
            strikes.append(Strike(risk.id, impact, np.minimum(size, limit) * hit, when))
    return RiskDraws(occurs, tuple(strikes), tuple(actions))


def with_risks(efforts: Mapping[str, Draws], drawn: RiskDraws) -> dict[str, Draws]:
    """Return the efforts with the work that risks add; shares count on the effort without risks.

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
                    f"The risk {strike.risk!r} names the task {task!r}, which the plan does not "
                    f"have. {did_you_mean(task, efforts)}"
                )
            is_share = strike.impact.kind == "effort_share"
            longer[task] = longer[task] + strike.size * (efforts[task] if is_share else 1.0)
    return longer


def _is_acted(risk: Risk, acted: Mapping[str, bool]) -> bool:
    """Return whether the risk's action is taken."""
    return risk.action is not None and acted.get(risk.id, risk.action.taken)


def _check_names(risks: Sequence[Risk], acted: Mapping[str, bool]) -> None:
    """Refuse two risks of one name, and actions that do not exist."""
    names = [risk.id for risk in risks]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"Every risk needs a name of its own; {name!r} is used twice.")
    possible = {risk.id for risk in risks if risk.action is not None}
    for name in acted:
        if name not in possible:
            raise InputError(f"{name!r} is no risk with an action. {did_you_mean(name, possible)}")
