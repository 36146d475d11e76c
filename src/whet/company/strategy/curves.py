"""What does a line of spending bring back? One curve with its uncertainty, or many at once.

`Curve` is what a person writes down; `Curves` evaluates many of them, and many draws of each, in
a few array operations.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from whet.company.strategy.families import FAMILIES, Array
from whet.core.errors import InputError, did_you_mean


class Parameter(NamedTuple):
    """A number that may be uncertain: 10 %, 50 % and 90 % points."""

    low: float
    likely: float
    high: float


Number = float | tuple[float, float, float]
"""A number that is known, or its low, likely and high values."""


@dataclass(frozen=True)
class Curve:
    """A response curve: `base` + scale · shape(spending)."""

    kind: str
    """Name of its family."""
    parameters: tuple[Parameter, ...]
    """Scale first, then those of the family."""
    base: float = 0.0
    """Value without any spending."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters."""
        return ("scale", *FAMILIES[self.kind].parameters)

    @property
    def is_uncertain(self) -> bool:
        """Whether a parameter has a low and a high that differ."""
        return any(p.low < p.high for p in self.parameters)


def curve(kind: str, *, base: float = 0.0, **numbers: Number) -> Curve:
    """Return a checked curve; every number may be a triple (low, likely, high).

    >>> curve("hill", scale=5, half=2, shape=(1, 3, 4)).parameters[2].likely
    3.0

    Raises:
        InputError: no such family or parameter, or a number that is out of range.
    """
    return curve_of(kind, numbers, base=base)


def curve_of(kind: str, numbers: Mapping[str, Number], *, base: float = 0.0) -> Curve:
    """Return a checked curve from its parameters by name.

    Raises:
        InputError: as `curve`.
    """
    if kind not in FAMILIES:
        raise InputError(f"There is no curve {kind!r}. {did_you_mean(kind, FAMILIES)}")
    family = FAMILIES[kind]
    names = ("scale", *family.parameters)
    for name in numbers:
        if name not in names:
            hint = did_you_mean(name, names)
            raise InputError(f"A curve of kind {kind!r} has no parameter {name!r}. {hint}")
    if missing := [name for name in names if name not in numbers]:
        raise InputError(
            f"A curve of kind {kind!r} needs {', '.join(missing)}. Add what is missing."
        )
    most = (math.inf, *(family.limits or [math.inf] * len(family.parameters)))
    parameters = tuple(
        _parameter(name, numbers[name], least=0, most=bound, open_low=name != "scale")
        for name, bound in zip(names, most, strict=True)
    )
    return Curve(kind, parameters, base)


def _parameter(
    name: str, number: Number, *, least: float, most: float, open_low: bool
) -> Parameter:
    """Return a number as a triple, or say what is wrong with it."""
    low, likely, high = number if isinstance(number, tuple) else (number, number, number)
    triple = Parameter(float(low), float(likely), float(high))
    if not all(map(math.isfinite, triple)):
        raise InputError(f"{name} must be a finite number; found {number}.")
    if not triple.low <= triple.likely <= triple.high:
        raise InputError(f"{name} must rise from low over likely to high; found {number}.")
    if triple.low < least or (open_low and triple.low == least) or triple.high > most:
        words = f"above {least:g}" if open_low else f"at least {least:g}"
        words += "" if most == math.inf else f" and at most {most:g}"
        raise InputError(f"{name} must be {words}; found {number}.")
    return triple


class Responses(Protocol):
    """What a programme needs to know of n curves: convex up to an inflection, concave beyond."""

    @property
    def n(self) -> int:
        """Number of curves."""
        ...

    def value(self, x: Array) -> Array:
        """Return the values (…, n) at spendings (…, n)."""
        ...

    def slope(self, x: Array) -> Array:
        """Return the slopes (…, n) at spendings (…, n)."""
        ...

    def inflection(self) -> Array:
        """Return the spendings (n,) below which curves are convex."""
        ...

    def straight(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Return which curves (n,) are straight lines."""
        ...


@dataclass(frozen=True)
class _Group:
    """The curves of one family: where they stand, and their numbers with shape (…, k)."""

    kind: str
    index: np.ndarray[tuple[int], np.dtype[np.intp]]
    scale: Array
    shape: tuple[Array, ...]


@dataclass(frozen=True)
class Curves:
    """n curves, in one or in several draws: numbers have shape (n,) or (draws, n)."""

    n: int
    """Number of curves."""
    base: Array
    """(n,) values without spending."""
    groups: tuple[_Group, ...]
    """The curves by family."""
    batch: tuple[int, ...] = ()
    """() for one draw, (draws,) for many."""

    def value(self, x: Array) -> Array:
        """Return the values (…, n) at spendings (…, n)."""
        return self._each("value", x) + self.base

    def slope(self, x: Array) -> Array:
        """Return the slopes (…, n) at spendings (…, n); infinite where a curve starts upright."""
        return self._each("slope", x)

    def reach(self, slope: Array) -> Array:
        """Return the largest spendings (…, n) at which the slopes are at least (…, n)."""
        return self._each("reach", slope)

    def inflection(self) -> Array:
        """Return the spendings (…, n) below which curves are convex; 0 for concave curves."""
        out = np.zeros((*self.batch, self.n))
        for group in self.groups:
            if group.kind == "hill":
                half, shape = group.shape
                u = np.maximum(shape - 1, 0) / (shape + 1)
                out[..., group.index] = half * np.power(u, 1 / shape)
        return out

    def straight(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Return which curves (n,) are straight lines in every draw."""
        out = np.zeros(self.n, bool)
        for group in self.groups:
            if group.kind == "linear":
                out[group.index] = True
            elif group.kind == "power":
                out[group.index] = (group.shape[0] == 1).reshape(-1, len(group.index)).all(axis=0)
        return out

    def draw(self, which: int) -> "Curves":
        """Return the curves of one draw."""
        groups = tuple(
            _Group(g.kind, g.index, g.scale[which], tuple(p[which] for p in g.shape))
            for g in self.groups
        )
        return Curves(self.n, self.base, groups)

    def _each(self, what: str, x: Array) -> Array:
        """Return what each family says of its part of x, times its scale."""
        out = np.empty(np.broadcast_shapes(np.shape(x), (*self.batch, self.n)))
        x = np.broadcast_to(x, out.shape)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore", under="ignore"):
            for group in self.groups:
                function = getattr(FAMILIES[group.kind], what)
                part = x[..., group.index]
                if what == "reach":
                    answer = function(part / group.scale, *group.shape)
                    out[..., group.index] = np.where(group.scale > 0, answer, 0.0)
                else:
                    answer = group.scale * function(part, *group.shape)
                    out[..., group.index] = np.where(group.scale > 0, answer, 0.0)
        return out


def stack(
    curves: Sequence[Curve], weights: Array, numbers: Sequence[Array] | None = None
) -> Curves:
    """Return curves for array work, each multiplied by its weight.

    `numbers` holds, per curve, its parameters (draws, p); the likely ones when left out.
    """
    groups = []
    kinds = np.array([c.kind for c in curves])
    likely = numbers or [np.array([p.likely for p in c.parameters]) for c in curves]
    for kind in FAMILIES:
        index = np.flatnonzero(kinds == kind)
        if len(index):
            table = np.stack([likely[int(i)] for i in index], axis=-2)  # (…, k, p)
            scale = table[..., 0] * weights[index]
            shape = tuple(np.ascontiguousarray(table[..., p]) for p in range(1, table.shape[-1]))
            groups.append(_Group(kind, index, scale, shape))
    base = np.array([c.base for c in curves]) * weights
    batch = () if numbers is None else (len(numbers[0]),)
    return Curves(len(curves), base, tuple(groups), batch)
