"""Which base suits a card's data? A cheap estimate for each, ranked, and how right it was so far.

Only development rows are looked at, a sample of them: training rows of the first fold to learn
from, its held-out rows to judge on. Test rows are left alone.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whet.cards.read import read_card
from whet.cards.schema import LOWER_IS_BETTER, Trust
from whet.core.errors import InputError, WhetError
from whet.core.progress import Progress
from whet.core.seeds import derived_seed, generator
from whet.core.workspace import Workspace
from whet.data.load import load
from whet.evaluation.intervals import Interval, bootstrap
from whet.evaluation.metrics import METRICS
from whet.evaluation.transfer import Agreement, agreement, logme_interval
from whet.evaluation.verdict import compare
from whet.ladder.candidates import units_of
from whet.ladder.context import Context
from whet.models.bases import find_base
from whet.models.output import Ids
from whet.models.probe import fit_probe
from whet.models.shortlist import shortlist
from whet.store.estimates import BaseEstimate, Measured
from whet.store.store import Store

Facts = dict[str, Any]

LEARN_ROWS, JUDGE_ROWS = 600, 400
"""Rows of the sample that a probe learns from and that judge it, at most."""
SHARES = (0.25, 0.5, 1.0)


@dataclass(frozen=True)
class _Tried:
    """One base after its trial."""

    estimate: BaseEstimate
    probabilities: NDArray[np.float32]
    """What its probe says about the rows that judge, (n, k)."""


def compare_bases(
    store: Store,
    workspace: Workspace,
    card_path: Path,
    extra: Sequence[str],
    *,
    progress: Progress,
    trust: Trust | None = None,
) -> Facts:
    """Return the bases that can be loaded here, best first, with estimates and their record.

    Args:
        extra: folders and hub ids beside those of the catalogue that are here already.
        trust: what may be run to load a base, beside what the card allows.

    Raises:
        InputError: the card or its data have mistakes, or an extra base cannot be loaded.
    """
    context = _context(card_path, workspace, progress, trust or Trust())
    names = _names(context, extra)
    learn, judge = _sample(context)
    tried = []
    for name in names:
        one = _try(context.with_base(name), name, learn, judge)
        store.base_estimates.put(one.estimate)
        tried.append(one)
    metric = context.card.metrics.primary
    sign = -1 if metric in LOWER_IS_BETTER else 1
    tried.sort(key=lambda one: -sign * one.estimate.probe)
    return {
        "name": context.card.name,
        "data_version": context.dataset.version,
        "metric": metric,
        "rows": {"learn": len(learn), "judge": len(judge), "of": len(context.development)},
        "bases": [_facts(context, one, tried[0], judge) for one in tried],
        "record": record(store.base_estimates.all(), store.base_estimates.measured()),
    }


def _context(card_path: Path, workspace: Workspace, progress: Progress, trust: Trust) -> Context:
    """Return the card's data and what is computed from it once."""
    card = read_card(card_path).trusting(trust)
    folder = card_path.resolve().parent
    if card.target.kind != "classes":
        raise InputError(
            "Bases are compared by a probe of classes, so target.kind must be 'classes'; found "
            f"{card.target.kind!r}. Build the card with each base and compare the runs."
        )
    progress.start("reading the data")
    return Context(
        card=card,
        card_folder=folder,
        dataset=load(card, folder),
        cache_folder=workspace.cache,
        work_folder=workspace.cache / "training" / card.name,
        progress=progress,
        seed=card.seed,
    )


def _names(context: Context, extra: Sequence[str]) -> list[str]:
    """Return the bases to try: those that are here, the card's own, and the extra ones."""
    named = [context.card.base, *extra]
    here = [c.name for c in shortlist((), context.card_folder, speed=None) if c.where]
    names = [*(name for name in here if _is_loadable(context, name)), *named]
    # The card may name a folder by its short path and the command line by its long one.
    return list({base_key(name, context.card_folder): name for name in names}.values())


def _is_loadable(context: Context, name: str) -> bool:
    """Return whether a base that nobody named may be tried; say why where it may not."""
    try:
        find_base(name, context.card_folder, context.card.trust)
    except WhetError as error:
        context.progress.note(f"{name} is left out: {error}")
        return False
    return True


def _sample(context: Context) -> tuple[Ids, Ids]:
    """Return development rows to learn from and to judge on, from both sides of the first fold."""
    fold, random = context.folds[0], generator(context.seed, "bases")
    learn = np.sort(random.permutation(fold.train)[:LEARN_ROWS])
    judge = np.sort(random.permutation(fold.held_out)[:JUDGE_ROWS])
    if len(np.unique(context.labels[learn])) < 2:
        raise InputError("The training rows must hold at least two labels to compare bases on.")
    return learn, judge


def _try(context: Context, name: str, learn: Ids, judge: Ids) -> _Tried:
    """Return the estimates of one base."""
    started = time.perf_counter()
    views = context.views(learn)
    context.progress.start(f"{name}: estimates")
    evidence = logme_interval(
        views.astype(np.float64), context.labels[learn], seed=derived_seed(context.seed, "logme")
    )
    curve, probabilities = _curve(context, learn, judge)
    probe = _interval(context, probabilities, judge)
    estimate = BaseEstimate(
        name=context.card.name,
        data_version=context.dataset.version,
        base=base_key(name, context.card_folder),
        identity=context.base.identity,
        metric=context.card.metrics.primary,
        logme=evidence.value,
        logme_low=evidence.low,
        logme_high=evidence.high,
        probe=probe.value,
        probe_low=probe.low,
        probe_high=probe.high,
        curve=curve,
        rows=len(learn) + len(judge),
        seconds=time.perf_counter() - started,
    )
    return _Tried(estimate, probabilities)


def _curve(context: Context, learn: Ids, judge: Ids) -> tuple[list[Facts], NDArray[np.float32]]:
    """Return the probe's learning curve over nested samples, and the answers of the largest."""
    order = generator(context.seed, "base curve").permutation(len(learn))
    metric = METRICS[context.card.metrics.primary]
    points: list[Facts] = []
    answers = np.zeros((len(judge), context.classes), dtype=np.float32)
    for share in SHARES:
        rows = np.sort(learn[order[: max(2, round(share * len(learn)))]])
        if len(np.unique(context.labels[rows])) < 2:
            continue
        probe = fit_probe(
            context.views(rows),
            context.labels[rows],
            context.classes,
            seed=derived_seed(context.seed, "probe"),
        )
        answers = probe.predict(context.views(judge)).probabilities()
        points.append({"size": len(rows), "value": metric(context.labels[judge], answers)})
    return points, answers


def _interval(context: Context, probabilities: NDArray[np.float32], judge: Ids) -> Interval:
    """Return the primary metric over the rows that judge."""
    settings = context.card.interval
    return bootstrap(
        METRICS[context.card.metrics.primary],
        context.labels[judge],
        probabilities,
        units_of(context, judge),
        n=settings.n,
        level=settings.level,
        seed=derived_seed(context.seed, "bases", "interval"),
    )


def _facts(context: Context, one: _Tried, best: _Tried, judge: Ids) -> Facts:
    """Return one line of the ranking; of all but the first, a paired verdict against the first."""
    against = None
    if one is not best:
        verdict = compare(
            context.card.metrics.primary,
            context.labels[judge],
            one.probabilities,
            best.probabilities,
            units_of(context, judge),
            interval=context.card.interval,
            seed=derived_seed(context.seed, "bases", "verdict"),
        )
        against = {"verdict": verdict.verdict, "difference": asdict(verdict.difference)}
    return asdict(one.estimate) | {"against_first": against}


def base_key(name: str, folder: Path) -> str:
    """Return the name under which a base is remembered: a folder by its whole path."""
    local = folder / name
    return str(local.resolve()) if local.is_dir() else name


def record(estimates: Iterable[BaseEstimate], measured: Iterable[Measured]) -> Facts:
    """Return how often each estimate ordered two bases as later builds did, over all cards.

    Bases are compared within one card, one version of its data and one metric. Estimates and builds
    share the development rows, so this says how well the cheap estimate stands for the build's own
    validation, not for test rows.
    """
    found = _best_measured(measured)
    groups: dict[tuple[str, str, str], list[BaseEstimate]] = {}
    for estimate in estimates:
        key = (estimate.name, estimate.data_version, estimate.metric)
        groups.setdefault(key, []).append(estimate)
    said = {
        kind: [_agreed(kind, key, group, found) for key, group in groups.items()]
        for kind in ("logme", "probe")
    }
    return {kind: _summed(parts) for kind, parts in said.items()}


def _best_measured(measured: Iterable[Measured]) -> dict[tuple[str, str, str, str], float]:
    """Return the best value of each card, data, metric and base."""
    best: dict[tuple[str, str, str, str], float] = {}
    for one in measured:
        base = base_key(one.base, Path(one.card_path).parent)
        key = (one.name, one.data_version, one.metric, base)
        better = min if one.metric in LOWER_IS_BETTER else max
        best[key] = better(best.get(key, one.value), one.value)
    return best


def _agreed(
    kind: str,
    key: tuple[str, str, str],
    estimates: Sequence[BaseEstimate],
    found: dict[tuple[str, str, str, str], float],
) -> Agreement:
    """Return how one estimate did on one card's data."""
    is_lower = key[2] in LOWER_IS_BETTER
    sign = -1 if kind == "probe" and is_lower else 1  # LogME is always better when higher
    thought = {e.base: sign * float(getattr(e, kind)) for e in estimates}
    results = {e.base: found[*key, e.base] for e in estimates if (*key, e.base) in found}
    return agreement(thought, results, lower_is_better=is_lower)


def _summed(parts: Iterable[Agreement]) -> Facts:
    """Return agreements over several cards as one, with a sentence."""
    pairs, right = 0, 0
    for part in parts:
        pairs, right = pairs + part.pairs, right + part.right
    whole = Agreement(pairs, right)
    if not pairs:
        sentence = "no evidence yet: no two of these bases were both estimated and built with"
    else:
        sentence = f"put {right} of {pairs} pairs of bases in the order that builds measured later"
    return {"pairs": pairs, "right": right, "tau": whole.tau, "sentence": sentence}
