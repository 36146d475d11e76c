"""How good are forecasts of learning curves, and what do they save? All of LCDB 1.1's sample.

    WHET_DATA=... python benchmarks/label_forecasts.py forecasts > forecasts.json
    WHET_DATA=... python benchmarks/label_forecasts.py purchases > purchases.json
    WHET_DATA=... python benchmarks/label_forecasts.py factor      # the shipped history, again

Progress goes to stderr and so do tables in Markdown; one JSON object goes to stdout. `factor` reads
the tuning half only. The other two report both halves apart.
"""

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass, field

import common
import numpy as np
from label_curves import Case, Truth, cases, over_groups, read_truths, tuning_half
from label_purchases import run_purchases

from whet.company.labels.averaging import fitting_se
from whet.company.labels.calibration import (
    SHIPPED,
    SHIPPED_MISSES,
    Calibration,
    conformal_quantile,
    relative_miss,
)
from whet.company.labels.forecast import forecast_curve
from whet.company.labels.models import MODELS, fit_models
from whet.company.labels.refusals import refusal
from whet.core.seeds import generator

DRAWS = 500
AHEAD = (1, 2)
"""Doublings."""

KNOWN = (0.1, 0.5, 0.9)
METHODS = ("average", *MODELS)
CONDITIONS = {"25 repetitions": True, "3 repetitions": False}


@dataclass
class Told:
    """What was forecast for one half under one condition."""

    refused: Counter[str] = field(default_factory=Counter)
    data_sets: list[int] = field(default_factory=list)
    errors: list[list[list[float]]] = field(default_factory=list)
    """Absolute errors: case, doublings ahead, method."""
    held: list[list[bool]] = field(default_factory=list)
    widths: list[list[float]] = field(default_factory=list)
    misses: list[list[float]] = field(default_factory=list)


def forecast_case(told: Told, case: Case, calibration: Calibration, number: int) -> None:
    """Forecast one case one and two doublings ahead."""
    curve = case.curve
    found = refusal(curve)
    told.refused[found.kind if found else "forecast"] += 1
    if found:
        return
    sizes = np.array([curve.largest * 2.0**ahead for ahead in AHEAD])
    truths = _later(case, sizes, number)
    forecast = forecast_curve(curve, seed=number, n=DRAWS, calibration=calibration)
    points = np.array([forecast.point_at(size) for size in sizes])
    single = fit_models(
        np.array(curve.sizes), np.array(curve.errors)[None], fitting_se(curve), sizes
    )
    said = np.stack([points, *(single[model].at[0] for model in MODELS)], axis=1)
    quantiles = [forecast.quantiles(size, KNOWN) for size in sizes]
    told.data_sets.append(case.truth.data_set)
    told.errors.append(np.abs(said - truths[:, None]).tolist())
    told.held.append([bool(q[0] <= 1 - t <= q[2]) for q, t in zip(quantiles, truths, strict=True)])
    told.widths.append([float(q[2] - q[0]) for q in quantiles])
    told.misses.append(
        [
            relative_miss(1 - truth, (q[0], q[1], q[2]), calibration.factor)
            for q, truth in zip(quantiles, truths, strict=True)
        ]
    )


def _later(case: Case, sizes: np.ndarray, number: int) -> np.ndarray:
    """Return what is measured later at the sizes, as often repeated as the points before."""
    truths = np.array([case.truth.at(size) for size in sizes])
    if case.noise > 1:
        se = np.array([case.truth.se_at(size) for size in sizes]) * case.noise
        truths = np.clip(truths + se * generator(number, "later").standard_normal(len(se)), 0, 1)
    return truths


def tell(truths: list[Truth], calibration: Calibration) -> dict[str, Told]:
    """Return what is forecast, by condition."""
    result = {}
    for name, repeated in CONDITIONS.items():
        told = Told()
        for number, case in enumerate(cases(truths, repeated=repeated)):
            forecast_case(told, case, calibration, number)
        print(f"{name}: {dict(told.refused)}", file=sys.stderr, flush=True)
        result[name] = told
    return result


def report(told: Told, best_single: str) -> common.Json:
    """Return the figures of one half under one condition, with intervals over data sets."""
    errors, held = np.array(told.errors), np.array(told.held, dtype=float)
    groups, widths = np.array(told.data_sets), np.array(told.widths)
    asked = sum(told.refused.values())
    best = METHODS.index(best_single)
    facts: common.Json = {
        "asked": asked,
        "forecast": len(groups),
        "refused": {k: v / asked for k, v in told.refused.items() if k != "forecast"},
        "refused_share": 1 - len(groups) / asked,
        "best_single": best_single,
    }
    for place, ahead in enumerate(AHEAD):
        here = errors[:, place]
        facts[f"{ahead} ahead"] = {
            "error": dict(zip(METHODS, here.mean(axis=0).tolist(), strict=True)),
            "coverage": over_groups(held[:, place], groups),
            "width": float(widths[:, place].mean()),
            "against_last": over_groups(here[:, 0] - here[:, METHODS.index("last")], groups),
            "against_pow3": over_groups(here[:, 0] - here[:, METHODS.index("pow3")], groups),
            "against_best_single": over_groups(here[:, 0] - here[:, best], groups),
            "not_worse_than_last": float((here[:, 0] <= here[:, METHODS.index("last")]).mean()),
        }
    return facts


def run_factor(truths: list[Truth]) -> common.Json:
    """Return the shipped history again, from the tuning half: twenty quantiles of its misses."""
    tuning = tuning_half(truths)
    told = tell([t for t in truths if t.data_set in tuning], Calibration(1.0, 0))
    misses = np.concatenate([np.ravel(one.misses) for one in told.values()])
    quantiles = np.quantile(misses, (np.arange(20) + 0.5) / 20)
    return {
        "tuning_data_sets": sorted(tuning),
        "misses": len(misses),
        "quantiles": [round(float(one), 4) for one in quantiles],
        "shipped": list(SHIPPED_MISSES),
        "factor": conformal_quantile(quantiles.tolist()),
    }


def run_forecasts(truths: list[Truth]) -> common.Json:
    """Return the figures of both halves; the best single model is chosen on the tuning half."""
    tuning = tuning_half(truths)
    halves = {"tuning half": True, "held-out half": False}
    told = {
        name: tell([t for t in truths if (t.data_set in tuning) is is_tuning], SHIPPED)
        for name, is_tuning in halves.items()
    }
    pooled = np.concatenate([np.array(one.errors) for one in told["tuning half"].values()])
    best = MODELS[int(pooled.mean(axis=(0, 1))[1:].argmin())]
    told["all 40"] = {
        condition: _joined(*(told[half][condition] for half in halves)) for condition in CONDITIONS
    }
    return {
        "factor": SHIPPED.factor,
        **{half: {c: report(one, best) for c, one in by.items()} for half, by in told.items()},
    }


def _joined(first: Told, second: Told) -> Told:
    """Return both together."""
    return Told(
        first.refused + second.refused,
        first.data_sets + second.data_sets,
        first.errors + second.errors,
        first.held + second.held,
        first.widths + second.widths,
        first.misses + second.misses,
    )


def forecast_table(facts: common.Json) -> str:
    """Return the forecasts as a table in Markdown."""
    lines = [
        "| half | points | doublings | refused | average | last | pow3 | best single | "
        "80 % interval holds | its width |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for half, by in facts.items():
        if half == "factor":
            continue
        for condition, one in by.items():
            for ahead in AHEAD:
                here = one[f"{ahead} ahead"]
                error, best = here["error"], one["best_single"]
                holds = "{:.1%} ({:.1%} to {:.1%})".format(*here["coverage"])
                lines.append(
                    f"| {half} | {condition} | {ahead} | {one['refused_share']:.1%} | "
                    f"{error['average']:.4f} | {error['last']:.4f} | {error['pow3']:.4f} | "
                    f"{error[best]:.4f} ({best}) | {holds} | {here['width']:.4f} |"
                )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["forecasts", "purchases", "factor"])
    parser.add_argument("--every", type=int, default=1, help="use every n-th curve only")
    options = parser.parse_args()
    truths = read_truths()[:: options.every]
    if options.part == "factor":
        facts = run_factor(truths)
    elif options.part == "forecasts":
        facts = run_forecasts(truths)
        print(forecast_table(facts), file=sys.stderr)
    else:
        facts, table = run_purchases(truths)
        print(table, file=sys.stderr)
    print(json.dumps(facts | {"machine": common.machine()}))


if __name__ == "__main__":
    main()
