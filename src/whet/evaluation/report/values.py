"""How near are the numbers to the truth? The section of the report on a model of numbers."""

from typing import Any

from markupsafe import Markup

from whet.core.svg import Axis
from whet.evaluation.report import figures
from whet.evaluation.report.figures import Point
from whet.evaluation.report.wording import measured, quantity

Facts = dict[str, Any]


def values(facts: Facts) -> Facts | None:
    """Return the scatter of truth and answer, and what the intervals hold; None of other kinds."""
    found = facts.get("values")
    if found is None:
        return None
    points = [Point(true, said) for true, said in found["points"]]
    ends = [end for p in points for end in (p.x, p.y)]
    axes = (
        Axis(f"true {found['name']}", min(ends), max(ends), quantity),
        Axis("answer", min(ends), max(ends), quantity),
    )
    label = (
        f"Answer against truth for {len(points)} test rows; truths lie between "
        f"{quantity(min(p.x for p in points))} and {quantity(max(p.x for p in points))}, answers "
        f"between {quantity(min(p.y for p in points))} and {quantity(max(p.y for p in points))}."
    )
    coverage = found["band"]["coverage"]
    return {
        **found["band"],
        "figure": Markup(figures.scatter(points, axes=axes, label=label)),
        "held": measured("coverage", coverage) if coverage else None,
    }
