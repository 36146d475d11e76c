"""Which model is good enough, and which is best? Rungs are climbed while evidence and budget allow.

Every candidate answers rows that its models did not learn from. Cheap rungs answer all development
rows, fold by fold, and dearer ones those of the first folds; the dearest, and every rung where the
card gives a validation file, answers the held-out rows of the first fold. Two candidates are
compared on the rows that both answered.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whet.cards.schema import LOWER_IS_BETTER
from whet.core.seeds import derived_seed
from whet.data.frame import Fold
from whet.evaluation.calibration import fit_temperature
from whet.evaluation.intervals import Interval, bootstrap
from whet.evaluation.metrics import METRICS
from whet.evaluation.verdict import Verdict, choose_winner, compare
from whet.ladder.auto import left_out
from whet.ladder.context import Context
from whet.ladder.pieces import Piece, answered
from whet.ladder.rungs.contract import Fitted, Rung
from whet.ladder.rungs.registry import JUDGING_FOLDS, open_rung
from whet.models.output import Ids, Output, join
from whet.runtime.measure import measured

FIRST = "the cheapest rung; nothing to compare with yet"

FINISHING_SHARE = 0.2
"""Share of the budget kept for the learning curves, the test, the package and its parity."""


@dataclass(frozen=True)
class Candidate:
    """A climbed rung and what it said about rows that its models did not learn from."""

    name: str
    rung: Rung
    rows: Ids
    """Development rows that judge it."""
    fold_of: Ids
    """Fold in which each of `rows` was held out."""
    output: Output
    temperature: float
    fitted: Fitted | None
    """The model itself where one fold judged it; None where each fold had a model of its own."""
    seconds: float
    predicted_seconds: float
    peak_bytes: int
    note: str
    """What the verdict table says of its training; empty where there is nothing to say."""

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """Return calibrated probabilities of `rows`, (n, k)."""
        return self.output.probabilities(self.temperature)


@dataclass(frozen=True)
class Step:
    """One line of the verdict table."""

    candidate: str
    value: Interval | None
    against: str | None
    verdict: Verdict | None
    """None for the first rung and for a rung that was not climbed."""
    reason: str
    seconds: float
    predicted_seconds: float | None
    peak_bytes: int


@dataclass(frozen=True)
class Climb:
    """Every rung in order, and the winner."""

    steps: list[Step]
    candidates: list[Candidate]
    winner: Candidate
    why: str


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
    card = context.card
    deadline = started + card.budget.minutes * 60 * (1 - FINISHING_SHARE)
    candidates: list[Candidate] = []
    steps: list[Step] = []

    def record(step: Step) -> None:
        steps.append(step)
        on_step(step)

    omitted = {name: left_out(context, name) for name in card.rungs if card.candidates == "auto"}
    # All are opened first: what a base does not support is refused before any work.
    rungs = {name: open_rung(name, context) for name in card.rungs if not omitted.get(name)}
    for name in card.rungs:
        if name not in rungs:
            record(_skipped(name, None, omitted[name]))
            continue
        rung = rungs[name]
        context.progress.start(f"{name}: trial")
        predicted = rung.predicted_seconds(len(context.folds[0].train), _fits(context, name, rung))
        left = deadline - time.monotonic()
        if candidates and predicted > left:
            record(
                _skipped(name, predicted, f"needs about {predicted:.0f} s; {left:.0f} s are left")
            )
            continue
        candidate = _candidate(context, name, rung, predicted, deadline)
        candidates.append(candidate)
        record(_step(context, candidate, candidates[:-1]))
        if len(candidates) == 1:
            after_first(candidate)
        if card.stop == "good_enough" and holds_gate(context, candidate):
            for rest in card.rungs[card.rungs.index(name) + 1 :]:
                record(_skipped(rest, None, f"{name} holds the gate already"))
            break
    winner, why = _winner(context, candidates)
    return Climb(steps, candidates, winner, why)


def holds_gate(context: Context, candidate: Candidate) -> bool:
    """Return True when the card has a gate and the candidate's whole interval holds it."""
    gate = context.card.gate
    intervals = {name: _interval(context, candidate, name) for name in gate}
    return bool(gate) and all(gate_holds(name, gate[name], intervals[name]) for name in gate)


def gate_holds(metric: str, required: float, measured_interval: Interval) -> bool:
    """Return True when even the worse end of the interval is good enough."""
    if metric in LOWER_IS_BETTER:
        return measured_interval.high <= required
    return measured_interval.low >= required


def units_of(context: Context, rows: Ids) -> NDArray[np.str_] | None:
    """Return what the bootstrap resamples whole, one name a row; None when rows are units."""
    column = context.card.unit_column
    if column is None:
        return None
    return np.array(context.development.column_or_rows(column))[rows]


def _judging(context: Context, name: str, rung: Rung) -> list[Fold]:
    """Return the folds that judge a rung."""
    number = JUDGING_FOLDS.get(name) if rung.cross_validated else 1
    return context.folds[:number]


def _fits(context: Context, name: str, rung: Rung) -> int:
    """Return the number of fits: the folds that judge it and the final one, or one."""
    folds = len(_judging(context, name, rung))
    return folds + 1 if folds > 1 else 1


def _candidate(
    context: Context, name: str, rung: Rung, predicted: float, deadline: float
) -> Candidate:
    """Climb one rung: fit on each fold that judges it and answer the rows held out."""
    folds = _judging(context, name, rung)
    parts: list[tuple[Ids, Output]] = []
    fold_of = np.full(len(context.development), -1, dtype=np.int64)
    fitted: Fitted | None = None
    with measured() as cost:
        if len(folds) == 1:
            fitted = rung.fit(folds[0].train, deadline=deadline)
            outputs = iter([fitted.predict(folds[0].held_out)])
        else:
            outputs = _fold_answers(context, name, rung, predicted, deadline)
        for number, (fold, answers) in enumerate(zip(folds, outputs, strict=True)):
            parts.append((fold.held_out, answers))
            fold_of[fold.held_out] = number
            context.progress.start(f"{name}: fold {number + 1} of {len(folds)} done")
    rows = np.flatnonzero(fold_of >= 0)
    output = join(parts, len(context.development)).take(rows)
    return Candidate(
        name=name,
        rung=rung,
        rows=rows,
        fold_of=fold_of[rows],
        output=output,
        temperature=fit_temperature(output.logits, context.labels[rows]),
        fitted=fitted if len(folds) == 1 else None,
        seconds=cost.seconds,
        predicted_seconds=predicted,
        peak_bytes=cost.peak_bytes,
        note=fitted.note if fitted else "",
    )


def _fold_answers(
    context: Context, name: str, rung: Rung, predicted: float, deadline: float
) -> Iterator[Output]:
    """Yield what the models of the folds that judge a rung say about the rows held out."""
    folds = _judging(context, name, rung)
    pieces = [Piece(f"fold {n + 1}", fold.train, fold.held_out) for n, fold in enumerate(folds)]
    per_row = predicted / _fits(context, name, rung) / len(folds[0].train)
    return answered(name, rung, pieces, deadline=deadline, seconds_per_row=per_row)


def _interval(context: Context, candidate: Candidate, metric: str) -> Interval:
    """Return a metric of a candidate over its rows, with its interval."""
    settings = context.card.interval
    return bootstrap(
        METRICS[metric],
        context.labels[candidate.rows],
        candidate.probabilities,
        units_of(context, candidate.rows),
        n=settings.n,
        level=settings.level,
        seed=derived_seed(context.seed, "interval"),
    )


def _compared(context: Context, new: Candidate, old: Candidate) -> Verdict:
    """Return the verdict on two candidates over the rows that both answered."""
    rows = np.intersect1d(new.rows, old.rows)
    return compare(
        context.card.metrics.primary,
        context.labels[rows],
        new.probabilities[np.searchsorted(new.rows, rows)],
        old.probabilities[np.searchsorted(old.rows, rows)],
        units_of(context, rows),
        interval=context.card.interval,
        seed=derived_seed(context.seed, "verdict", new.name, old.name),
    )


def _winner(context: Context, candidates: list[Candidate]) -> tuple[Candidate, str]:
    """Return the cheapest candidate that nothing climbed beats, and why."""
    verdicts = {
        (new.name, old.name): _compared(context, new, old)
        for i, new in enumerate(candidates)
        for old in candidates[:i]
    }
    chosen = choose_winner([candidate.name for candidate in candidates], verdicts)
    winner = next(candidate for candidate in candidates if candidate.name == chosen.name)
    return winner, chosen.why


def _step(context: Context, candidate: Candidate, cheaper: list[Candidate]) -> Step:
    """Return the line of a climbed rung, against the best of the cheaper ones."""
    value = _interval(context, candidate, context.card.metrics.primary)
    best = _winner(context, cheaper)[0] if cheaper else None
    verdict = _compared(context, candidate, best) if best else None
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


def _skipped(name: str, predicted: float | None, reason: str) -> Step:
    """Return the line of a rung that was not climbed."""
    return Step(name, None, None, None, f"not climbed: {reason}", 0.0, predicted, 0)
