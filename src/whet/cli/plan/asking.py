"""What does `whet plan labels` ask? Its arguments become questions, and their answers are kept."""

import math
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from whet.cards.read import read_card
from whet.cli.opening import open_workspace
from whet.cli.options import HERE
from whet.cli.plan.opening import plan_store
from whet.cli.plan.options import plan_file
from whet.company.labels.answer import Answer, Question, answer_question
from whet.company.labels.compute import compute_curves
from whet.company.labels.curve import Curve, with_details
from whet.company.labels.from_plan import plan_points, plan_questions
from whet.company.labels.methods import rank_methods
from whet.company.labels.origin import Origin
from whet.company.labels.reading import file_curve, stored_curves
from whet.company.labels.records import as_stored, calibration_of, score_all
from whet.company.labels.requirement import Target
from whet.company.labels.terms import Cleaning, Pace, Prices
from whet.company.plan.read import read_plan
from whet.core.clock import utc_now
from whet.core.errors import InputError
from whet.store.store import Store

_DAYS_PER_WEEK = 7.0


@dataclass(frozen=True)
class Chosen:
    """Which curve is meant."""

    source: str | None
    """A card's path or name, or the id of a run."""
    file: Path | None
    """A CSV file."""
    candidate: str | None
    metric: str
    """Of the file."""
    unit: str
    """Of the file's sizes."""
    is_error: bool
    """Whether the file's scores are errors."""
    by_compute: bool = False
    """Whether the card's runs are compared by their hours instead of by labels."""


@dataclass(frozen=True)
class Terms:
    """What is asked of the curve, as the options say it."""

    target: float | None
    test_rows: int | None
    sizes: tuple[float, ...]
    label_price: float
    gpu_price: float
    gpu_hours: float | None
    miss: float | None
    week: float
    week_late: float | None
    per_week: float | None
    days_per_stage: float
    stages: int
    wrong: float | None
    clean_price: float
    start: date | None
    by: date | None


@dataclass(frozen=True)
class Place:
    """Where forecasts are kept."""

    folder: Path | None
    """Folder of the workspace; that of the plan, or the current one, when None."""
    is_made: bool
    """Whether a store is made where there is none."""


@dataclass(frozen=True)
class Asked:
    """What was answered."""

    answers: list[Answer]
    """The method that gets farthest comes first."""
    is_kept: bool
    """Whether the forecasts are in a store, so that they can be scored later."""


NOT_KEPT = (
    "These forecasts are not kept: there is no store here, so that `whet plan score` cannot judge "
    "them later. With --keep one is made."
)

_OF_FILES = frozenset({"metric", "unit", "lower_is_better"})
_OF_RUNS = frozenset({"candidate", "compute"})
_OF_PLANS = frozenset({"source", "seed", "workspace", "keep", "as_json"})


def answers(
    chosen: Chosen, terms: Terms, place: Place, *, seed: int, given: frozenset[str] = frozenset()
) -> Asked:
    """Return the answers for the curves that are meant; forecasts are kept where there is a store.

    Args:
        chosen: which curve.
        terms: what is asked.
        place: where forecasts are kept.
        seed: seed of the draws.
        given: names of the options on the command line: those that would do nothing are refused.

    Raises:
        InputError: there is no such curve, or the terms are impossible.
    """
    if chosen.source is not None and chosen.file is not None:
        raise InputError(
            "Name one curve: a card, a run, a plan, or --curve FILE.csv. For example: "
            "whet plan labels card.yaml --target 0.9"
        )
    if chosen.file is None and (path := _plan_path(chosen.source)) is not None:
        _check_plan_options(path, given)
        return _plan_answers(path, place, seed=seed)
    idle = given & (_OF_FILES if chosen.file is None else _OF_RUNS)
    if idle:
        kind = "a file's points" if chosen.file is None else "the runs of a card"
        raise InputError(f"{_options(idle)} is about {kind} only: leave it out here.")
    folder = place.folder or HERE
    with _store(folder, place, must_exist=chosen.file is None) as store:
        curves = _curves(chosen, store)
        told = [
            kept_answer(question_of(curve, origin, terms), store, seed=seed)
            for curve, origin in curves
        ]
        return Asked(told, store is not None)


def _check_plan_options(path: Path, given: frozenset[str]) -> None:
    """Refuse options that a plan answers itself.

    Raises:
        InputError: with the options that were given.
    """
    idle = given - _OF_PLANS
    if idle:
        raise InputError(
            f"Targets, prices and paces of a plan stand in it, so that {_options(idle)} would do "
            f"nothing: change them in {path}, or name a card, a run or --curve FILE.csv."
        )


def _options(names: Collection[str]) -> str:
    """Return names of parameters as they are written on the command line."""
    return ", ".join(f"--{name.replace('_', '-')}" for name in sorted(names))


def _plan_path(source: str | None) -> Path | None:
    """Return the plan that is meant; None where a card or a run is named."""
    if source is None:
        return plan_file(None)
    path = Path(source)
    is_plan = path.is_file() and path.suffix in (".yaml", ".yml") and _is_plan(path)
    return path if is_plan else None


def _is_plan(path: Path) -> bool:
    """Return whether a YAML file is a plan and no card: a plan has a currency."""
    text = path.read_text(encoding="utf-8", errors="replace")
    return any(line.startswith("currency:") for line in text.splitlines())


def _plan_answers(path: Path, place: Place, *, seed: int) -> Asked:
    """Return the answers for every quality target of a plan; the plan has the prices."""
    plan = read_plan(path)
    if not plan.quality:
        raise InputError(
            f"{path} must have a quality target to be asked about labels; it has none. Add one "
            "under `quality`, or name a card, a run or --curve FILE.csv."
        )
    with _store(place.folder or path.parent, place, must_exist=False) as store:
        if store is not None:
            score_all(store, plan_points(plan))
        questions = plan_questions(plan, store)
        told = [kept_answer(question, store, seed=seed) for question in questions]
        return Asked(told, store is not None)


def kept_answer(question: Question, store: Store | None, *, seed: int) -> Answer:
    """Return the answer to a question, calibrated by the store and kept in it, if there is one."""
    if store is None:
        return answer_question(question, seed=seed)
    score_all(store)
    answer = answer_question(question, seed=seed, calibration=calibration_of(store))
    if answer.forecast is not None:
        store.forecasts.add(as_stored(answer.forecast, question.origin, seed=seed))
    return answer


def question_of(curve: Curve, origin: Origin, terms: Terms) -> Question:
    """Return the question that the terms ask of a curve."""
    rows = terms.test_rows or origin.test_rows
    start = terms.start or utc_now().date()
    return Question(
        origin=origin,
        curve=curve,
        target=None if terms.target is None else Target(terms.target, rows),
        prices=_prices(terms),
        pace=_pace(terms, curve, start, measured_hours=origin.hours or 0.0),
        cleaning=_cleaning(terms),
        sizes=terms.sizes,
        start=start,
        by=terms.by,
    )


@contextmanager
def _store(folder: Path, place: Place, *, must_exist: bool) -> Iterator[Store | None]:
    """Yield the store of the workspace; None where none is needed and nothing was built."""
    if must_exist or place.is_made:
        with open_workspace(folder, must_exist=must_exist) as (_, store):
            yield store
    else:
        with plan_store(folder) as found:
            yield found


def _curves(chosen: Chosen, store: Store | None) -> list[tuple[Curve, Origin]]:
    """Return the curves that are meant, the method that gets farthest first."""
    if chosen.file is not None:
        curve, origin = file_curve(chosen.file, chosen.metric, is_error=chosen.is_error)
        return [(with_details(curve, unit=chosen.unit), origin)]
    assert store is not None and chosen.source is not None  # `answers` has seen to both
    curves = named_curves(
        store, chosen.source, candidate=chosen.candidate, by_compute=chosen.by_compute
    )
    ranked = rank_methods(curves, calibration=calibration_of(store))
    return [(method.curve, method.origin) for method in ranked]


def named_curves(
    store: Store, source: str, *, candidate: str | None = None, by_compute: bool = False
) -> list[tuple[Curve, Origin]]:
    """Return the curves of a run's id, of a card's file, or of a card's name.

    Over labels as one run measured them, or over the hours that several runs took.

    Raises:
        InputError: there is no such run or card, or it has no curve.
    """
    read = compute_curves if by_compute else stored_curves
    if source.startswith("run_"):
        name = store.runs.show(source).run.name
        return read(store, name, candidate=candidate, run=source)
    path = Path(source)
    name = read_card(path).name if path.suffix in (".yaml", ".yml") else source
    return read(store, name, candidate=candidate)


def _prices(terms: Terms) -> Prices | None:
    """Return the prices; None where nothing is lost by missing the target."""
    if terms.miss is None or terms.target is None:
        return None
    return Prices(
        label=terms.label_price,
        gpu_hour=terms.gpu_price,
        week=terms.week,
        week_late=terms.week_late,
        miss=terms.miss,
    )


def _pace(terms: Terms, curve: Curve, start: date, *, measured_hours: float) -> Pace:
    """Return the pace; a training takes GPU-hours in proportion to its rows."""
    if terms.by is not None and terms.by < start:
        raise InputError(
            f"--by must not lie before the first day, {start}; found {terms.by}. Move it, or give "
            "--start."
        )
    hours = measured_hours if terms.gpu_hours is None else terms.gpu_hours
    days = math.inf if terms.by is None else float((terms.by - start).days + 1)
    return Pace(
        labels_per_week=math.inf if terms.per_week is None else terms.per_week,
        hours_per_label=hours / curve.largest,
        weeks_per_stage=terms.days_per_stage / _DAYS_PER_WEEK,
        stages=terms.stages,
        deadline_weeks=days / _DAYS_PER_WEEK,
    )


def _cleaning(terms: Terms) -> Cleaning | None:
    """Return the cleaning; None where the share of wrong labels is not known."""
    if terms.wrong is None:
        return None
    rate = math.inf if terms.per_week is None else terms.per_week
    return Cleaning(terms.wrong, 0.0, terms.clean_price, rate)
