"""What is the whole answer to "where should money go"? Split, prices, ranges, regret, and why.

answer = allocate(problem)
answer.found.x, answer.prices.money.more, answer.binding
"""

import time
from dataclasses import dataclass, replace

import numpy as np

from whet.company.strategy.families import Array
from whet.company.strategy.optimum import Optimum, optimum
from whet.company.strategy.prices import Price, Prices, prices
from whet.company.strategy.problem import Problem
from whet.company.strategy.ranges import Resolved, Stays, resolved, stays

_SAME = 1e-6


@dataclass(frozen=True)
class Binding:
    """One requirement that keeps the value from being larger."""

    id: str
    """`budget`, the id of a limit, or the id of a line."""
    kind: str
    """`budget`, `limit`, `least` or `most`."""
    price: float
    """Value that one more unit of room brings (of `least`: one unit less of it)."""
    words: str
    """Why, in a sentence."""


@dataclass(frozen=True)
class Regret:
    """What another way to split the same money would lose."""

    x: Array
    """(n,) the other split."""
    value: float
    """Its value."""
    loss: float
    """Value that is lost against the best split."""
    share: float
    """The loss as a share of the best value."""
    broken: tuple[str, ...]
    """Requirements that it does not meet, in words."""


@dataclass(frozen=True)
class Answer:
    """The best split and all that follows from it."""

    problem: Problem
    """What was asked."""
    found: Optimum
    """The best split, with its bound."""
    prices: Prices
    """What one more unit of everything is worth."""
    weeks: dict[str, float]
    """Value lost when a line becomes a week later (the split is chosen again), by line."""
    binding: tuple[Binding, ...]
    """What binds, the dearest first within each kind."""
    stays: Stays
    """How far the budget may move with the same lines active."""
    resolved: tuple[Resolved, ...]
    """Answers for other budgets."""
    today: Regret | None
    """Today's split, scaled to the budget; None where nothing is spent today."""
    equal: Regret
    """The same money for every line."""


def allocate(problem: Problem, *, seconds: float = 30.0) -> Answer:
    """Return the best split of a budget, with prices, ranges, regret and reasons.

    Raises:
        InputError: no split meets all requirements.
    """
    started = time.monotonic()
    found = optimum(problem, seconds=seconds)
    at = prices(problem, found.x)
    rest = max(seconds - (time.monotonic() - started), 1.0)
    count = len(problem.lines)
    spent_today = np.array([line.today for line in problem.lines])
    today = None
    if spent_today.sum() > 0:
        shares = spent_today / spent_today.sum()
        today = _regret(problem, found, shares * problem.budget)
    return Answer(
        problem=problem,
        found=found,
        prices=at,
        weeks=week_prices(problem, found, seconds=rest / 3),
        binding=binding(problem, at),
        stays=stays(problem, found, seconds=rest / 3),
        resolved=resolved(problem, seconds=rest / 3),
        today=today,
        equal=_regret(problem, found, np.full(count, problem.budget / count)),
    )


def week_prices(problem: Problem, found: Optimum, *, seconds: float = 10.0) -> dict[str, float]:
    """Return what a week of delay of each line that loses by it costs, by solving again."""
    costs = {}
    losing = [i for i, line in enumerate(problem.lines) if line.lost_per_week > 0]
    for i in losing:
        line = problem.lines[i]
        later = problem.with_line(i, replace(line, weeks_late=line.weeks_late + 1))
        value = optimum(later, seconds=seconds / len(losing)).value
        costs[line.id] = max(found.value - value, 0.0)
    return costs


def binding(problem: Problem, at: Prices) -> tuple[Binding, ...]:
    """Return what binds: budget, limits, least and most of lines."""
    found = []
    if at.money.less > 0:
        found.append(Binding("budget", "budget", at.money.more, _money_words(at.money)))
    for limit, price in zip(problem.limits, at.limits, strict=True):
        if price.less > _SAME * max(at.money.less if np.isfinite(at.money.less) else 0.0, 1e-300):
            words = f"The limit {limit.id} is used up: one more unit brings {price.more:,.6g}."
            found.append(Binding(limit.id, "limit", price.more, words))
    for kind, amounts in (("most", at.most), ("least", at.least)):
        for i in np.argsort(-amounts, kind="stable"):
            if amounts[i] > 0:
                words = _line_words(problem, int(i), kind, float(amounts[i]))
                found.append(Binding(problem.ids[i], kind, float(amounts[i]), words))
    return tuple(found)


def _money_words(money: Price) -> str:
    """Return what the budget keeps back, in a sentence."""
    if money.more <= 0:
        return "The budget is just enough: more of it brings nothing, less of it would cost."
    if money.is_kink and np.isfinite(money.less):
        return (
            f"The budget is spent: one more unit brings {money.more:,.6g}, one less costs "
            f"{money.less:,.6g}."
        )
    return f"The budget is spent: one more unit brings {money.more:,.6g}."


def _line_words(problem: Problem, i: int, kind: str, price: float) -> str:
    """Return why a line's own bound binds, in a sentence."""
    line = problem.lines[i]
    if kind == "most":
        return (
            f"{line.id} is at its most ({line.most:,.6g}) though its next unit would bring "
            f"{price:,.6g} more than it costs elsewhere."
        )
    return (
        f"{line.id} is held at its least ({line.least:,.6g}): its last unit would bring "
        f"{price:,.6g} more elsewhere."
    )


def _regret(problem: Problem, found: Optimum, x: Array) -> Regret:
    """Return what another split would lose, and which requirements it breaks."""
    value = problem.value(x)
    loss = found.value - value
    slack = 1e-9 * max(problem.budget, 1e-300)
    broken = [
        f"{line.id}: {kind} {bound:,.6g}"
        for i, line in enumerate(problem.lines)
        for kind, bound, bad in (
            ("least", line.least, x[i] < line.least - slack),
            ("most", line.most, x[i] > line.most + slack),
        )
        if bad
    ]
    used = problem.uses @ x
    broken += [
        f"limit {limit.id}: most {limit.most:,.6g}"
        for limit, use in zip(problem.limits, used, strict=True)
        if use > limit.most + 1e-9 * max(abs(limit.most), abs(use))
    ]
    return Regret(x, value, loss, loss / max(abs(found.value), 1e-300), tuple(broken))
