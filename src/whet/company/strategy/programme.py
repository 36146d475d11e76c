"""Which split is best when lines share limits, or when curves are S-shaped? With proof of how good.

Straight pieces above the curves make a linear programme (mixed-integer where a curve is convex at
first), solved by HiGHS. Its optimum bounds the true one from above; the value of its split on the
true curves bounds it from below. Points are added where the two differ until the gap is closed.
Source: Kelley (1960), "The cutting-plane method for solving convex programs", per line; Padberg
(2000), "Approximating separable nonlinear functions via mixed zero-one programs", for the filling
of convex pieces in order.
"""

import time
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

from whet.company.strategy.curves import Responses
from whet.company.strategy.families import Array
from whet.company.strategy.pieces import Pieces, Points, first_points, outer_pieces, refined
from whet.company.strategy.problem import Problem

GAP = 1e-9
"""Gap, as a share of the value, at which the refinement ends."""
_MOST_ROUNDS = 80
_ROW_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Programme:
    """The best split found, and how much better any other could be."""

    x: Array
    """(n,) spending of each line."""
    value: float
    """Value of the split on the true curves."""
    bound: float
    """No split has a larger value."""
    price: float
    """Price of money on the pieces; not a number for an integer programme."""
    limit_prices: Array
    """(m,) price of one unit of each limit on the pieces; likewise."""
    rounds: int
    """Programmes that were solved."""


def solve_programme(
    problem: Problem,
    *,
    curves: Responses | None = None,
    seconds: float = 30.0,
    gap: float = GAP,
) -> Programme:
    """Return the best split, with its bound; the limits must allow one.

    `curves` take the place of the problem's own. `seconds` bounds the time; the gap of what was
    found until then is in the answer.
    """
    curves, low, high = curves or problem.curves, problem.low, problem.reachable
    points = first_points(curves, low, high)
    started, best, bound = time.monotonic(), None, np.inf
    for rounds in range(1, _MOST_ROUNDS + 1):
        pieces = outer_pieces(curves, points)
        left = max(seconds - (time.monotonic() - started), 0.1)
        found = _solve(problem, pieces, left, gap)
        if found is None:
            break
        x, top, price, limit_prices = found
        bound = min(bound, top)
        value = float(curves.value(x).sum())
        if best is None or value > best.value:
            best = Programme(x, value, bound, price, limit_prices, rounds)
        best = Programme(best.x, best.value, bound, price, limit_prices, rounds)
        scale = max(abs(best.value), abs(bound), 1e-300)
        if bound - best.value <= gap * scale or time.monotonic() - started > seconds:
            break
        loose = _looseness(curves, points, pieces, x)
        again = refined(points, x, loose > gap * scale / (4 * curves.n))
        if _count(again) == _count(points):
            break
        points = again
    if best is None:
        raise AssertionError("a feasible programme of straight pieces was not solved")
    return best


def _count(points: Points) -> int:
    """Return the number of points."""
    return sum(map(len, points.convex)) + sum(map(len, points.concave))


def _looseness(curves: Responses, points: Points, pieces: Pieces, x: Array) -> Array:
    """Return by how much the pieces lie above each curve at a split (n,)."""
    above = pieces.start.copy()
    left = x - points.low
    for line, width, slope in zip(pieces.line, pieces.width, pieces.slope, strict=True):
        part = min(width, left[line])
        above[line] += slope * part
        left[line] -= part
    return np.asarray(above - curves.value(x))


def _solve(
    problem: Problem, pieces: Pieces, seconds: float, gap: float
) -> tuple[Array, float, float, Array] | None:
    """Return split, bound and prices of one programme; None when HiGHS found nothing in time.

    Money is counted in budgets and value in its largest possible gain, because HiGHS compares with
    absolute tolerances.
    """
    if not len(pieces.line):  # no line can move
        prices = np.zeros(len(problem.limits))
        return problem.low.copy(), float(pieces.start.sum()), 0.0, prices
    money = max(problem.budget, float(problem.reachable.max()), 1e-300)
    gains = pieces.slope * pieces.width
    worth = max(float(gains.max(initial=0.0)), 1e-300)
    rows, room = _rows(problem, pieces, money)
    gain = pieces.slope * (money / worth)
    base = float(pieces.start.sum())
    if pieces.is_convex.any():
        solved = _solve_integer(pieces, gain, money, (rows, room), (seconds, gap))
        if solved is None:
            return None
        filled, top = solved
        prices = np.full(len(room), np.nan)
    else:
        answer = linprog(
            -gain, A_ub=rows, b_ub=room, bounds=np.c_[0 * gain, pieces.width / money],
            method="highs-ds", options={"primal_feasibility_tolerance": _ROW_TOLERANCE,
                                        "dual_feasibility_tolerance": _ROW_TOLERANCE},
        )  # fmt: skip
        if answer.status != 0:
            return None
        filled, top, prices = answer.x, -answer.fun, -answer.ineqlin.marginals
    spent = np.bincount(pieces.line, weights=filled * money, minlength=len(problem.lines))
    x = np.clip(problem.low + spent, problem.low, problem.reachable)
    scales = _row_scales(problem, money)
    prices = prices * worth / scales
    return x, base + top * worth, float(prices[0]), prices[1:]


def _row_scales(problem: Problem, money: float) -> Array:
    """Return in which unit each row of the programme is counted: budget, then limits."""
    largest = np.abs(problem.uses).max(axis=1, initial=0.0) * money
    return np.concatenate([[money], np.where(largest > 0, largest, 1.0)])


def _rows(problem: Problem, pieces: Pieces, money: float) -> tuple[csr_array, Array]:
    """Return the rows of budget and limits over the pieces, and how much room each has."""
    scales = _row_scales(problem, money)
    table = np.vstack([np.ones(len(problem.lines)), problem.uses])
    room = np.concatenate([[problem.budget], problem.room]) - table @ problem.low
    return csr_array(table[:, pieces.line] * money / scales[:, None]), room / scales


def _solve_integer(
    pieces: Pieces, gain: Array, money: float, rows: tuple[csr_array, Array],
    stop: tuple[float, float],
) -> tuple[Array, float] | None:  # fmt: skip
    """Return the filling (p,) and the bound where convex pieces must be filled in order.

    A binary per convex piece says that it is full; the next piece of the line needs it.
    """
    count, width = len(gain), pieces.width / money
    gate = _gates(pieces)
    full = [i for i in range(count) if pieces.is_convex[i]]
    place = {piece: count + k for k, piece in enumerate(full)}
    entries: list[tuple[int, int, float]] = []
    bounds: list[tuple[float, float]] = []
    for piece in full:  # width · full <= filled
        entries += [(len(bounds), piece, 1.0), (len(bounds), place[piece], -width[piece])]
        bounds.append((0.0, np.inf))
    for piece, before in gate.items():  # filled <= width · full of the piece before
        entries += [(len(bounds), piece, 1.0), (len(bounds), place[before], -width[piece])]
        bounds.append((-np.inf, 0.0))
    total = count + len(full)
    row, column, number = (np.array(part) for part in zip(*entries, strict=True))
    order = csr_array((number, (row.astype(int), column.astype(int))), (len(bounds), total))
    shared = csr_array(
        (rows[0].data, rows[0].indices, rows[0].indptr), shape=(rows[0].shape[0], total)
    )
    least = np.concatenate([np.full(len(rows[1]), -np.inf), [b[0] for b in bounds]])
    most = np.concatenate([rows[1], [b[1] for b in bounds]])
    answer = milp(
        np.concatenate([-gain, np.zeros(len(full))]),
        constraints=LinearConstraint(vstack([shared, order]).tocsr(), least, most),
        bounds=Bounds(0, np.concatenate([width, np.ones(len(full))])),
        integrality=np.concatenate([np.zeros(count), np.ones(len(full))]),
        options={"time_limit": stop[0], "mip_rel_gap": stop[1]},
    )
    if answer.x is None:
        return None
    return answer.x[:count], -float(answer.mip_dual_bound)


def _gates(pieces: Pieces) -> dict[int, int]:
    """Return which convex piece must be full before each piece of its line."""
    last: dict[int, int] = {}
    gate = {}
    for piece, (line, convex) in enumerate(
        zip(pieces.line.tolist(), pieces.is_convex, strict=True)
    ):
        if line in last:
            gate[piece] = last[line]
        if convex:
            last[line] = piece
    return gate
