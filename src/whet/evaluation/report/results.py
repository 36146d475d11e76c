"""What did the build find out? Gate, promise, ladder, test, classes, confusion and slices.

Each function takes the facts of a build and returns what one section of the report shows: the
template writes the numbers, sentences and figures are made here.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from whet.cards.schema import LOWER_IS_BETTER
from whet.core.svg import Axis
from whet.evaluation.report import figures, wording
from whet.evaluation.report.wording import (
    is_number,
    is_share,
    least_room,
    measured,
    metric_name,
    share,
    tick,
)

Facts = dict[str, Any]

_MOST_CLASSES_NAMED = 30
_MOST_CLASSES_BESIDE = 10
"""Above this a map with names needs the whole width; the table of pairs then stands below."""
_VERDICT_BADGES = {"beats": "good", "worse": "bad", "not enough data": "warn"}


def primary_metric(facts: Facts) -> str:
    """Return the metric that decides between the candidates."""
    return str(facts["card"]["metrics"]["primary"])


def gate(facts: Facts) -> Facts:
    """Return the gate's state (`holds`, `fails`, `none`), its sentences, and an example."""
    checks = facts["gate"] or []
    state = "none" if not checks else "holds" if facts["gate_holds"] else "fails"
    return {
        "state": state,
        "badge": {"none": "warn", "holds": "good", "fails": "bad"}[state],
        "rows": [{**check, "sentence": _gate_sentence(check)} for check in checks],
        "example": _gate_example(facts),
    }


def _gate_example(facts: Facts) -> str:
    """Return a line for the card that asks for what the winner reached, but not on test rows."""
    metric, verdicts = primary_metric(facts), facts["verdicts"] or []
    reached = {verdict["candidate"]: verdict["value"] for verdict in verdicts}
    value = reached.get(facts["winner"])
    return f"gate: {{{metric}: {value:.2g}}}" if is_number(value) else f"gate: {{{metric}: …}}"


def _gate_sentence(check: Facts) -> str:
    """Return what was required, what was measured, and why it fails where it fails."""
    metric, value = check["metric"], check["value"]
    name, required = metric_name(metric), wording.requirement(metric, check["required"])
    name = name[:1].upper() + name[1:]
    if not is_number(value):
        return f"{name} was not measured; required is {required}."
    found = f"{name} is {measured(metric, check)}; required is {required}"
    missed = check["required"] - value
    if metric in LOWER_IS_BETTER:
        missed = -missed
    if check["holds"]:
        return f"{found}."
    return f"{found}{'' if missed > 0 else ', and the interval reaches past that'}."


def promise(facts: Facts) -> Facts:
    """Return what the model promises about its answers, and how many messages it answers."""
    risk = facts["risk"]
    if risk is None or risk["threshold"] is None:
        return {"is_made": risk is not None, "holds": False}
    return {
        "is_made": True,
        "holds": True,
        "target": share(risk["target"]),
        "confidence": share(risk["confidence"], 0),
        "coverage": measured("coverage", risk["coverage_interval"]),
        "risk": measured("risk", risk["risk_interval"]),
    }


def ladder(facts: Facts) -> Facts:
    """Return the climbed and skipped candidates, each with a bar, and the chart of all."""
    metric, verdicts = primary_metric(facts), facts["verdicts"] or []
    required = [c["required"] for c in facts["gate"] or [] if c["metric"] == metric]
    dots = [_dot(v["candidate"], v, metric, v["candidate"] == facts["winner"]) for v in verdicts]
    drawn = [dot for dot in dots if dot]
    axis = _axis(metric, [end for dot in drawn for end in (dot.low, dot.high)] + required)
    rows = [
        {**v, "badge": _VERDICT_BADGES.get(v["verdict"], "muted"), "bar": _bar(dot, axis)}
        for v, dot in zip(verdicts, dots, strict=True)
    ]
    return {"metric": metric, "rows": rows, "figure": _ladder_figure(drawn, axis, required)}


def _ladder_figure(
    dots: Sequence[figures.Dot], axis: Axis, required: Sequence[float]
) -> Markup | None:
    """Return the chart of the candidates, or None when none was measured."""
    if not dots:
        return None
    level = (required[0], f"gate {axis.words(required[0])}") if required else None
    told = "; ".join(f"{dot.name} {dot.words}" for dot in dots)
    label = f"{axis.name} of each candidate with its interval: {told}."
    label += f" Dashed line: {level[1]}." if level else ""
    return Markup(figures.interval_dots(dots, axis=axis, label=label, level=level))


def tested(facts: Facts) -> Facts | None:
    """Return every metric on the test rows: winner, cheapest baseline, and trivial answer."""
    if not facts["test"]:
        return None
    columns = [{"name": facts["winner"], "role": "the winner", "test": facts["test"]}]
    for key, role in (("baseline", "the cheapest baseline"), ("trivial", "trivial answer")):
        other = facts[key]
        if other is not None:
            columns.append({"name": other["name"], "role": role, "test": other["test"]})
    rows = [
        {"metric": metric, "cells": [measured(metric, c["test"].get(metric)) for c in columns]}
        for metric in facts["test"]
    ]
    return {"columns": columns, "rows": rows, "is_own_baseline": facts["baseline"] is None}


def classes(facts: Facts) -> list[Facts]:
    """Return the classes, worst F1 first, each with a bar; classes without an F1 come last."""
    axis = Axis("F1", 0, 1, partial(tick, "f1"))
    dots = [(row, _dot(row["label"], row["f1"], "f1")) for row in facts["per_class"] or []]
    dots.sort(key=lambda pair: (pair[1] is None, pair[1].value if pair[1] else 0, pair[0]["label"]))
    return [{**row, "bar": _bar(dot, axis)} for row, dot in dots]


def confusion(facts: Facts) -> Facts | None:
    """Return the confusion matrix as a figure, and its most frequent mistakes for a table."""
    matrix = facts["confusion"]
    if not matrix or not matrix["labels"]:
        return None
    labels, counts = matrix["labels"], matrix["counts"]
    is_compact = len(labels) > _MOST_CLASSES_NAMED
    pairs = _confused_pairs(labels, counts)
    total, mistakes = sum(map(sum, counts)), sum(pair["count"] for pair in pairs)
    worst = "; ".join(f"{p['truth']} taken for {p['answer']}, {p['count']} rows" for p in pairs[:3])
    label = (
        f"Confusion matrix of {len(labels)} classes: {total - mistakes} of {total} test rows lie "
        f"on the diagonal. {'Most frequent mistakes: ' + worst if pairs else 'No mistakes'}."
    )
    figure = figures.heat_map(counts, labels=labels, label=label, is_compact=is_compact)
    return {
        "figure": Markup(figure),
        "is_wide": _MOST_CLASSES_BESIDE < len(labels) <= _MOST_CLASSES_NAMED,
        "pairs": pairs[: 20 if is_compact else 10],
        "n_pairs": len(pairs),
        "mistakes": mistakes,
        "total": total,
    }


def _confused_pairs(labels: Sequence[str], counts: Sequence[Sequence[int]]) -> list[Facts]:
    """Return the pairs of truth and wrong answer, most frequent first."""
    pairs = [
        {"truth": truth, "answer": answer, "count": row[j], "share": row[j] / sum(row)}
        for i, (truth, row) in enumerate(zip(labels, counts, strict=True))
        for j, answer in enumerate(labels)
        if i != j and row[j]
    ]
    return sorted(pairs, key=lambda p: (-p["count"], -p["share"], p["truth"], p["answer"]))


def slices(facts: Facts) -> list[Facts]:
    """Return the slices as they were measured, each with a bar over a common axis."""
    dots = [(s, _dot(s["value"], s["result"], s["metric"])) for s in facts["slices"] or []]
    ends = [end for _, dot in dots if dot for end in (dot.low, dot.high)]
    axis = _axis(primary_metric(facts), ends)
    return [{**s, "bar": _bar(dot, axis)} for s, dot in dots]


def _dot(
    name: str, result: Facts | None, metric: str, is_marked: bool = True
) -> figures.Dot | None:
    """Return a dot for a figure, or None when there is no value with an interval."""
    if result is None or not all(is_number(result[end]) for end in ("value", "low", "high")):
        return None
    value, low, high = result["value"], result["low"], result["high"]
    return figures.Dot(name, value, low, high, measured(metric, result), is_marked)


def _axis(metric: str, values: Sequence[float]) -> Axis:
    """Return an axis that holds all values with a little room; shares stay inside 0 and 1."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = max(0.05 * (high - low), least_room(metric, high))
    highest = min(high + room, 1.0) if is_share(metric) else high + room
    lowest = low - room if low < 0 else max(low - room, 0)
    return Axis(metric_name(metric), lowest, highest, partial(tick, metric))


def _bar(dot: figures.Dot | None, axis: Axis) -> Markup | None:
    """Return the small bar of a table cell, or None when there is nothing to draw."""
    return Markup(figures.interval_bar(dot, low=axis.low, high=axis.high)) if dot else None
