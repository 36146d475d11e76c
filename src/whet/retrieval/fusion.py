"""How do two rankings become one? Reciprocal ranks, added: no scale of scores has to be known."""

from collections.abc import Mapping, Sequence

RANK_CONSTANT = 60
"""What is added to each rank, so that the first few do not decide alone."""


def fused(rankings: Mapping[str, Sequence[int]], weights: Mapping[str, float]) -> dict[int, float]:
    """Return the fused score of each thing in any ranking; more is better.

    Args:
        rankings: things by the name of the ranking, best first.
        weights: how much each ranking counts.

    Source: Cormack, Clarke and Büttcher 2009, Reciprocal rank fusion outperforms Condorcet and
    individual rank learning methods; the weights are ours.

    >>> scores = fused({"words": [7, 8], "meaning": [8]}, {"words": 1, "meaning": 1})
    >>> sorted(scores, key=scores.get)
    [7, 8]
    """
    found: dict[int, float] = {}
    for name, ranking in rankings.items():
        for rank, thing in enumerate(ranking, start=1):
            found[thing] = found.get(thing, 0.0) + weights[name] / (RANK_CONSTANT + rank)
    return found
