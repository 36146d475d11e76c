"""How are measured curves read? From a CSV file, or from the runs of a workspace's store.

A file has the columns `n` and `score`, and may have `se` and `seed`; a size may occur several
times. A store has the points that `whet build` measured: those of the newest run that has any.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from whet.company.labels.curve import Curve, Score, curve_of, with_details
from whet.company.labels.origin import Origin
from whet.core.errors import InputError, did_you_mean
from whet.store.curves import CurvePoint
from whet.store.store import Store

_NEEDED = ("n", "score")
_ALLOWED = ("n", "score", "se", "seed")
_LARGEST_BYTES = 10_000_000


def read_scores(path: Path) -> list[Score]:
    """Return the points of a CSV file, in its order.

    Raises:
        InputError: the file cannot be read, a column is missing or unknown, or a value is no
            number; the text says in which line.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise InputError(f"A curve must fit in 10 MB; {path} is larger. Give fewer points.")
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            _check_columns(path, rows.fieldnames or ())
            return [_score(path, rows.line_num, row) for row in rows]
    except OSError as error:
        raise InputError(
            f"The curve {path} must be a file that can be read: {error.strerror}. "
            "Give a CSV file with the columns n,score,se."
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"The curve {path} must be a CSV file in UTF-8: {error}. Save it as one."
        ) from error


def stored_curves(
    store: Store, name: str, *, candidate: str | None = None, run: str | None = None
) -> list[tuple[Curve, Origin]]:
    """Return the measured curves of a card, or of one of its runs, with where they come from.

    Args:
        store: of the workspace.
        name: name of the card.
        candidate: the rung; all that were measured when None.
        run: its id; the newest run that measured a curve when None.

    Raises:
        InputError: nothing was measured, or there is no such rung.
    """
    points = store.curves.points(name, run=run)
    if not points:
        raise InputError(
            f"The card {name!r} must have a measured learning curve in this workspace; there is "
            "none. Run `whet build CARD` with a budget that leaves time for the curve, or give "
            "--curve FILE.csv."
        )
    newest = run or _newest(store, name, {point.run for point in points})
    mine = [point for point in points if point.run == newest]
    rungs = sorted({point.candidate for point in mine})
    if candidate is not None and candidate not in rungs:
        raise InputError(
            f"Run {newest} has no learning curve of {candidate!r}. {did_you_mean(candidate, rungs)}"
        )
    facts = store.runs.show(newest).facts or {}
    rows = facts.get("data", {}).get("rows", {})
    costs = {cost.stage: cost for cost in store.measurements.costs(newest)}
    found = []
    for rung in rungs if candidate is None else [candidate]:
        curve = _curve(name, rung, [point for point in mine if point.candidate == rung])
        curve = with_details(curve, test_rows=_judged_on(rows, curve.largest))
        origin = Origin(name, rung, newest, rows.get("test") or None)
        if cost := costs.get(f"rung:{rung}"):
            origin = replace(origin, hours=cost.seconds / 3600, device=cost.device)
        found.append((curve, origin))
    return found


def file_curve(path: Path, metric: str, *, is_error: bool = False) -> tuple[Curve, Origin]:
    """Return the curve of a CSV file, with where it comes from.

    Raises:
        InputError: as `read_scores` and `curve_of` say.
    """
    scores = read_scores(path)
    curve = curve_of(path.stem, metric, scores, is_error=is_error or None)
    return curve, Origin(path.stem)


def _judged_on(rows: Mapping[str, int], largest: float) -> int | None:
    """Return on how many rows a build judged its curve: its validation rows, or its held-out fold.

    The largest size of a curve is all that is left of the training rows without that fold.
    """
    if rows.get("validation"):
        return rows["validation"]
    held_out = round(rows.get("train", 0) - largest)
    return held_out if 0 < held_out < largest else None


def _newest(store: Store, name: str, runs: set[str]) -> str:
    """Return the run that started last."""
    known = store.runs.recent(name, limit=10_000)
    return next(one.id for one in known if one.id in runs)


def _curve(name: str, rung: str, points: list[CurvePoint]) -> Curve:
    """Return the curve of one rung of one run."""
    scores = [Score(float(point.size), point.value, point.seed) for point in points]
    return curve_of(f"{name}/{rung}", points[0].metric, scores)


def _check_columns(path: Path, columns: Sequence[str]) -> None:
    """Refuse a file without the columns that are needed, or with ones that nobody knows."""
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        raise InputError(
            f"The curve {path} must have the columns n and score; it has {', '.join(columns)}. "
            f"Name its columns in the first line, for example n,score,se."
        )
    for name in columns:
        if name not in _ALLOWED:
            raise InputError(
                f"The curve {path} has a column {name!r} that means nothing here. "
                f"{did_you_mean(name, _ALLOWED)}"
            )


def _score(path: Path, line: int, row: dict[str, str | None]) -> Score:
    """Return the point of one line."""
    return Score(
        size=_number(path, line, "n", row["n"]),
        value=_number(path, line, "score", row["score"]),
        seed=int(_number(path, line, "seed", row.get("seed") or "0")),
        se=_number(path, line, "se", row["se"]) if row.get("se") else None,
    )


def _number(path: Path, line: int, column: str, text: str | None) -> float:
    """Return the number of one cell."""
    try:
        return float(text or "")
    except ValueError:
        raise InputError(
            f"{path}, line {line}: {column} must be a number; found {text or ''!r}. Correct it."
        ) from None
