"""How much does a model answer at which risk, by what its last build measured?

A build keeps, for its test rows, the share of answers that are given and the share of those that
are wrong, from the strictest threshold to none. A setting of the risk dial answers as much as the
largest share on that curve whose risk it bears. The curve is what was measured, without the margin
of a promise: `whet build` answers less where it promises a risk with confidence.
"""

from dataclasses import dataclass

from whet.store.store import Store

_RUNS = 200
"""Runs of a card that are looked through for one with a curve."""


@dataclass(frozen=True)
class Coverage:
    """What one build measured."""

    card: str
    """Name of the card."""
    run: str
    """Id of the build."""
    points: tuple[tuple[float, float], ...]
    """Share that is answered, and share of wrong answers among those; answered ascends."""

    def answered(self, risk: float) -> float:
        """Return the largest share of answers that are wrong with at most `risk`; 0 for none.

        >>> Coverage("c", "r", ((0.4, 0.01), (0.8, 0.04), (1.0, 0.1))).answered(0.05)
        0.8
        """
        return max((share for share, wrong in self.points if wrong <= risk), default=0.0)


def coverage_of(store: Store, card: str) -> Coverage | None:
    """Return the curve of a card's newest build that has one; None where none has."""
    for run in store.runs.recent(card, limit=_RUNS):
        if run.status != "built":  # what failed its gate is not served
            continue
        facts = store.runs.show(run.id).facts or {}
        curve = (facts.get("risk") or {}).get("curve")
        if curve:
            points = sorted((float(p["coverage"]), float(p["risk"])) for p in curve)
            return Coverage(card, run.id, tuple(points))
    return None
