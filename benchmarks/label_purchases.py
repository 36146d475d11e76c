"""What does it cost to reach a target by the staged rule, and by trusting a point forecast?

Each rule starts from a curve up to size N, may buy up to 4 N, and is told after each purchase what
three repetitions would measure there. A label costs 1/N, so that costs are in units of the labels
one began with; a stage costs 0.02 besides; ending below the target costs a penalty. Whether the
target was reached is judged by the published error, without noise. Targets are the error at a
random size within reach (7 of 10) or a little below what 4 N reaches (3 of 10).

A point rule buys what its curve says is needed, or stops where that costs more than the penalty,
measures, fits again, and so on for five rounds (the estimate-and-repeat of Mahmood et al., CVPR
2022). The staged rule plans on draws, and weighs them anew by what each stage measured; a second
form of it fits again after each stage instead. Which of the two is the staged rule was decided on
the tuning half.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import common
import numpy as np
from label_curves import Truth, cases, over_groups, tuning_half

from whet.company.labels.averaging import fitting_se
from whet.company.labels.curve import Curve
from whet.company.labels.forecast import Forecast, forecast_curve, given
from whet.company.labels.models import MODELS, fit_models
from whet.company.labels.purchases import plan_purchase
from whet.company.labels.refusals import refusal
from whet.company.labels.requirement import Target
from whet.company.labels.terms import Pace, Prices
from whet.core.seeds import generator

ROUNDS = 5
STAGE = 0.02
PENALTIES = (0.5, 2.0, 8.0)
"""In labels one began with."""

DRAWS = 400


@dataclass(frozen=True)
class Game:
    """One purchase to be made."""

    truth: Truth
    start: Curve
    noise: float
    allowed: float
    """Largest error that meets the target."""
    penalty: float
    seed: int

    @property
    def most(self) -> float:
        """Labels that can be had at all."""
        return 4 * self.start.largest

    def cost(self, size: float) -> float:
        """Return what the labels up to a size cost."""
        return size / self.start.largest - 1


Rule = Callable[[Game, Curve, Forecast | None], tuple[float, Forecast | None]]
"""Returns the size to buy to (the curve's own largest size means: stop), and what is believed."""


def believed(game: Game, curve: Curve, before: Forecast | None) -> Forecast:
    """Return a new forecast, or, where the curve is refused, the old one given the new point."""
    if before is None or refusal(curve) is None:
        return forecast_curve(curve, seed=game.seed, n=DRAWS)
    return given(before, curve.sizes[-1], curve.errors[-1], se=curve.se[-1], seed=game.seed)


def staged(game: Game, curve: Curve, before: Forecast | None) -> tuple[float, Forecast | None]:
    """Return the next purchase of the cheapest staged plan, which keeps its first fits."""
    if before is None:
        forecast = forecast_curve(curve, seed=game.seed, n=DRAWS)
    else:
        point = curve.sizes[-1], curve.errors[-1]
        forecast = given(before, *point, se=curve.se[-1], seed=game.seed)
    return _next(game, forecast), forecast


def staged_again(
    game: Game, curve: Curve, before: Forecast | None
) -> tuple[float, Forecast | None]:
    """Return the first purchase of a staged plan that is made anew from all points."""
    forecast = believed(game, curve, before)
    return _next(game, forecast), forecast


def _next(game: Game, forecast: Forecast) -> float:
    """Return the size that the cheapest staged plan buys to."""
    plan = plan_purchase(
        forecast,
        Target(1 - game.allowed),
        Prices(label=1 / game.start.largest, week=STAGE, miss=game.penalty),
        Pace(weeks_per_stage=1.0),
        most=game.most,
    )
    return plan.best.size


def by_point(models: Sequence[str]) -> Rule:
    """Return the rule that trusts one model's curve, or the average's."""

    def rule(game: Game, curve: Curve, before: Forecast | None) -> tuple[float, Forecast | None]:
        sizes = np.geomspace(curve.largest, game.most, 65)
        forecast = believed(game, curve, before) if models == ["average"] else None
        if curve.errors[-1] <= game.allowed:
            return curve.largest, forecast
        if forecast is not None:
            errors = np.interp(np.log(sizes), np.log(forecast.sizes), forecast.point)
        else:
            points = np.array(curve.sizes), np.array(curve.errors)[None]
            errors = fit_models(*points, fitting_se(curve), sizes, models=models)[models[0]].at[0]
        enough = np.flatnonzero(errors <= game.allowed)
        enough = enough[enough > 0]
        if not len(enough):
            return curve.largest, forecast
        needed = float(sizes[enough[0]])
        is_worth_it = game.cost(needed) - game.cost(curve.largest) + STAGE < game.penalty
        return needed if is_worth_it else curve.largest, forecast

    return rule


RULES: dict[str, Rule] = {
    "staged": staged,
    "staged, fitted again": staged_again,
    "average": by_point(["average"]),
    **{model: by_point([model]) for model in MODELS},
}


def play(game: Game, rule: Rule) -> tuple[float, bool, float]:
    """Return the cost of a rule, whether it met the target, and the size that it ended with."""
    curve, stages, random = game.start, 0, generator(game.seed, "measured")
    belief: Forecast | None = None
    while stages < ROUNDS and curve.largest < game.most * 0.999:
        size, belief = rule(game, curve, belief)
        if size <= curve.largest * 1.001:
            break
        stages += 1
        se = max(game.truth.se_at(size) * game.noise, 5e-4)
        error = float(np.clip(game.truth.at(size) + se * random.standard_normal(), 0, 1))
        curve = replace(
            curve,
            sizes=(*curve.sizes, size),
            errors=(*curve.errors, error),
            se=(*curve.se, se),
        )
    is_met = game.truth.at(curve.largest) <= game.allowed + 1e-12
    cost = game.cost(curve.largest) + STAGE * stages + (0.0 if is_met else game.penalty)
    return cost, is_met, curve.largest / game.start.largest


def oracle(game: Game) -> float:
    """Return the cost for one who knows the curve."""
    sizes = np.geomspace(game.start.largest, game.most, 257)
    enough = [s for s in sizes if game.truth.at(s) <= game.allowed + 1e-12]
    if not enough:
        return game.penalty
    stage = STAGE if enough[0] > sizes[0] else 0.0
    return min(game.cost(float(enough[0])) + stage, game.penalty)


def games(truths: list[Truth]) -> list[Game]:
    """Return one purchase for each curve that can be forecast, its start and target by chance."""
    by_curve: dict[tuple[int, str], list[tuple[int, Curve, Truth, float]]] = {}
    for number, case in enumerate(cases(truths, repeated=False)):
        key = case.truth.data_set, case.truth.learner
        by_curve.setdefault(key, []).append((number, case.curve, case.truth, case.noise))
    found = []
    for (data_set, learner), starts in by_curve.items():
        random = generator(0, "game", str(data_set), learner)
        number, curve, truth, noise = starts[int(random.integers(len(starts)))]
        share, doublings = random.random(), 2 * random.random()
        now, best = truth.at(curve.largest), truth.at(4 * curve.largest)
        reached = truth.at(curve.largest * 2**doublings)
        allowed = reached if share < 0.7 else best - 0.1 * max(now - best, 0.0)
        if refusal(curve) is None and 0 < allowed < curve.errors[-1]:
            found += [Game(truth, curve, noise, allowed, p, number) for p in PENALTIES]
    return found


def run_purchases(truths: list[Truth]) -> tuple[common.Json, str]:
    """Return mean costs by rule, and as a table; whole data sets are resampled for intervals."""
    tuning = tuning_half(truths)
    facts: common.Json = {}
    for half, is_tuning in (("tuning half", True), ("held-out half", False)):
        mine = games([t for t in truths if (t.data_set in tuning) is is_tuning])
        print(f"{half}: {len(mine)} purchases", file=sys.stderr, flush=True)
        played = {name: [play(game, rule) for game in mine] for name, rule in RULES.items()}
        best = np.array([oracle(game) for game in mine])
        groups = np.array([game.truth.data_set for game in mine])
        penalties = np.array([game.penalty for game in mine])
        facts[half] = {
            str(p): _figures(played, best, groups, penalties == p) for p in PENALTIES
        } | {"all": _figures(played, best, groups, penalties > 0)}
    return facts, _table(facts)


def _figures(
    played: dict[str, list[tuple[float, bool, float]]],
    best: np.ndarray,
    groups: np.ndarray,
    chosen: np.ndarray,
) -> common.Json:
    """Return the figures of some purchases."""
    costs = {name: np.array([one[0] for one in all_])[chosen] for name, all_ in played.items()}
    return {
        "purchases": int(chosen.sum()),
        "oracle": float(best[chosen].mean()),
        "rules": {
            name: {
                "cost": float(cost.mean()),
                "met": float(np.mean([one[1] for one in played[name]], where=chosen)),
                "size": float(np.mean([one[2] for one in played[name]], where=chosen)),
                "staged_minus_this": over_groups(costs["staged"] - cost, groups[chosen]),
            }
            for name, cost in costs.items()
        },
    }


def _table(facts: common.Json) -> str:
    """Return the costs as a table in Markdown."""
    lines = [
        "| half | penalty | rule | mean cost | oracle | met | staged minus this (95 %) |",
        "|---|---|---|---|---|---|---|",
    ]
    for half, by in facts.items():
        for penalty, one in by.items():
            for name, rule in one["rules"].items():
                apart = "{:+.3f} ({:+.3f} to {:+.3f})".format(*rule["staged_minus_this"])
                lines.append(
                    f"| {half} | {penalty} | {name} | {rule['cost']:.3f} | {one['oracle']:.3f} | "
                    f"{rule['met']:.0%} | {apart} |"
                )
    return "\n".join(lines)
