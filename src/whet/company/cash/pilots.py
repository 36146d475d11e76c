"""How many weeks and customers until a pilot has an answer? A test that may be read every week.

A pilot asks whether enough customers do something (pay, stay, accept the answer). Two shares are
named beforehand: `poor`, at which the product is not worth building, and `good`, at which it is.
Every week the evidence against each is a bet that cannot win on average where it is true: the
likelihood of what was seen, averaged over all shares on the other side, over its likelihood at the
named share. At 1 / alpha the bet has won, and the pilot stops. However often one looks, the odds of
a false `go` are at most `false_go` and of a false `stop` at most `false_stop`.

    plan = foresee(Pilot("beta", per_week=5, poor=0.1, good=0.3, weeks=26))
    standing(pilot, wins=3, customers=20)        # what to do now

Source: H. Robbins, Ann. Math. Stat. 41 (1970) 1397 (mixture tests); S. Howard, A. Ramdas,
J. McAuliffe & J. Sekhon, Ann. Stat. 49 (2021) 1055 (beta-binomial confidence sequences);
R. Johari, P. Koomen, L. Pekelis & D. Walsh, Operations Research 70 (2022) 1806 (mSPRT);
J. Ville (1939) for the bound.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincc, betaln, gammaln

from whet.company.simulation.estimates import Z90
from whet.core.errors import InputError

MOST_CUSTOMERS = 5_000
Answer = Literal["go", "stop", "go on"]
_Step = Callable[[int, NDArray[np.float64]], NDArray[np.float64]]
"""From customers so far and wins (s,) to odds of 0 … k wins among the next k, shape (s, k + 1)."""


@dataclass(frozen=True)
class Pilot:
    """A question to customers, with the rule for its end."""

    id: str
    """Name."""
    per_week: float
    """Customers that answer each week, above 0; below 1 it takes weeks for each."""
    poor: float
    """Share at or below which the product is not worth it, in (0, 1)."""
    good: float
    """Share at or above which it is, above `poor`, below 1."""
    weeks: float
    """Weeks from now after which the pilot ends without an answer."""
    false_go: float = 0.05
    """Accepted odds of going on with a poor product, in (0, 1)."""
    false_stop: float = 0.1
    """Accepted odds of stopping a good one, in (0, 1)."""
    asked: int = 0
    """Customers that have answered already."""
    won: int = 0
    """Those among them that did it, from 0 to `asked`."""
    believed: tuple[float, float] | None = None
    """Beta(a, b) that says what share is believed in beforehand; for the forecast only."""

    def __post_init__(self) -> None:
        if not 0 < self.poor < self.good < 1:
            raise InputError(
                f"The pilot {self.id!r} needs 0 < poor < good < 1; found {self.poor:g} and "
                f"{self.good:g}."
            )
        if self.per_week <= 0 or self.looks < 1 or self.looks * self.at_once > MOST_CUSTOMERS:
            raise InputError(
                f"The pilot {self.id!r} needs time for at least one customer, and at most "
                f"{MOST_CUSTOMERS:,} customers; found {self.per_week:g} a week for "
                f"{self.weeks:g} weeks."
            )
        if not 0 <= self.won <= self.asked:
            raise InputError(_wins_sentence(self.id, self.won, self.asked))
        if not (0 < self.false_go < 1 and 0 < self.false_stop < 1):
            raise InputError(
                f"The odds of a wrong answer of {self.id!r} must be above 0 and below 1; found "
                f"{self.false_go:g} and {self.false_stop:g}."
            )

    @property
    def look_weeks(self) -> float:
        """Weeks between two looks: one, or what it takes for one customer to come."""
        return max(1.0, 1 / self.per_week)

    @property
    def at_once(self) -> int:
        """Customers between two looks, at least 1; parts of a customer are rounded."""
        return max(1, round(self.per_week * self.look_weeks))

    @property
    def looks(self) -> int:
        """Times that one can look before the weeks are over."""
        return int(self.weeks / self.look_weeks + 1e-9)


@dataclass(frozen=True)
class Foresight:
    """What a pilot will do at one true share."""

    share: float | None
    """The share that is taken to be true; None: whatever is believed beforehand."""
    go: float
    """Probability of ending with `go`, in [0, 1]."""
    stop: float
    """Probability of ending with `stop`."""
    undecided: float
    """Probability that the weeks run out first."""
    weeks: float
    """Expected weeks from now until the end."""
    weeks_p50: float
    """Weeks from now until the end, median."""
    weeks_p80: float
    """Weeks from now until the end, exceeded in one of five."""
    customers: float
    """Expected customers from now until the end."""


@dataclass(frozen=True)
class Standing:
    """What a running pilot says now."""

    answer: Answer
    """`go`, `stop`, or `go on` asking."""
    against_poor: float
    """Evidence that the share is above `poor`: 1 / false_go decides."""
    against_good: float
    """Evidence that the share is below `good`: 1 / false_stop decides."""
    low: float
    """Lower end of the 95 % confidence sequence of the share."""
    high: float
    """Its upper end; the two hold whenever one looks."""


def foresee(pilot: Pilot) -> list[Foresight]:
    """Return what the pilot will do if its product is poor, if good, and as believed.

    Exact, by the odds of every number of wins week by week; nothing is drawn.
    """
    k = pilot.at_once
    found = [_foresight(pilot, p, _binomial(k, p)) for p in (pilot.poor, pilot.good)]
    if pilot.believed is not None:
        found.append(_foresight(pilot, None, _predictive(k, *pilot.believed)))
    return found


def belief(low: float, likely: float, high: float) -> tuple[float, float]:
    """Return the Beta(a, b) whose mean and spread fit a share of three numbers, P10, P50, P90.

    A spread too wide for a beta of one peak gives Beta(1, 1): every share is as likely.
    """
    middle = (low + likely + high) / 3
    spread = (high - low) / (2 * Z90)
    strength = middle * (1 - middle) / spread**2 - 1 if spread > 0 else 1e6
    return (middle * strength, (1 - middle) * strength) if strength > 2 else (1.0, 1.0)


def _wins_sentence(name: str, wins: int, customers: int) -> str:
    """Return what is wrong with a number of wins."""
    return (
        f"The pilot {name!r} needs wins from 0 to the number of customers; found {wins} of "
        f"{customers}."
    )


def standing(pilot: Pilot, wins: int, customers: int) -> Standing:
    """Return what to do after `wins` among `customers`.

    Raises:
        InputError: there are more wins than customers, or fewer than none.
    """
    if not 0 <= wins <= customers:
        raise InputError(_wins_sentence(pilot.id, wins, customers))
    s, n = np.array([float(wins)]), float(customers)
    poor, good = float(_against_poor(pilot, s, n)[0]), float(_against_good(pilot, s, n)[0])
    answer: Answer = "go on"
    if poor >= -np.log(pilot.false_go):
        answer = "go"
    elif good >= -np.log(pilot.false_stop):
        answer = "stop"
    low, high = confidence_sequence(wins, customers)
    return Standing(answer, float(np.exp(poor)), float(np.exp(good)), low, high)


def confidence_sequence(wins: int, customers: int, alpha: float = 0.05) -> tuple[float, float]:
    """Return an interval of the share that holds at all times together with odds 1 - alpha.

    The shares p at which the uniform mixture's likelihood is below 1 / alpha times p's own; the
    set is an interval, for the binomial likelihood has one peak.
    """
    fails = customers - wins
    limit = float(betaln(wins + 1, fails + 1)) + np.log(alpha)

    def inside(p: float) -> bool:
        likelihood = (wins * np.log(p) if wins else 0.0) + (fails * np.log1p(-p) if fails else 0.0)
        return bool(likelihood > limit)

    peak = wins / customers if customers else 0.5
    ends = []
    for outer in (0.0, 1.0):
        near, far = peak, outer
        for _ in range(60):
            middle = (near + far) / 2
            near, far = (
                (middle, far) if inside(min(max(middle, 1e-12), 1 - 1e-12)) else (near, middle)
            )
        ends.append(near)
    return ends[0], ends[1]


def _against_poor(pilot: Pilot, wins: NDArray[np.float64], n: float) -> NDArray[np.float64]:
    """Return the logarithm of the evidence that the share is above `poor`, by number of wins."""
    a, b = wins + 1, n - wins + 1
    mixed = betaln(a, b) + _log(betaincc(a, b, pilot.poor)) - np.log1p(-pilot.poor)
    own = wins * np.log(pilot.poor) + (n - wins) * np.log1p(-pilot.poor)
    return np.asarray(mixed - own, dtype=np.float64)


def _against_good(pilot: Pilot, wins: NDArray[np.float64], n: float) -> NDArray[np.float64]:
    """Return the logarithm of the evidence that the share is below `good`, by number of wins."""
    a, b = wins + 1, n - wins + 1
    mixed = betaln(a, b) + _log(betainc(a, b, pilot.good)) - np.log(pilot.good)
    own = wins * np.log(pilot.good) + (n - wins) * np.log1p(-pilot.good)
    return np.asarray(mixed - own, dtype=np.float64)


def _log(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return logarithms; what is 0 in floating point is no evidence at all."""
    return np.log(np.maximum(x, 1e-300))


def _binomial(k: int, p: float) -> _Step:
    """Return the odds of the next k customers at a known share."""
    j = np.arange(k + 1)
    odds = np.exp(_choose(k) + j * np.log(p) + (k - j) * np.log1p(-p))
    return lambda n, wins: np.broadcast_to(odds, (len(wins), k + 1))


def _predictive(k: int, a: float, b: float) -> _Step:
    """Return the odds of the next k customers under a belief Beta(a, b), given those before."""
    j = np.arange(k + 1)

    def step(n: int, wins: NDArray[np.float64]) -> NDArray[np.float64]:
        first, second = (a + wins)[:, None], (b + n - wins)[:, None]
        odds = _choose(k) + betaln(first + j, second + k - j) - betaln(first, second)
        return np.asarray(np.exp(odds), dtype=np.float64)

    return step


def _choose(k: int) -> NDArray[np.float64]:
    """Return the logarithms of the binomial coefficients of k."""
    j = np.arange(k + 1)
    return np.asarray(gammaln(k + 1) - gammaln(j + 1) - gammaln(k - j + 1), dtype=np.float64)


def _foresight(pilot: Pilot, true_share: float | None, step: _Step) -> Foresight:
    """Return what happens, by the odds of every number of wins that is still undecided."""
    ended = np.zeros((2, pilot.looks + 1))
    odds = _ends(pilot, np.array([1.0]), 0, ended)
    for look in range(pilot.looks):
        wins = pilot.won + np.arange(len(odds), dtype=np.float64)
        moves = step(pilot.asked + look * pilot.at_once, wins) * odds[:, None]
        odds = np.zeros(len(odds) + pilot.at_once)
        for j in range(pilot.at_once + 1):
            odds[j : j + len(wins)] += moves[:, j]
        odds = _ends(pilot, odds, look + 1, ended)
    left = float(odds.sum())
    by_look = ended.sum(axis=0)
    by_look[-1] += left
    reached = np.cumsum(by_look)
    p50, p80 = (float(np.argmax(reached >= level - 1e-12)) for level in (0.5, 0.8))
    looks, weeks = float(by_look @ np.arange(pilot.looks + 1)), pilot.look_weeks
    go, stop = (float(x) for x in ended.sum(axis=1))
    return Foresight(
        true_share, go, stop, left, looks * weeks, p50 * weeks, p80 * weeks, looks * pilot.at_once
    )


def _ends(
    pilot: Pilot, odds: NDArray[np.float64], look: int, ended: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the odds that go on after a look; those that end are added to `ended`."""
    n = float(pilot.asked + look * pilot.at_once)
    wins = pilot.won + np.arange(len(odds), dtype=np.float64)
    go = _against_poor(pilot, wins, n) >= -np.log(pilot.false_go)
    stop = (_against_good(pilot, wins, n) >= -np.log(pilot.false_stop)) & ~go
    ended[:, look] = odds[go].sum(), odds[stop].sum()
    return np.where(go | stop, 0.0, odds)
