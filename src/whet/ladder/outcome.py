"""What was found out? The facts of a build: what `--json` prints and the report shows.

Test rows are scored here and nowhere else: once, for the winner, the cheapest rung and an answer
that looks at no text. What else they tell is up to the kind of target.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from whet.core.seeds import derived_seed
from whet.evaluation import curves
from whet.evaluation.intervals import Interval
from whet.evaluation.sums import Sums, interval_of
from whet.ladder.candidates import Climb, Step, gate_holds, test_units
from whet.ladder.context import Context
from whet.ladder.curve import Point
from whet.ladder.targets.contract import Target
from whet.ladder.targets.registry import open_target

Facts = dict[str, Any]

NEXT_LABELS = 1000


def first_facts(
    context: Context,
    *,
    run: str,
    card_path: Path,
    from_version: str | None,
    environment: Facts,
    findings: Sequence[Facts],
) -> Facts:
    """Return what is known before the test rows are looked at."""
    card, dataset = context.card, context.dataset
    out, validation = dataset.out_of_scope, dataset.validation
    return {
        "name": card.name,
        "use": card.use,
        "not_for": card.not_for,
        "run": run,
        "card": card.model_dump(mode="json"),
        "card_path": str(card_path.resolve()),
        "environment": environment,
        "seeds": {"card": card.seed, "split": card.split.seed},
        "data": {
            "version": dataset.version,
            "from_version": from_version,
            "rows": {
                "train": len(dataset.train),
                "validation": len(validation) if validation else 0,
                "test": len(dataset.test),
                "out_of_scope": len(out) if out else 0,
                "unlabelled": len(dataset.unlabelled) if dataset.unlabelled else 0,
            },
            "labels": list(dataset.labels),
        },
        "audit": {"findings": list(findings)},
    }


def step_facts(context: Context, step: Step) -> Facts:
    """Return one line of the verdict table."""
    value, verdict = step.value, step.verdict
    word = verdict.verdict if verdict else ("first" if value else "skipped")
    return {
        "candidate": step.candidate,
        "metric": context.card.metrics.primary,
        "value": value.value if value else None,
        "low": value.low if value else None,
        "high": value.high if value else None,
        "against": step.against,
        "difference": asdict(verdict.difference) if verdict else None,
        "verdict": word,
        "reason": step.reason,
        "seconds": step.seconds,
        "predicted_seconds": step.predicted_seconds,
        "peak_bytes": step.peak_bytes,
    }


def curve_facts(context: Context, winner: str, points: Sequence[Point]) -> Facts:
    """Return the learning curve and what the next thousand labels would bring, or why not said."""
    names = list(dict.fromkeys(point.candidate for point in points))
    # A dear rung has no curve of its own: the dearest one that has speaks for it, if there is one.
    candidate = winner if winner in names or not names else names[-1]
    metric = context.card.metrics.primary
    unit = open_target(context).unit(metric)  # what is told of a curve is in shares of it
    mine = [
        curves.Point(p.size, p.seed, p.value / unit) for p in points if p.candidate == candidate
    ]
    gain = curves.next_labels(
        mine, NEXT_LABELS, metric_name=metric, seed=derived_seed(context.seed, "curve")
    )
    said = asdict(gain) if isinstance(gain, curves.Gain) else None
    if said:
        said |= {name: said[name] * unit for name in ("gain", "low", "high", "floor", "scale")}
    return {
        "metric": metric,
        "candidate": candidate,
        "points": [asdict(point) for point in points],
        "next": said and {name: said[name] for name in ("labels", "gain", "low", "high")},
        "refused": None if isinstance(gain, curves.Gain) else gain.reason,
        "fit": said and {name: said[name] for name in ("floor", "scale", "exponent", "unit")},
    }


def test_facts(target: Target, ascent: Climb, test: Any) -> Facts:
    """Return the metrics over the test rows: of the winner, a baseline and a trivial answer."""
    context, winner = target.context, ascent.winner
    rows = context.test_rows

    def of_winner(metric: str) -> Sums:
        return target.sums(metric, rows, test, winner.temperature)

    gate = _gate(context, of_winner)
    return {
        "test": _metrics(context, of_winner),
        "baseline": _baseline(target, ascent),
        "trivial": {"name": target.trivial_name, "test": _metrics(context, target.trivial)},
        "gate": gate,
        "gate_holds": all(line["holds"] for line in gate),
    }


def _metrics(context: Context, sums: Callable[[str], Sums]) -> Facts:
    """Return the card's metrics over the test rows, each with its interval."""
    wanted = context.card.metrics
    names = dict.fromkeys([wanted.primary, *wanted.also, *context.card.gate])
    return {name: asdict(_interval(context, sums(name))) for name in names}


def _interval(context: Context, sums: Sums) -> Interval:
    """Return one metric over the test rows, with its interval."""
    return interval_of(
        sums,
        test_units(context),
        settings=context.card.interval,
        seed=derived_seed(context.seed, "test"),  # equal metrics have equal intervals
    )


def _baseline(target: Target, ascent: Climb) -> Facts | None:
    """Return the cheapest rung's results on the test rows; None when it is the winner."""
    context, first = target.context, ascent.candidates[0]
    if first.name == ascent.winner.name:
        return None
    fitted = first.fitted or first.rung.fit(context.development_rows)
    output = fitted.predict(context.test_rows)
    return {
        "name": first.name,
        "test": _metrics(
            context, lambda m: target.sums(m, context.test_rows, output, first.temperature)
        ),
    }


def _gate(context: Context, sums: Callable[[str], Sums]) -> list[Facts]:
    """Return whether each metric of the gate holds, with its whole interval."""
    lines = []
    for name, required in context.card.gate.items():
        interval = _interval(context, sums(name))
        holds = gate_holds(name, required, interval)
        lines.append({"metric": name, "required": required, **asdict(interval), "holds": holds})
    return lines


def hardware_facts(context: Context) -> Facts:
    """Return what the build ran on, and how each training was computed."""
    device = context.hardware
    return {
        "device": device.device.type,
        "name": device.name,
        "trainings": context.trainings,
    }
