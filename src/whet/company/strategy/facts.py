"""How is an allocation told? All of it as plain values, and what to say about it in sentences."""

import math
from typing import Any

from whet.company.strategy.answer import Answer, Regret
from whet.company.strategy.families import Array
from whet.company.strategy.information import Worth
from whet.company.strategy.prices import Price
from whet.company.strategy.ranges import Resolved
from whet.company.strategy.uncertain import Attitude, Draws, Uncertain, cvar

Json = dict[str, Any]
_LARGE_GAP = 1e-4


def allocation_facts(answer: Answer) -> Json:
    """Return an answer as JSON can hold it; amounts by line id, endless ones as None."""
    problem, found, at = answer.problem, answer.found, answer.prices
    return {
        "allocation": _by_line(answer, found.x),
        "value": found.value,
        "shadow_price": at.money.more,
        "binding": [
            {"id": b.id, "kind": b.kind, "price": b.price, "words": b.words} for b in answer.binding
        ],
        "ranges": {
            "budget": {"low": answer.stays.budget[0], "high": _finite(answer.stays.budget[1])},
            "price": {"low": answer.stays.price[0], "high": _finite(answer.stays.price[1])},
            "exact": answer.stays.is_exact,
            "whole": answer.stays.is_whole,
            "resolved": [_resolved(answer, one) for one in answer.resolved],
        },
        "budget": problem.budget,
        "spent": float(found.x.sum()),
        "bound": found.bound,
        "gap": found.gap,
        "price_is_local": found.is_local,
        "method": found.method,
        "prices": {
            "money": _price(at.money),
            "limits": {
                limit.id: _price(price)
                for limit, price in zip(problem.limits, at.limits, strict=True)
            },
            "least": _by_line(answer, at.least),
            "most": _by_line(answer, at.most),
            "week": answer.weeks,
        },
        "states": dict(zip(problem.ids, at.state, strict=True)),
        "regret": {
            "today": None if answer.today is None else _regret(answer, answer.today),
            "equal": _regret(answer, answer.equal),
        },
        "notes": notes(answer),
    }


def uncertain_facts(
    answer: Answer, result: Uncertain, worths: tuple[Worth, ...], attitude: Attitude, draws: Draws
) -> Json:
    """Return the sample-average answer as JSON can hold it.

    `splits` holds both measures of every split: its value at the likely curves, and its mean over
    the draws. They differ even for one split, since the curves bend.
    """
    mean, median, ninth, largest = result.regret
    splits = {"best": answer.found.x, "average": result.x, "equal": answer.equal.x}
    if answer.today is not None:
        splits["today"] = answer.today.x
    return {
        "draws": len(draws.best),
        "splits": {
            name: _measured(answer, draws, x, tail=attitude.tail) for name, x in splits.items()
        },
        "risk_aversion": attitude.aversion,
        "tail": attitude.tail,
        "allocation": _by_line(answer, result.x),
        "score": result.score,
        "bound": result.bound,
        "mean": result.mean,
        "mean_se": result.mean_se,
        "cvar": result.cvar,
        "of_likely_split": {"mean": result.likely_mean, "cvar": result.likely_cvar},
        "regret": {"mean": mean, "p50": median, "p90": ninth, "most": largest},
        "perfect_information": {"value": result.information, "se": result.information_se},
        "measure_next": [{"id": w.id, "value": w.value, "se": w.se} for w in worths],
    }


def _measured(answer: Answer, draws: Draws, x: Array, *, tail: float) -> Json:
    """Return what a split brings at the likely curves, and over the draws."""
    values = draws.curves.value(x).sum(axis=-1)
    return {
        "likely": answer.problem.value(x),
        "mean": float(values.mean()),
        "cvar": cvar(values, tail),
    }


def notes(answer: Answer) -> list[str]:
    """Return what a reader should know before believing the numbers, in sentences."""
    problem, found, at = answer.problem, answer.found, answer.prices
    said = []
    if found.is_local:
        said.append(
            "Some curves are S-shaped: prices hold near this split only. "
            f"No split brings more than {found.bound:,.6g}."
        )
    if found.gap > _LARGE_GAP:
        said.append(
            f"A better split may exist: its value could be larger by up to {found.gap:.2%}. "
            "Give the solver more --seconds."
        )
    if at.money.more == 0:
        left = problem.budget - float(found.x.sum())
        rest = f" {left:,.6g} is left over." if left > 1e-9 * problem.budget else ""
        said.append(f"One more unit of money brings nothing.{rest}")
    for one in (answer.today, answer.equal):
        is_as_good = one is not None and one.loss <= 1e-9 * max(abs(found.value), 1e-300)
        if one is not None and is_as_good and not one.broken:  # else it gains by breaking a limit
            name = "Today's split" if one is answer.today else "The equal split"
            said.append(f"{name} is already as good as the best.")
    return said


def _by_line(answer: Answer, numbers: Array) -> dict[str, float]:
    """Return numbers (n,) by line id."""
    return dict(zip(answer.problem.ids, map(float, numbers), strict=True))


def _finite(number: float) -> float | None:
    """Return a number, or None for what has no end."""
    return number if math.isfinite(number) else None


def _price(price: Price) -> Json:
    """Return a price with both of its sides."""
    return {"more": _finite(price.more), "less": _finite(price.less), "kink": price.is_kink}


def _resolved(answer: Answer, one: Resolved) -> Json:
    """Return the answer for another budget; None where no split meets all requirements."""
    if one.found is None or one.price is None:
        return {"change": one.change, "budget": one.budget, "value": None}
    return {
        "change": one.change,
        "budget": one.budget,
        "value": one.found.value,
        "shadow_price": one.price.more,
        "allocation": _by_line(answer, one.found.x),
    }


def _regret(answer: Answer, one: Regret) -> Json:
    """Return what another split loses."""
    return {
        "value": one.value,
        "loss": one.loss,
        "share": one.share,
        "allocation": _by_line(answer, one.x),
        "breaks": list(one.broken),
    }
