"""Who is better for whom, and at which price? Weighted features, price against value, position.

Each segment weighs features its own way. Value is the weighted mean of feature scores; a fair price
rises with value as it does among the offers on the market. Weights are opinions, so the ranking is
repeated with weights drawn around them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import theilslopes

from whet.core.errors import InputError, did_you_mean
from whet.core.seeds import generator

Floats = NDArray[np.float64]
_DRAWS = 1000
_CONCENTRATION = 20.0
"""Of the Dirichlet distribution of weights: a weight of 0.3 varies by about 0.1."""


@dataclass(frozen=True)
class Offer:
    """Something on the market: its price in money, and scores of features in [0, 1]."""

    name: str
    price: float
    features: Mapping[str, float]
    is_ours: bool = False


@dataclass(frozen=True)
class Place:
    """Where an offer stands in a segment.

    `value` in [0, 1]; `fair_price` what offers of this value cost (None below three offers,
    or where prices do not rise with value);
    `position` one of "better and cheaper", "better and dearer", "worse and cheaper", "worse and
    dearer", "in between" against the median of the other offers; `dominated_by` offers that are
    worth at least as much for at most the price; `first` how often it has the highest value when
    the weights are drawn.
    """

    offer: str
    value: float
    price: float
    fair_price: float | None
    position: str
    dominated_by: tuple[str, ...]
    first: float


@dataclass(frozen=True)
class FeatureGap:
    """A feature in which a rival leads us, and the value gained by catching up with the best."""

    feature: str
    ours: float
    best: float
    leader: str
    gain: float


@dataclass(frozen=True)
class SegmentMap:
    """Offers of a segment, the most valued first, and where we trail."""

    segment: str
    places: tuple[Place, ...]
    gaps: tuple[FeatureGap, ...]


def segment_map(
    segment: str, weights: Mapping[str, float], offers: Sequence[Offer], *, seed: int = 0
) -> SegmentMap:
    """Return the price-value map of one segment.

    Args:
        segment: its name.
        weights: how much each feature matters, 0 or more, in any unit; they are scaled to sum 1.
        offers: ours and the rivals'; a feature that one does not name counts 0.
        seed: of the drawn weights.

    Raises:
        InputError: no offers, weights that sum to 0, a negative price, a score outside [0, 1], or a
            feature that no segment weighs.

    Source: value map of Gale, Managing Customer Value (1994); fair prices by the median of pairwise
    slopes (Theil 1950, Sen 1968), which one odd offer does not turn.
    """
    _check(segment, weights, offers)
    names = list(weights)
    share = np.array([weights[name] for name in names]) / sum(weights.values())
    scores = np.array([[o.features.get(name, 0.0) for name in names] for o in offers])
    values = scores @ share
    prices = np.array([offer.price for offer in offers])
    first = _first(scores, share, seed=seed, name=segment)
    fair = _fair_prices(values, prices)
    places = [
        Place(
            offer.name,
            float(values[i]),
            offer.price,
            None if fair is None else float(fair[i]),
            _position(i, values, prices),
            _dominating(i, values, prices, offers),
            float(first[i]),
        )
        for i, offer in enumerate(offers)
    ]
    places.sort(key=lambda place: (-place.value, place.price, place.offer))
    return SegmentMap(segment, tuple(places), _gaps(names, share, scores, offers))


def _check(segment: str, weights: Mapping[str, float], offers: Sequence[Offer]) -> None:
    """Raise InputError where offers or weights cannot be meant."""
    if not offers:
        raise InputError(f"the segment {segment!r} needs at least one offer; found none.")
    if not all(0 <= w < float("inf") for w in weights.values()) or not sum(weights.values()) > 0:
        raise InputError(
            f"the segment {segment!r} must weigh its features by numbers of 0 or more, one "
            f"above 0 at least; found {dict(weights)}."
        )
    for offer in offers:
        if not 0 <= offer.price < float("inf"):
            raise InputError(
                f"the offer {offer.name!r} must have a price of 0 or more; found {offer.price:g}."
            )
        for feature, score in offer.features.items():
            if feature not in weights:
                raise InputError(
                    f"the offer {offer.name!r} has the feature {feature!r}, which the segment "
                    f"{segment!r} does not weigh. {did_you_mean(feature, weights)}"
                )
            if not 0 <= score <= 1:
                raise InputError(
                    f"the offer {offer.name!r}: the score of {feature!r} must lie between 0 and 1; "
                    f"found {score:g}."
                )


def _first(scores: Floats, share: Floats, *, seed: int, name: str) -> Floats:
    """Return how often each offer is valued most with drawn weights; ties are shared."""
    rng = generator(seed, "weights", name)
    drawn = rng.dirichlet(_CONCENTRATION * share + 1e-6, size=_DRAWS)
    values = drawn @ scores.T
    is_best = values >= values.max(axis=1, keepdims=True) - 1e-12
    return np.asarray((is_best / is_best.sum(axis=1, keepdims=True)).mean(axis=0))


def _fair_prices(values: Floats, prices: Floats) -> Floats | None:
    """Return the price that the line through all offers gives to each value, 0 at least."""
    if len(values) < 3 or np.ptp(values) == 0:
        return None
    slope, intercept, *_ = theilslopes(prices, values)
    if slope <= 0:
        return None
    return np.asarray(np.maximum(0.0, intercept + slope * values))


def _position(index: int, values: Floats, prices: Floats) -> str:
    """Return where an offer lies against the median of the others."""
    others = np.arange(len(values)) != index
    if not others.any():
        return "alone"
    value = np.sign(values[index] - np.median(values[others]))
    price = np.sign(prices[index] - np.median(prices[others]))
    if not value or not price:
        return "in between"
    return f"{'better' if value > 0 else 'worse'} and {'dearer' if price > 0 else 'cheaper'}"


def _dominating(
    index: int, values: Floats, prices: Floats, offers: Sequence[Offer]
) -> tuple[str, ...]:
    """Return the offers that are better in value or price and no worse in the other."""
    as_good = (values >= values[index]) & (prices <= prices[index])
    better = as_good & ((values > values[index]) | (prices < prices[index]))
    return tuple(offers[int(i)].name for i in np.flatnonzero(better))


def _gaps(
    names: list[str], share: Floats, scores: Floats, offers: Sequence[Offer]
) -> tuple[FeatureGap, ...]:
    """Return the features in which the best of our offers trails, the costliest first."""
    ours = [i for i, offer in enumerate(offers) if offer.is_ours]
    if not ours or len(ours) == len(offers):
        return ()
    mine = ours[int((scores[ours] @ share).argmax())]
    rivals = [i for i in range(len(offers)) if i not in ours]
    gaps = []
    for j, name in enumerate(names):
        leader = rivals[int(scores[rivals, j].argmax())]
        lead = float(scores[leader, j] - scores[mine, j])
        if lead > 0 and share[j] > 0:
            gain = float(share[j]) * lead
            best = float(scores[leader, j])
            gaps.append(FeatureGap(name, float(scores[mine, j]), best, offers[leader].name, gain))
    return tuple(sorted(gaps, key=lambda gap: (-gap.gain, gap.feature)))
