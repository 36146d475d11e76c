"""How do rankings become one? Reciprocal ranks, added: no scale of scores has to be known.

Three rankings are fused: by words (BM25), by meaning (cosine), and by both kinds of evidence at
once: cosine plus `COVERAGE` times the share of the question's words, by their rarity, that a
passage holds. Ranks alone lose how sure each search is; where the encoder is much the better of the
two, fusing two rankings made the first place worse than the encoder's own on development rows.
"""

from collections.abc import Mapping, Sequence

RANK_CONSTANT = 1
"""What is added to each rank. Cormack and others took 60, for rankings of documents of which many
are right; an answer is one passage. On development rows 1 and 3 were alike, 10 and 60 worse."""
COVERAGE = 0.3
"""How much the share of the question's words counts beside the cosine; 0.2 to 0.4 were alike."""
WEIGHTS = {"words": 0.2, "meaning": 0.2, "both": 0.6}
"""How much each ranking counts; chosen on development rows, see benchmarks/retrieval.py."""


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
