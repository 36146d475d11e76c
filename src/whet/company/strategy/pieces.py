"""How is a curve replaced by straight pieces that never lie below it? Tangents and chords.

From `low` to the inflection a curve is convex: chords lie above it. From there on it is concave:
tangents do. The pieces make a linear (for S-curves: mixed-integer) programme whose optimum bounds
the true one from above; points are added where the bound is loose.
"""

from dataclasses import dataclass

import numpy as np

from whet.company.strategy.curves import Responses
from whet.company.strategy.families import Array


@dataclass(frozen=True)
class Points:
    """Where the pieces of n lines touch their curves."""

    low: Array
    """(n,) starts of the intervals."""
    bend: Array
    """(n,) ends of the convex parts; equal to `low` for concave curves."""
    high: Array
    """(n,) ends of the intervals."""
    convex: tuple[Array, ...]
    """Per line, points within its convex part, sorted."""
    concave: tuple[Array, ...]
    """Per line, points of its tangents, sorted."""


@dataclass(frozen=True)
class Pieces:
    """Straight pieces, one after another per line."""

    line: np.ndarray[tuple[int], np.dtype[np.intp]]
    """(p,) line of each piece."""
    width: Array
    """(p,) money that it takes."""
    slope: Array
    """(p,) value of one unit of money."""
    is_convex: np.ndarray[tuple[int], np.dtype[np.bool_]]
    """(p,) whether it belongs to a convex part, to be filled before the next."""
    start: Array
    """(n,) value of each line at its low end, on the pieces."""


def first_points(curves: Responses, low: Array, high: Array, count: int = 9) -> Points:
    """Return points to begin with: evenly and by powers of two over each concave part."""
    bend = np.clip(curves.inflection(), low, high)
    halves = 0.5 ** np.arange(count)
    shares = np.unique(np.concatenate([halves, np.linspace(0, 1, count)]))
    straight = curves.straight()
    concave = tuple(
        np.array([b]) if straight[i] or b >= h else b + shares * (h - b)
        for i, (b, h) in enumerate(zip(bend, high, strict=True))
    )
    return Points(low, bend, high, tuple(np.empty(0) for _ in low), concave)


def refined(points: Points, x: Array, loose: np.ndarray) -> Points:
    """Return the points with those of `x` added for the lines that are loose."""
    convex, concave = list(points.convex), list(points.concave)
    for i in map(int, np.flatnonzero(loose)):
        if x[i] < points.bend[i]:
            convex[i] = np.union1d(convex[i], x[i])
        else:
            concave[i] = np.union1d(concave[i], _off_the_start(points, i, x[i]))
    return Points(points.low, points.bend, points.high, tuple(convex), tuple(concave))


def _off_the_start(points: Points, i: int, x: float) -> float:
    """Return a point to touch; near the start, where there may be no tangent, one closer to it."""
    known = points.concave[i]
    rest = known[known > points.bend[i]]
    if x <= points.bend[i] and len(rest):
        return float(points.bend[i] + (rest[0] - points.bend[i]) / 64)
    return x


def outer_pieces(curves: Responses, points: Points) -> Pieces:
    """Return the pieces above the curves."""
    parts: tuple[list[Array], ...] = ([], [], [], [])
    first = curves.value(points.low)
    knots = [
        np.unique(np.concatenate([[low], inner, [bend]])) if bend > low else np.empty(0)
        for low, inner, bend in zip(points.low, points.convex, points.bend, strict=True)
    ]
    heights = _rows(curves, knots, "value")
    values, tangents = (_rows(curves, list(points.concave), what) for what in ("value", "slope"))
    for i in range(curves.n):
        if len(knots[i]) > 1:
            steps = np.diff(knots[i])
            _append(parts, i, steps, np.diff(heights[i]) / steps, True)
        if points.high[i] > points.bend[i]:
            usable = np.isfinite(tangents[i])
            at = points.concave[i][usable]
            widths, start = _tangent_widths(
                at, values[i][usable], tangents[i][usable], (points.bend[i], points.high[i])
            )
            _append(parts, i, widths, tangents[i][usable], False)
            # A curve that starts upright has no tangent there: the first one lies above its start.
            first[i] = max(first[i], start) if points.bend[i] <= points.low[i] else first[i]
    line, width, slope, kind = (np.concatenate(part) if part else np.empty(0) for part in parts)
    return Pieces(line.astype(np.intp), width, slope, kind.astype(bool), first)


def _append(parts: tuple[list[Array], ...], i: int, width: Array, slope: Array, bent: bool) -> None:
    """Add the pieces of one line."""
    count = len(width)
    for part, new in zip(
        parts, (np.full(count, i), width, slope, np.full(count, bent)), strict=True
    ):
        part.append(new)


def _tangent_widths(
    at: Array, value: Array, slope: Array, ends: tuple[float, float]
) -> tuple[Array, float]:
    """Return the money over which each tangent is the lowest, and the first one's start value."""
    fall = slope[:-1] - slope[1:]
    crossing = np.divide(
        np.diff(value - slope * at),
        fall,
        out=(at[:-1] + at[1:]) / 2,
        where=fall > 1e-13 * slope[:-1],
    )
    inner = np.clip(crossing, at[:-1], at[1:])
    edges = np.concatenate([[ends[0]], inner, [ends[1]]])
    return np.diff(edges), float(value[0] - slope[0] * (at[0] - ends[0]))


def _rows(curves: Responses, points: list[Array], what: str) -> list[Array]:
    """Return value or slope of each line at its own points, in few array operations."""
    longest = max((len(own) for own in points), default=0)
    table = np.zeros((longest, curves.n))
    for i, own in enumerate(points):
        table[: len(own), i] = own
        table[len(own) :, i] = own[-1] if len(own) else 0.0
    answers = getattr(curves, what)(table)
    return [answers[: len(own), i] for i, own in enumerate(points)]
