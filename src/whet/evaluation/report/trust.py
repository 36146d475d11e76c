"""How far can the model be trusted, and what would make it better? Calibration, risk, curve, audit.

Each function takes the facts of a build and returns what one section of the report shows.
"""

from collections import defaultdict
from functools import partial
from statistics import fmean
from typing import Any

from markupsafe import Markup

from whet.cards.schema import LOWER_IS_BETTER
from whet.core.svg import Axis
from whet.evaluation.calibration import Bin
from whet.evaluation.report import figures, wording
from whet.evaluation.report.figures import Point
from whet.evaluation.report.wording import amount, count, is_number, metric_name, share, tick

Facts = dict[str, Any]

_FIT_STEPS = 40
_SEVERITY_BADGES = {"stop": "bad", "warn": "warn", "waived": "muted", "info": "muted"}


def calibration(facts: Facts) -> Facts | None:
    """Return the reliability diagram, its bins, and what the temperature did."""
    found = facts["calibration"]
    if found is None:
        return None
    bins = [
        Bin(b["low"], b["high"], b["confidence"], b["accuracy"], b["count"])
        for b in found["bins"]
        if b["count"]
    ]
    label = "Reliability diagram: " + "; ".join(
        f"{b.count} answers {share(b.confidence, 0)} sure, {share(b.accuracy, 0)} right"
        for b in bins
    )
    figure = Markup(figures.reliability_bars(bins, label=f"{label}."))
    return {**found, "bins": bins, "figure": figure, "effect": _effect(found["temperature"])}


def _effect(temperature: float | None) -> str:
    """Return what a temperature says about the model before calibration."""
    if temperature is None:
        return "No temperature was fitted: the probabilities are the model's own."
    state = "too sure" if temperature > 1 else "not sure enough"
    before = "was already calibrated" if temperature == 1 else f"was {state} of its answers"
    return f"The temperature is {temperature:.2f}: before calibration the model {before}."


def risk(facts: Facts) -> Facts | None:
    """Return the coverage-risk curve with the chosen threshold marked."""
    found = facts["risk"]
    if found is None:
        return None
    curve = sorted(
        (Point(p["coverage"], p["risk"]) for p in found["curve"] or [] if is_number(p["risk"])),
        key=lambda point: point.x,
    )
    return {**found, "figure": _risk_figure(found, curve) if len(curve) > 1 else None}


def _risk_figure(found: Facts, curve: list[Point]) -> Markup:
    """Return the curve with the allowed risk as a level and the chosen point on it."""
    target, chosen = found["target"], []
    if is_number(found["risk"]):
        ends = found["risk_interval"] or {"low": None, "high": None}
        chosen = [Point(found["coverage"], found["risk"], ends["low"], ends["high"], "chosen")]
    highest = max([p.y for p in curve] + [1.3 * target] + [p.high or p.y for p in chosen])
    axes = (
        Axis("share of messages answered", 0, 1, partial(tick, "coverage")),
        Axis("wrong among answered", 0, min(1.05 * highest, 1), partial(tick, "risk")),
    )
    label = (
        f"Wrong answers against messages answered: {share(curve[-1].y)} are wrong when "
        f"{share(curve[-1].x)} are answered"
    )
    if chosen:
        label += f"; at the chosen threshold {share(chosen[0].y)} of {share(chosen[0].x)}"
    level = (target, f"allowed {share(target)}")
    figure = figures.line_with_band(curve, axes=axes, label=f"{label}.", points=chosen, level=level)
    return Markup(figure)


def curve(facts: Facts) -> Facts | None:
    """Return the learning curve, the fit through it, and the sentence on more labels."""
    found = facts["curve"]
    if not found or not found["points"]:
        return None
    line = _means(found)
    forecast = _forecast(found, line[-1].x)
    return {
        **found,
        "sizes": line,
        "figure": _curve_figure(found, line, forecast) if len(line) > 1 else None,
        "sentence": _next_sentence(found),
        "formula": _formula(found),
    }


def _means(found: Facts) -> list[Point]:
    """Return mean, lowest and highest value over the seeds of the curve's candidate, per size."""
    by_size: dict[int, list[float]] = defaultdict(list)
    for point in found["points"]:
        if point["candidate"] == found["candidate"]:
            by_size[point["size"]].append(point["value"])
    return [Point(size, fmean(v), min(v), max(v)) for size, v in sorted(by_size.items())]


def _fitted(found: Facts, size: float) -> float:
    """Return the metric of the fitted curve, which is a curve of errors, at a training size."""
    fit = found["fit"]
    error: float = fit["floor"] + fit["scale"] * (size / fit["unit"]) ** -fit["exponent"]
    return error if found["metric"] in LOWER_IS_BETTER else 1 - error


def _forecast(found: Facts, largest: float) -> list[Point]:
    """Return the point on the fitted curve that the next labels lead to, or nothing."""
    more = found["next"]
    if more is None:
        return []
    sign = -1 if found["metric"] in LOWER_IS_BETTER else 1
    ends = sorted(_fitted(found, largest) + sign * more[end] for end in ("low", "high"))
    size, name = largest + more["labels"], f"{count(more['labels'])} more labels"
    return [Point(size, _fitted(found, size), ends[0], ends[1], name)]


def _curve_figure(found: Facts, line: list[Point], forecast: list[Point]) -> Markup:
    """Return the measured means with the range over seeds, the fit, and the forecast."""
    metric, first = found["metric"], line[0].x
    step = (forecast[0].x - first) / _FIT_STEPS if forecast else 0
    fitted = [
        Point(size, _fitted(found, size))
        for size in (first + i * step for i in range(_FIT_STEPS + 1 if forecast else 0))
    ]
    everything = [*line, *fitted, *forecast]
    heights = [h for p in everything for h in (p.y, p.low, p.high) if h is not None]
    room = max(0.08 * (max(heights) - min(heights)), wording.least_room(metric, max(heights)))
    axes = (
        Axis("training rows", 0, max(p.x for p in everything), count),
        Axis(metric_name(metric), min(heights) - room, max(heights) + room, partial(tick, metric)),
    )
    told = "; ".join(f"{count(p.x)} rows {amount(metric, p.y)}" for p in line)
    label = f"Learning curve of {metric_name(metric)}: {told}"
    if forecast:
        label += f"; expected with {forecast[0].name} {amount(metric, forecast[0].y)}"
    return Markup(
        figures.line_with_band(line, axes=axes, label=f"{label}.", points=forecast, fitted=fitted)
    )


def _next_sentence(found: Facts) -> str:
    """Return what more labels would bring, or why nobody can say."""
    more = found["next"]
    if more is None:
        return f"No forecast for more labels. {wording.sentence(found['refused'])}"
    gain = {"value": more["gain"], "low": more["low"], "high": more["high"]}
    return (
        f"The next {count(more['labels'])} labels would improve {metric_name(found['metric'])} by "
        f"{wording.difference(found['metric'], gain)}, if the curve goes on as fitted."
    )


def _formula(found: Facts) -> str | None:
    """Return the fitted curve as a formula, or None when nothing was fitted."""
    fit, name = found["fit"], metric_name(found["metric"])
    if fit is None:
        return None
    floor, scale, exponent = (wording.brief(fit[key]) for key in ("floor", "scale", "exponent"))
    error = name if found["metric"] in LOWER_IS_BETTER else f"1 − {name}"
    return f"{error} = {floor} + {scale} × (rows / {count(fit['unit'])})^−{exponent}"


def findings(facts: Facts) -> list[Facts] | None:
    """Return the audit's findings, the gravest first, or None when no audit ran."""
    if facts["audit"] is None:
        return None
    order = list(_SEVERITY_BADGES)
    found = sorted(facts["audit"]["findings"], key=lambda f: order.index(f["severity"]))
    return [{**f, "badge": _SEVERITY_BADGES[f["severity"]]} for f in found]
