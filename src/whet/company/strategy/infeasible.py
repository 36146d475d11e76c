"""Why is there no split at all? A smallest set of requirements that cannot hold together.

Leaving out any one of the set makes the others possible. Source: Chinneck and Dravnieks (1991),
"Locating minimal infeasible constraint sets in linear programs": the elastic
programme's multipliers name an infeasible set, from which what is not needed is deleted.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from whet.company.conflict import sentence, smallest_conflict
from whet.company.strategy.families import Array
from whet.company.strategy.problem import Problem
from whet.core.errors import InputError

_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Requirement:
    """One thing that must hold: row · x <= room, for spendings of at least 0."""

    words: str
    """What must hold, for people."""
    row: Array
    """(n,) coefficients."""
    room: float
    """Right-hand side."""


def check_feasible(problem: Problem) -> None:
    """Raise when no split meets all requirements.

    Raises:
        InputError: names a smallest set of requirements that cannot hold together.
    """
    if not problem.limits:
        if float(problem.low.sum()) <= problem.budget * (1 + _TOLERANCE):
            return
        words = _leasts_over_budget(problem)
    else:
        asked = requirements(problem)
        used = _needed(asked)
        if not used:
            return
        found = smallest_conflict([asked[i] for i in used], lambda some: bool(_needed(some)))
        words = [one.words for one in found.kept]
    raise InputError(sentence("No split meets", words))


def requirements(problem: Problem) -> list[Requirement]:
    """Return everything that a split must meet, in words and as rows."""
    unit = np.eye(len(problem.lines))
    asked = [
        Requirement(_budget_words(problem), np.ones(len(problem.lines)), problem.budget),
    ]
    for i, line in enumerate(problem.lines):
        if line.least > 0:
            asked.append(Requirement(f"{line.id}: least {line.least:,.10g}", -unit[i], -line.least))
        if line.most < math.inf:
            asked.append(Requirement(f"{line.id}: most {line.most:,.10g}", unit[i], line.most))
    for k, limit in enumerate(problem.limits):
        words = f"limit {limit.id}: most {limit.most:,.10g}"
        asked.append(Requirement(words, problem.uses[k], limit.most))
    return asked


def _budget_words(problem: Problem) -> str:
    """Return the budget as a requirement."""
    return f"budget {problem.budget:,.10g}"


def _leasts_over_budget(problem: Problem) -> list[str]:
    """Return the budget and the fewest lines whose least spendings exceed it.

    The largest ones are taken until they do; without any one of them the rest would fit.
    """
    total, words = 0.0, [_budget_words(problem)]
    for line in sorted(problem.lines, key=lambda line: -line.least):
        words.append(f"{line.id}: least {line.least:,.10g}")
        total += line.least
        if total > problem.budget:
            break
    return words


def _needed(asked: Sequence[Requirement]) -> list[int]:
    """Return which requirements the elastic programme cannot meet together; none when it can."""
    table, room = _scaled(asked)
    count, lines = table.shape
    answer = linprog(
        np.concatenate([np.zeros(lines), np.ones(count)]),
        A_ub=np.hstack([table, -np.eye(count)]),
        b_ub=room,
        method="highs",
    )
    if answer.fun <= _TOLERANCE * max(float(np.abs(room).max()), 1.0):
        return []
    return [int(i) for i in np.flatnonzero(np.abs(answer.ineqlin.marginals) > _TOLERANCE)]


def _scaled(asked: Sequence[Requirement]) -> tuple[Array, Array]:
    """Return the rows (r, n) and rooms (r,) with money counted so that the largest room is 1."""
    table = np.array([one.row for one in asked])
    room = np.array([one.room for one in asked])
    size = np.abs(table).max(axis=1)
    size[size == 0] = 1.0
    table, room = table / size[:, None], room / size
    return table, room / max(float(np.abs(room).max()), 1e-300)
