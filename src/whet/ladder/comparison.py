"""Which of two runs has the better model? A paired verdict on the test rows that both answered."""

from dataclasses import asdict
from typing import Any

import numpy as np

from whet.cards.differences import differing_fields
from whet.cards.schema import Card, Interval
from whet.core.errors import InputError
from whet.core.seeds import derived_seed
from whet.core.workspace import Workspace
from whet.evaluation.sums import verdict_on
from whet.evaluation.verdict import Verdict
from whet.ladder.answers import Answers, read_answers
from whet.ladder.targets.registry import SAVED
from whet.store.runs import RunDetails
from whet.store.store import Store

Facts = dict[str, Any]
_SHORT = 12


def compare_runs(store: Store, workspace: Workspace, first: str, second: str) -> Facts:
    """Return the verdict of the second run's winner against the first's, and how the cards differ.

    The metric, the interval and the seed are those of the first run's card.

    Raises:
        InputError: a run is unknown or kept no answers, or they answered different test rows.
    """
    runs = [store.runs.show(run) for run in (first, second)]
    answers = [read_answers(workspace.runs / run) for run in (first, second)]
    _check_same_rows(runs, answers)
    card = Card.model_validate(runs[0].card)
    verdict = _verdict(answers, card.metrics.primary, card.interval, card.seed)
    return {
        "first": _side(runs[0], card.metrics.primary),
        "second": _side(runs[1], card.metrics.primary),
        "metric": card.metrics.primary,
        "test_rows": len(answers[0].units),
        "rows_sha256": answers[0].rows_sha256,
        "verdict": verdict.verdict,
        "difference": asdict(verdict.difference),
        "sentence": verdict.sentence,
        "fields": [asdict(d) for d in differing_fields(runs[0].card, runs[1].card)],
    }


def _check_same_rows(runs: list[RunDetails], answers: list[Answers]) -> None:
    """Refuse two runs whose answers cannot be paired row by row.

    Raises:
        InputError: the rows, the labels or the units of the intervals differ.
    """
    a, b = answers
    names = [run.run.id for run in runs]
    if a.rows_sha256 != b.rows_sha256:
        raise InputError(
            f"Runs {names[0]} and {names[1]} must have answered the same test rows; theirs hash to "
            f"{a.rows_sha256[:_SHORT]} ({len(a.units)} rows) and {b.rows_sha256[:_SHORT]} "
            f"({len(b.units)} rows). Compare runs of cards with the same data and the same split."
        )
    if a.labels != b.labels:
        raise InputError(
            f"Runs {names[0]} and {names[1]} must know the same labels; only one of them knows "
            f"{', '.join(sorted(set(a.labels) ^ set(b.labels)))}."
        )
    if not np.array_equal(a.units, b.units):
        raise InputError(
            f"Runs {names[0]} and {names[1]} must resample the same units; their cards differ in "
            "interval.unit or data.groups."
        )


def _verdict(answers: list[Answers], metric: str, interval: Interval, seed: int) -> Verdict:
    """Return the verdict of the second answers against the first."""
    old, new = answers
    rows_are_units = len(np.unique(old.units)) == len(old.units)
    sums = SAVED[old.kind]
    return verdict_on(
        metric,
        sums(metric, new),
        sums(metric, old),
        None if rows_are_units else old.units,
        settings=interval,
        seed=derived_seed(seed, "runs"),
    )


def _side(details: RunDetails, metric: str) -> Facts:
    """Return what one run is, and its own result on the test rows."""
    facts = details.facts or {}
    return {
        "run": details.run.id,
        "name": details.run.name,
        "base": details.card.get("base"),
        "winner": facts.get("winner"),
        "seconds": details.run.seconds,
        "value": facts.get("test", {}).get(metric),
    }
