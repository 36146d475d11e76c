"""Which model is good enough, and which is best? Rungs are climbed while evidence and budget allow.

Every candidate answers rows that its models did not learn from. Cheap rungs answer all development
rows, fold by fold, and dearer ones those of the first folds; the dearest, and every rung where the
card gives a validation file, answers the held-out rows of the first fold. Two candidates are
compared on the rows that both answered.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from whet.cards.schema import Card
from whet.core.seeds import derived_seed
from whet.data.frame import Fold
from whet.evaluation.intervals import Interval
from whet.evaluation.sums import interval_of, verdict_on
from whet.evaluation.verdict import Verdict, choose_winner
from whet.ladder.augment import variant
from whet.ladder.candidates import Candidate, Climb, Step, gate_holds, units_of
from whet.ladder.context import Context
from whet.ladder.distant import trained_together
from whet.ladder.pieces import Piece, answered
from whet.ladder.rungs.contract import Fitted, Rung
from whet.ladder.targets.contract import Target
from whet.ladder.targets.registry import open_target
from whet.runtime.cluster import cluster
from whet.runtime.measure import Cost, measured

FIRST = "the cheapest rung; nothing to compare with yet"

FINISHING_SHARE = 0.2
"""Share of the budget kept for the learning curves, the test, the package and its parity."""


def climb(
    context: Context,
    *,
    started: float,
    on_step: Callable[[Step], None],
    after_first: Callable[[Candidate], None],
) -> Climb:
    """Return the climb of a card's rungs.

    Args:
        started: `time.monotonic()` when the build began; the budget counts from it.
        on_step: is told each line of the verdict table as it is known.
        after_first: is told the cheapest candidate before a dearer one is tried; it may stop the
            build by raising.
    """
    card, target = context.card, open_target(context)
    _ = context.hardware  # a device that is not there is refused before any work
    ascent = _Ascent(target, started + card.budget.minutes * 60 * (1 - FINISHING_SHARE), on_step)
    omitted = {name: target.left_out(name) for name in card.rungs if card.candidates == "auto"}
    # All are opened first: what a base does not support is refused before any work.
    rungs = {name: target.open_rung(name) for name in card.rungs if not omitted.get(name)}
    for name, *others in _stages(card, rungs):
        is_first = not ascent.candidates
        if ascent.holder:
            ascent.skip(name, None, f"{ascent.holder} holds the gate already")
        elif name not in rungs:
            ascent.skip(name, None, omitted[name])
        else:
            ascent.attempt({one: rungs[one] for one in (name, *others)})
        if is_first and ascent.candidates:
            after_first(ascent.candidates[0])
    for way in card.augment.ways:
        tried = variant(context, _winner(target, ascent.candidates)[0].name, way)
        if ascent.holder:
            ascent.skip(tried.name, None, f"{ascent.holder} holds the gate already")
        elif tried.rung is None:
            ascent.skip(tried.name, None, tried.reason)
        else:
            ascent.attempt({tried.name: tried.rung})
    winner, why = _winner(target, ascent.candidates)
    return Climb(ascent.steps, ascent.candidates, winner, why, ascent.ended)


class _Ascent:
    """What has been climbed so far, within a budget."""

    def __init__(self, target: Target, deadline: float, on_step: Callable[[Step], None]) -> None:
        self.target, self.deadline, self.on_step = target, deadline, on_step
        self.steps: list[Step] = []
        self.candidates: list[Candidate] = []
        self.holder = ""
        """The candidate that holds the gate already, where that ends the climb."""
        self.ended = "every candidate was tried"
        """Why no further rung was climbed."""

    def attempt(self, rungs: Mapping[str, Rung[Any]]) -> None:
        """Climb rungs that run side by side, but for those that the budget does not reach."""
        reached = {name: self._predicted(name, rung) for name, rung in rungs.items()}
        predicted = {name: seconds for name, seconds in reached.items() if seconds is not None}
        for candidate in _candidates(self.target, rungs, predicted, self.deadline):
            self.candidates.append(candidate)
            self._record(_step(self.target, candidate, self.candidates[:-1]))
            if self.target.context.card.stop == "good_enough" and holds_gate(
                self.target, candidate
            ):
                self.holder = candidate.name
                self.ended = f"the gate holds at {candidate.name}"

    def _predicted(self, name: str, rung: Rung[Any]) -> float | None:
        """Return the seconds that a rung would take; None where the budget does not reach."""
        context = self.target.context
        context.progress.start(f"{name}: trial")
        fits = _fits(self.target, name, rung)
        predicted = rung.predicted_seconds(len(context.folds[0].train), fits)
        left = max(self.deadline - time.monotonic(), 0)
        if self.candidates and predicted > left:
            self.skip(name, predicted, f"needs about {predicted:.0f} s; {left:.0f} s are left")
            self.ended = f"out of budget: {name} was not climbed"
            return None
        return predicted

    def skip(self, name: str, predicted: float | None, reason: str) -> None:
        """Note a rung that is not climbed, and why."""
        self._record(Step(name, None, None, None, f"not climbed: {reason}", 0.0, predicted, 0))

    def _record(self, step: Step) -> None:
        """Keep a line of the verdict table and tell it."""
        self.steps.append(step)
        self.on_step(step)


def holds_gate(target: Target, candidate: Candidate) -> bool:
    """Return True when the card has a gate and the candidate's whole interval holds it."""
    gate = target.context.card.gate
    intervals = {name: _interval(target, candidate, name) for name in gate}
    return bool(gate) and all(gate_holds(name, gate[name], intervals[name]) for name in gate)


def _judging(target: Target, name: str, rung: Rung[Any]) -> list[Fold]:
    """Return the folds that judge a rung."""
    number = target.judging_folds.get(name) if rung.cross_validated else 1
    return target.context.folds[:number]


def _fits(target: Target, name: str, rung: Rung[Any]) -> int:
    """Return the number of fits: the folds that judge it and the final one, or one."""
    folds = len(_judging(target, name, rung))
    return folds + 1 if folds > 1 else 1


def _stages(card: Card, rungs: Mapping[str, Rung[Any]]) -> list[list[str]]:
    """Return which rungs are climbed side by side, in order; usually each alone.

    On a cluster trainings that follow one another are, unless one of them may end the climb.
    """
    may_join = cluster() is not None and card.stop == "best"
    stages: list[list[str]] = []
    was_training = False
    for name in card.rungs:
        is_training = name in rungs and not rungs[name].cross_validated
        if may_join and is_training and was_training:
            stages[-1].append(name)
        else:
            stages.append([name])
        was_training = is_training
    return stages


def _candidates(
    target: Target,
    rungs: Mapping[str, Rung[Any]],
    predicted: Mapping[str, float],
    deadline: float,
) -> Iterator[Candidate]:
    """Yield what comes of rungs, by their names and predicted seconds; trainings may go away."""
    found, context = cluster(), target.context
    if found and predicted and not any(rungs[name].cross_validated for name in predicted):
        reached = {name: rungs[name] for name in predicted}
        trainings = trained_together(found, context, reached, deadline=deadline)
        for name, trained in zip(predicted, trainings, strict=True):
            fold = [(context.folds[0], trained.output)]
            how = _How(name, rungs[name], trained.fitted, trained.cost, predicted[name])
            yield _judged(target, how, fold)
        return
    for name, seconds in predicted.items():
        yield _candidate(target, name, rungs[name], seconds, deadline)


def _candidate(
    target: Target, name: str, rung: Rung[Any], predicted: float, deadline: float
) -> Candidate:
    """Climb one rung here: fit on each fold that judges it and answer the rows held out."""
    context, folds = target.context, _judging(target, name, rung)
    parts: list[tuple[Fold, Any]] = []
    fitted: Fitted[Any] | None = None
    with measured() as cost:
        if len(folds) == 1:
            fitted = rung.fit(folds[0].train, deadline=deadline)
            outputs = iter([fitted.predict(folds[0].held_out)])
        else:
            outputs = _fold_answers(target, name, rung, predicted, deadline)
        for number, (fold, answers) in enumerate(zip(folds, outputs, strict=True)):
            parts.append((fold, answers))
            context.progress.start(f"{name}: fold {number + 1} of {len(folds)} done")
    return _judged(target, _How(name, rung, fitted, cost, predicted), parts)


@dataclass(frozen=True)
class _How:
    """How a rung was climbed; see `Candidate`."""

    name: str
    rung: Rung[Any]
    fitted: Fitted[Any] | None
    cost: Cost
    predicted_seconds: float


def _judged(target: Target, how: _How, parts: list[tuple[Fold, Any]]) -> Candidate:
    """Return the candidate that gave answers to the rows that some folds hold out."""
    context = target.context
    fold_of = np.full(len(context.development), -1, dtype=np.int64)
    for number, (fold, _) in enumerate(parts):
        fold_of[fold.held_out] = number
    rows = np.flatnonzero(fold_of >= 0)
    answers = [(fold.held_out, output) for fold, output in parts]
    output = target.join(answers, len(context.development)).take(rows)
    return Candidate(
        name=how.name,
        rung=how.rung,
        rows=rows,
        fold_of=fold_of[rows],
        output=output,
        temperature=target.temperature(rows, output),
        fitted=how.fitted,
        seconds=how.cost.seconds,
        predicted_seconds=how.predicted_seconds,
        peak_bytes=how.cost.peak_bytes,
        note=how.fitted.note if how.fitted else "",
    )


def _fold_answers(
    target: Target, name: str, rung: Rung[Any], predicted: float, deadline: float
) -> Iterator[Any]:
    """Yield what the models of the folds that judge a rung say about the rows held out."""
    folds = _judging(target, name, rung)
    pieces = [Piece(f"fold {n + 1}", fold.train, fold.held_out) for n, fold in enumerate(folds)]
    per_row = predicted / _fits(target, name, rung) / len(folds[0].train)
    return answered(
        name,
        rung,
        pieces,
        deadline=deadline,
        seconds_per_row=per_row,
        watch=lambda: target.context.progress.advance(0),
    )


def _interval(target: Target, candidate: Candidate, metric: str) -> Interval:
    """Return a metric of a candidate over its rows, with its interval."""
    context, rows = target.context, candidate.rows
    return interval_of(
        target.sums(metric, rows, candidate.output, candidate.temperature),
        units_of(context, rows),
        settings=context.card.interval,
        seed=derived_seed(context.seed, "interval"),
    )


def _compared(target: Target, new: Candidate, old: Candidate) -> Verdict:
    """Return the verdict on two candidates over the rows that both answered."""
    context = target.context
    metric, rows = context.card.metrics.primary, np.intersect1d(new.rows, old.rows)
    sums = [
        target.sums(metric, rows, one.output.take(np.searchsorted(one.rows, rows)), one.temperature)
        for one in (new, old)
    ]
    return verdict_on(
        metric,
        sums[0],
        sums[1],
        units_of(context, rows),
        settings=context.card.interval,
        seed=derived_seed(context.seed, "verdict", new.name, old.name),
    )


def _winner(target: Target, candidates: list[Candidate]) -> tuple[Candidate, str]:
    """Return the cheapest candidate that nothing climbed beats, and why."""
    verdicts = {
        (new.name, old.name): _compared(target, new, old)
        for i, new in enumerate(candidates)
        for old in candidates[:i]
    }
    chosen = choose_winner([candidate.name for candidate in candidates], verdicts)
    winner = next(candidate for candidate in candidates if candidate.name == chosen.name)
    return winner, chosen.why


def _step(target: Target, candidate: Candidate, cheaper: list[Candidate]) -> Step:
    """Return the line of a climbed rung, against the best of the cheaper ones."""
    value = _interval(target, candidate, target.context.card.metrics.primary)
    best = _winner(target, cheaper)[0] if cheaper else None
    verdict = _compared(target, candidate, best) if best else None
    return Step(
        candidate=candidate.name,
        value=value,
        against=best.name if best else None,
        verdict=verdict,
        reason=f"{verdict.sentence if verdict else FIRST} {candidate.note}".strip(),
        seconds=candidate.seconds,
        predicted_seconds=candidate.predicted_seconds,
        peak_bytes=candidate.peak_bytes,
    )
