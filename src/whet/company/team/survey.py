"""What does the team answer? A survey without names, its means and eNPS, nothing below the floor.

A survey file holds one row per answer sheet and a column per item, and may hold columns that name a
group (the team, the site). It must not hold who answered. `results` gives what may be shown, with
intervals; everything else of a survey stays inside this folder.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whet.company.team.anonymity import (
    FLOOR,
    TOO_FEW,
    WORKED_OUT,
    Shown,
    alike_in_cells,
    safe_groups,
)
from whet.company.team.intervals import Estimate, enps_interval, mean_interval
from whet.core.errors import InputError, did_you_mean
from whet.core.rows import Row, number, read_rows

Floats = NDArray[np.float64]

_NAMES_WHO = re.compile(
    r"^(e-?mail.*|(user|employee|person|respondent|staff)?[ _-]?(id|name)|first[ _-]?name"
    r"|last[ _-]?name|phone|ip([ _-]address)?|date|time|timestamp|started|submitted.*"
    r"|birth.*|age)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Item:
    """A question of the survey: its column, and the lowest and highest score of its scale."""

    name: str
    low: float = 1
    high: float = 5


@dataclass(frozen=True)
class Survey:
    """The answers: `scores` (n, items), NaN where skipped; `groups` column -> a text per answer."""

    items: tuple[Item, ...]
    scores: Floats
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ItemResult:
    """The mean of an item over all answers (`group` None) or one group that may be shown."""

    item: str
    group: tuple[str, str] | None
    mean: Estimate


@dataclass(frozen=True)
class Hidden:
    """A result that is not shown, and why. `group` None: the item as a whole."""

    item: str
    group: tuple[str, str] | None
    reason: str


@dataclass(frozen=True)
class SurveyResults:
    """What may be shown of a survey. `enps` (per group, in [-100, 100]) is empty without one."""

    answers: int
    asked: int | None
    items: tuple[ItemResult, ...]
    enps: tuple[ItemResult, ...]
    hidden: tuple[Hidden, ...]


def read_survey(path: Path, *, items: Sequence[Item] = (), groups: Sequence[str] = ()) -> Survey:
    """Return the survey in a CSV or JSON file.

    Args:
        path: a file with a row per answer sheet.
        items: the questions; empty: every column that is no group, scored 1 to 5.
        groups: the columns that name a group.

    Raises:
        InputError: the file cannot be read, holds a column that tells who answered or that nobody
            declared, a score outside its scale, or fewer than five answers.
    """
    rows = read_rows(path)
    columns = list(rows[0].values)
    asked = tuple(items) or tuple(Item(name) for name in columns if name not in groups)
    _check_columns(path.name, columns, asked, groups)
    return survey_from_rows(rows, items=asked, groups=groups, where=path.name)


def survey_from_rows(
    rows: Sequence[Row], *, items: Sequence[Item], groups: Sequence[str] = (), where: str
) -> Survey:
    """Return the survey that rows hold; an answer sheet with no score at all is left out.

    Raises:
        InputError: a score outside its scale, or fewer than five answers.
    """
    scores = np.array([[_score(row, item) for item in items] for row in rows], dtype=np.float64)
    scores = scores.reshape(len(rows), len(items))
    kept = ~np.isnan(scores).all(axis=1)
    if kept.sum() < FLOOR:
        raise InputError(
            f"{where} must hold at least {FLOOR} answers, so that nobody can be recognised; found "
            f"{int(kept.sum())}. Wait for more answers, or ask a larger team."
        )
    chosen = np.flatnonzero(kept)
    by_column = {name: tuple(rows[int(i)].values[name] for i in chosen) for name in groups}
    return Survey(tuple(items), scores[kept], by_column)


def results(
    survey: Survey,
    *,
    recommend: str | None = None,
    asked: int | None = None,
    asked_by_group: Mapping[tuple[str, str], int] | None = None,
    level: float = 0.95,
) -> SurveyResults:
    """Return the means of every item and group that may be shown, with intervals.

    Args:
        survey: the answers.
        recommend: the item, on a scale from 0 to 10, that the eNPS is computed from.
        asked: how many people got the survey; narrows the intervals. None: unknown.
        asked_by_group: the same per group (column, value), where known.
        level: confidence of the intervals, in (0, 1).

    Raises:
        InputError: an unknown item, one that is not scored from 0 to 10, or more answers than
            people asked.
    """
    _check_recommend(survey.items, recommend)
    _check_asked(survey, asked)
    shown: list[ItemResult] = []
    enps: list[ItemResult] = []
    hidden: list[Hidden] = []
    known: dict[bytes, Shown] = {}  # many items are answered by the same people, none of them alike
    for item, scores in zip(survey.items, survey.scores.T, strict=True):
        told = _classes(scores) if item.name == recommend else scores
        sets, why_not = _sets_to_show(survey, told, known)
        hidden.extend(Hidden(item.name, group, reason) for group, reason in why_not.items())
        for group, members in sets.items():
            values = scores[members].tolist()
            team = asked if group is None else (asked_by_group or {}).get(group)
            mean = mean_interval(values, scale=(item.low, item.high), team=team, level=level)
            shown.append(ItemResult(item.name, group, mean))
            if item.name == recommend:
                score = enps_interval(values, team=team, level=level)
                enps.append(ItemResult(item.name, group, score))
    return SurveyResults(len(survey.scores), asked, tuple(shown), tuple(enps), tuple(hidden))


def _sets_to_show(
    survey: Survey, scores: Floats, known: dict[bytes, Shown]
) -> tuple[dict[tuple[str, str] | None, NDArray[np.bool_]], dict[tuple[str, str] | None, str]]:
    """Return who is in each set that may be shown for one item (None: all), and what is hidden."""
    answered = ~np.isnan(scores)
    if answered.sum() < FLOOR:
        return {}, {None: TOO_FEW}
    if np.ptp(scores[answered]) == 0:  # everybody's answer would be known
        return {}, {None: WORKED_OUT}
    alike = alike_in_cells(survey.groups, scores)
    who = answered.tobytes() + alike.tobytes()
    if who not in known:
        known[who] = safe_groups(survey.groups, answered.tolist(), alike)
    safe = known[who]
    sets: dict[tuple[str, str] | None, NDArray[np.bool_]] = {None: answered}
    for column, value in safe.groups:
        sets[(column, value)] = answered & (np.array(survey.groups[column]) == value)
    return sets, {group: reason for group, reason in safe.hidden.items()}


def _classes(scores: Floats) -> Floats:
    """Return which of the three classes of the eNPS each score is in; NaN where skipped.

    An eNPS of 100 says of everybody that they would recommend, whatever their scores.
    """
    classes = np.digitize(scores, (7, 9)).astype(np.float64)
    return np.where(np.isnan(scores), np.nan, classes)


def _score(row: Row, item: Item) -> float:
    """Return the score of a row; NaN where the item was skipped."""
    value = number(row, item.name)
    if value is None:
        return float("nan")
    if not item.low <= value <= item.high:
        raise InputError(
            f"{row.where}: {item.name!r} must be a score from {item.low:g} to {item.high:g}; "
            f"found {value:g}. Correct it, or declare the item's scale."
        )
    return value


def _check_columns(
    where: str, columns: Iterable[str], items: Sequence[Item], groups: Sequence[str]
) -> None:
    """Raise InputError where the columns are not the declared ones or tell who answered."""
    found = list(columns)
    declared = [item.name for item in items] + list(groups)
    for name in declared:
        if name not in found:
            raise InputError(
                f"{where} must hold the column {name!r}; it does not. {did_you_mean(name, found)}"
            )
    for name in found:
        if _NAMES_WHO.match(name):
            raise InputError(
                f"{where} must not tell who answered; found the column {name!r}. Take it out of "
                "the file."
            )
        if name not in declared:
            raise InputError(
                f"{where} must hold items and groups only; found the column {name!r}. Declare it "
                "as an item or a group, or take it out of the file."
            )


def _check_asked(survey: Survey, asked: int | None) -> None:
    """Raise InputError where more people answered than were asked."""
    if asked is not None and asked < len(survey.scores):
        raise InputError(
            f"the people asked must be at least as many as the answers; found {asked} asked and "
            f"{len(survey.scores)} answers. Correct the number of people asked."
        )


def _check_recommend(items: Sequence[Item], recommend: str | None) -> None:
    """Raise InputError where the item of the eNPS is missing or scored otherwise."""
    if recommend is None:
        return
    scales = {item.name: (item.low, item.high) for item in items}
    if recommend not in scales:
        raise InputError(
            f"the eNPS needs an item of the survey; found {recommend!r}. "
            f"{did_you_mean(recommend, scales)}"
        )
    if scales[recommend] != (0, 10):
        low, high = scales[recommend]
        raise InputError(
            f"the eNPS needs an item scored from 0 to 10; {recommend!r} is scored from {low:g} to "
            f"{high:g}. Ask it on that scale, or leave the eNPS out."
        )
