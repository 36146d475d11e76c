"""What did more compute bring? Runs of one card that differ in how long they learnt, as one curve.

Each build of a tuned rung is a point: the hours that the rung took, and its score on the
development rows. Scores on the way of a single training make no such curve: its learning rate falls
towards an end that was planned, so that half of it is not a training of half the length.

    for epochs in 1 2 4 8 16; do …set tuning.epochs, `whet build card.yaml`…; done
    curves = compute_curves(store, "support-intents")
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whet.company.labels.curve import CPU_HOURS, GPU_HOURS, Curve, Score, curve_of, with_details
from whet.company.labels.origin import Origin
from whet.core.errors import InputError, did_you_mean
from whet.store.forecasts import StoredForecast
from whet.store.runs import RunDetails
from whet.store.store import Store

_FREE = frozenset(
    [
        *("budget", "candidates", "decision", "gate", "interval", "metrics", "not_for"),
        *("package", "seed", "stop", "use", "waive"),
    ]
)
"""Parts of a card that change how long a rung learns, or nothing of what it scores."""
_FREE_TUNING = frozenset({"epochs", "patience"})
"""The same of its part `tuning`."""
_ALIKE = 1.15
"""Runs whose hours differ by less than this factor are repetitions: clocks vary that much."""
_MOST_RUNS = 1000
_ENDED = ("built", "gate_failed")


@dataclass(frozen=True)
class _Built:
    """What one run says of one rung."""

    run: str
    hours: float
    value: float
    metric: str
    device: str

    @property
    def unit(self) -> str:
        """What its hours are hours of."""
        return CPU_HOURS if self.device == "cpu" else GPU_HOURS


def compute_curves(
    store: Store, name: str, *, candidate: str | None = None, run: str | None = None
) -> list[tuple[Curve, Origin]]:
    """Return each rung's score against hours of compute, with where it comes from.

    Taken are finished runs of the card on the data, the machine and the settings of the newest one,
    or of `run`; they may differ in budget, epochs, patience and seed. Hours within a seventh of one
    another count as one size.

    Args:
        store: of the workspace.
        name: name of the card.
        candidate: the rung; all when None.
        run: with which the others must agree, and the last that is looked at.

    Raises:
        InputError: no run measured what a rung scores and takes, there is no such rung, or `run`
            did not come to its end.
    """
    if run is not None:
        _check_ended(store, run)
    details = _comparable(store, name, run)
    by_rung: dict[str, list[_Built]] = {}
    for one in details:
        for rung, built in _rungs(store, one).items():
            by_rung.setdefault(rung, []).append(built)
    if not by_rung:
        raise InputError(
            f"The card {name!r} must have runs that measured what a rung scores and takes; there "
            "is none. Build it with several numbers of epochs, or give --curve FILE.csv."
        )
    if candidate is not None and candidate not in by_rung:
        raise InputError(
            f"No run of {name!r} measured {candidate!r}. {did_you_mean(candidate, sorted(by_rung))}"
        )
    rungs = sorted(by_rung) if candidate is None else [candidate]
    return [_curve(name, rung, by_rung[rung], details[0]) for rung in rungs]


def later_scores(store: Store, forecast: StoredForecast) -> dict[str, list[Score]]:
    """Return what runs after the one of a forecast took and scored, by run.

    Only runs that differ from it in compute alone can judge it.
    """
    assert forecast.run is not None  # a forecast of compute from the store names its newest run
    first = store.runs.show(forecast.run)
    known = store.runs.recent(forecast.name, limit=_MOST_RUNS)
    found = {}
    for one in known:
        if one.started <= first.run.started or one.status not in _ENDED:
            continue
        details = store.runs.show(one.id)
        built = _rungs(store, details).get(forecast.candidate)
        if built is None or (built.metric, built.unit) != (forecast.metric, forecast.unit):
            continue
        if _terms(details) == _terms(first):
            found[one.id] = [Score(built.hours, built.value)]
    return found


def _check_ended(store: Store, run: str) -> None:
    """Refuse a run that did not come to its end.

    Raises:
        InputError: as `compute_curves` says.
    """
    status = store.runs.show(run).run.status
    if status not in _ENDED:
        raise InputError(
            f"Run {run} must have come to its end to tell what compute brings; it is {status!r}. "
            "Name another run, or the card."
        )


def _comparable(store: Store, name: str, run: str | None) -> list[RunDetails]:
    """Return the finished runs that agree with the newest of them, or with `run`; newest first."""
    known = store.runs.recent(name, limit=_MOST_RUNS)
    if run is not None:
        last = store.runs.show(run).run
        known = [last, *(one for one in known if one.started < last.started)]
    details = [store.runs.show(one.id) for one in known if one.status in _ENDED]
    return [one for one in details if _terms(one) == _terms(details[0])]


def _terms(details: RunDetails) -> tuple[Any, ...]:
    """Return what must be alike for two runs to differ in compute alone."""
    card = {key: value for key, value in details.card.items() if key not in _FREE}
    tuning = card.get("tuning")
    if isinstance(tuning, Mapping):
        card["tuning"] = {k: v for k, v in tuning.items() if k not in _FREE_TUNING}
    machine = [details.environment.get(key) for key in ("cpu", "threads")]
    return details.run.data_version, card, machine


def _rungs(store: Store, details: RunDetails) -> dict[str, _Built]:
    """Return what a run measured of each rung that it climbed."""
    run = details.run.id
    costs = {cost.stage: cost for cost in store.measurements.costs(run)}
    found = {}
    for verdict in store.measurements.verdicts(run):
        cost = costs.get(f"rung:{verdict['candidate']}")
        if verdict["value"] is None or cost is None or not cost.seconds > 0:
            continue
        found[verdict["candidate"]] = _Built(
            run, cost.seconds / 3600, verdict["value"], verdict["metric"], cost.device
        )
    return found


def _curve(
    name: str, rung: str, runs: Sequence[_Built], newest: RunDetails
) -> tuple[Curve, Origin]:
    """Return the curve of one rung, of the runs in the metric and on the device of its newest."""
    last = runs[0]
    mine = [one for one in runs if (one.metric, one.device) == (last.metric, last.device)]
    scores = _scores(sorted(mine, key=lambda one: one.hours))
    curve = with_details(curve_of(f"{name}/{rung}", last.metric, scores), unit=last.unit)
    rows = (newest.facts or {}).get("data", {}).get("rows", {})
    many = f"{len(mine)} run{'s' * (len(mine) != 1)}"
    return curve, Origin(
        name,
        rung,
        last.run,
        rows.get("test") or None,
        device=last.device,
        source=f"Hours and scores of {many} of {name!r}, alike but for budget, epochs and seed.",
    )


def _scores(runs: Sequence[_Built]) -> list[Score]:
    """Return one score a run; those that took about as long have one size, which is their mean."""
    groups: list[list[_Built]] = []
    for one in runs:
        if groups and one.hours < _ALIKE * groups[-1][0].hours:
            groups[-1].append(one)
        else:
            groups.append([one])
    return [
        Score(sum(each.hours for each in group) / len(group), one.value, seed)
        for group in groups
        for seed, one in enumerate(group)
    ]
