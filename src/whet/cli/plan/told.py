"""How does an answer about labels look on a terminal? Tables, and sentences for the decision."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table

from whet.cli.tables import new_table
from whet.company.labels.answer import Answer
from whet.company.labels.curve import size_words
from whet.company.labels.purchases import Option
from whet.company.labels.requirement import Requirement

_OPTIONS_SHOWN = 4
"""Sizes of a purchase that are shown, besides the best."""


def print_answers(console: Console, answers: Sequence[Answer]) -> None:
    """Print answers; of the methods of one run the first in full and the others in a line each."""
    for number, answer in enumerate(answers):
        before = answers[number - 1].question.origin if number else None
        origin = answer.question.origin
        if (
            before is not None
            and origin.run
            and (origin.run, origin.name)
            == (
                before.run,
                before.name,
            )
        ):
            console.print(_other_method(answer))
        else:
            print_answer(console, answer)


def _other_method(answer: Answer) -> str:
    """Return what a method that is not the best one gets to, in a sentence."""
    curve = answer.question.curve
    if answer.refused:
        return f"Other method {curve.name}: {answer.refused}"
    last = answer.told[-1]
    met = "" if last.chance is None else f", and meets the target with {last.chance:.0%}"
    return (
        f"Other method {curve.name}: {curve.score(curve.errors[-1]):.3f} today, "
        f"{last.middle:.3f} ({last.low:.3f} to {last.high:.3f}) at {size_words(last.size)} "
        f"{curve.counted}{met}."
    )


def print_answer(console: Console, answer: Answer) -> None:
    """Print all of an answer; a refusal in one sentence."""
    curve = answer.question.curve
    console.print(
        f"{curve.name}: {curve.metric} {curve.score(curve.errors[-1]):.3f} at "
        f"{size_words(curve.largest)} {curve.counted}, {len(curve.sizes)} sizes measured"
    )
    if answer.question.origin.source:
        console.print(answer.question.origin.source)
    if answer.refused:
        console.print(answer.refused)
        return
    console.print(_forecasts(answer))
    for sentence in _sentences(answer):
        console.print(sentence)
    if answer.purchase is not None:
        console.print(_options(answer))
    if answer.lower:
        console.print(_lower(answer))


def _forecasts(answer: Answer) -> Table:
    """Return the forecasts as a table."""
    question = answer.question
    columns = ["chance of the target"] if question.target is not None else []
    table = new_table(
        question.curve.counted,
        question.curve.metric,
        "80 % interval",
        *columns,
        right=[question.curve.counted, question.curve.metric, *columns],
    )
    for one in answer.told:
        chance = [] if one.chance is None else [f"{one.chance:.0%}"]
        interval = f"{one.low:.3f} to {one.high:.3f}"
        table.add_row(size_words(one.size), f"{one.middle:.3f}", interval, *chance)
    return table


def _sentences(answer: Answer) -> Iterator[str]:
    """Yield what the target needs, when it is met, and what to do."""
    if answer.forecast is not None:
        weights = sorted(answer.forecast.weights.items(), key=lambda item: -item[1])
        told = ", ".join(f"{name} {weight:.0%}" for name, weight in weights if weight >= 0.005)
        yield f"Curves are weighted by how well they forecast these points before: {told}."
    if answer.requirement is not None:
        yield _needed(answer, answer.requirement)
    if answer.by is not None and answer.question.by is not None:
        yield f"By {answer.question.by} it is met with a probability of {answer.by:.0%}."
    if answer.purchase is not None:
        yield _decision(answer, answer.purchase.best)
    if answer.worth is not None:
        worth = answer.worth
        week = "" if worth.week is None else f", one more week {worth.week:,.2f}"
        yield (
            f"One more {_single(answer)} is worth {worth.label:,.4g}, one more GPU-hour "
            f"{worth.gpu_hour:,.4g}{week}."
        )


def _needed(answer: Answer, needed: Requirement) -> str:
    """Return how many labels the target needs, in a sentence."""
    unit, score = answer.question.curve.counted, needed.target.score
    parts = [
        f"{size_words(size)} {unit} with {level:.0%}"
        for level, size in zip(needed.levels, needed.quantiles, strict=True)
        if level >= 0.5 and size is not None
    ]
    within = (
        f"within two doublings, {size_words(needed.farthest)} {unit}, {score:g} is reached with "
        f"{needed.within_reach:.0%} probability"
    )
    return f"{score:g} needs {', '.join(parts)}; {within}." if parts else f"{within.capitalize()}."


def _decision(answer: Answer, best: Option) -> str:
    """Return the cheapest next step, in a sentence."""
    curve, staged = answer.question.curve, best.staged
    is_last = abs(best.staged.cost - best.at_once.cost) < 1e-9 * max(best.staged.cost, 1.0)
    then = (
        "all at once: a later stage brings nothing" if is_last else "then measure and decide again"
    )
    size = size_words(best.size)
    step = {
        "buy": f"Next: {size_words(best.size - curve.largest)} more {curve.counted}, {then}.",
        "clean": f"Next: check the labels that are there; they are then worth {size}.",
        "stop": f"Next: buy no {curve.counted}; it costs more than it is worth.",
    }[best.action]
    return (
        f"{step} Expected in all: cost {staged.cost:,.0f}, {size_words(staged.bought)} "
        f"{curve.counted}, {staged.hours:,.1f} GPU-hours, {staged.weeks:.1f} weeks, "
        f"target met with {staged.met:.0%}."
    )


def _options(answer: Answer) -> Table:
    """Return stopping, cleaning, the best and some other sizes as a table."""
    assert answer.purchase is not None
    best, options = answer.purchase.best, answer.purchase.options
    bought = [one for one in options if one.action == "buy"]
    step = max(len(bought) // _OPTIONS_SHOWN, 1)
    shown = [one for one in options if one.action != "buy" or one in bought[step - 1 :: step]]
    shown += [] if best in shown else [best]
    table = new_table(
        "now",
        answer.question.curve.counted,
        "cost, staged",
        "met, staged",
        "cost, at once",
        "met, at once",
        right=[answer.question.curve.counted, "cost, staged", "met, staged", "cost, at once"],
    )
    for one in sorted(shown, key=lambda option: (option.size, option.action != "stop")):
        table.add_row(
            f"{one.action}{' (cheapest)' if one is best else ''}",
            size_words(one.size),
            f"{one.staged.cost:,.0f}",
            f"{one.staged.met:.0%}",
            f"{one.at_once.cost:,.0f}",
            f"{one.at_once.met:.0%}",
        )
    return table


def _lower(answer: Answer) -> Table:
    """Return what lower targets save as a table."""
    table = new_table("lower target", "next", "cost", "saves", "met", right=["cost", "saves"])
    for one in answer.lower:
        staged = one.best.staged
        table.add_row(
            f"{one.score:.3f}",
            one.best.action,
            f"{staged.cost:,.0f}",
            f"{one.saves:,.0f}",
            f"{staged.met:.0%}",
        )
    return table


def _single(answer: Answer) -> str:
    """Return what one of the curve's units is called."""
    unit = answer.question.curve.counted
    return unit.removesuffix("s")
