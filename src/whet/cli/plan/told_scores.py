"""How do the scores of forecasts look, on a terminal and as JSON?"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console

from whet.cli.tables import new_table
from whet.company.labels.calibration import Calibration
from whet.store.forecasts import DatedForecast, ForecastScore


def scores_json(
    made: Sequence[DatedForecast], scores: Sequence[ForecastScore], calibration: Calibration
) -> dict[str, Any]:
    """Return all scores, and what they say together, as JSON can hold it."""
    held = [score.is_held for score in scores]
    return {
        "forecasts": len(made),
        "scored": len({score.forecast for score in scores}),
        "coverage": sum(held) / len(held) if held else None,
        "crps": _mean([score.crps for score in scores]),
        "pinball": _mean([score.pinball for score in scores]),
        "spread_factor": calibration.factor,
        "scores": [
            {
                **_origin(made, score),
                **asdict(score),
                "held": score.is_held,
            }
            for score in scores
        ],
    }


def print_scores(
    console: Console,
    made: Sequence[DatedForecast],
    scores: Sequence[ForecastScore],
    calibration: Calibration,
) -> None:
    """Print every score, and what they say together."""
    if not scores:
        console.print(
            f"{len(made)} forecasts; none can be judged yet. Measure a curve at more labels than a "
            "forecast was made from, then score again."
        )
        return
    table = new_table(
        "forecast of", "made", "at", "80 % interval", "truth", "held", "CRPS", right=["at", "truth"]
    )
    for score in scores:
        origin = _origin(made, score)
        table.add_row(
            "/".join(part for part in (origin["name"], origin["candidate"]) if part),
            origin["made"][:10],
            f"{score.size:,.0f}",
            f"{score.low:.3f} to {score.high:.3f}",
            f"{score.truth:.3f}",
            "yes" if score.is_held else "no",
            f"{score.crps:.4f}",
        )
    console.print(table)
    held = sum(score.is_held for score in scores)
    console.print(
        f"{held} of {len(scores)} 80 % intervals held the truth; spreads are multiplied by "
        f"{calibration.factor:.2f} from now on, by {calibration.scored} forecasts of this store "
        "and the shipped history."
    )


def _origin(made: Sequence[DatedForecast], score: ForecastScore) -> dict[str, Any]:
    """Return whose forecast a score judges, and when it was made."""
    dated = next(one for one in made if one.forecast.id == score.forecast)
    return {
        "name": dated.forecast.name,
        "candidate": dated.forecast.candidate,
        "metric": dated.forecast.metric,
        "unit": dated.forecast.unit,
        "made": dated.at.isoformat(),
    }


def _mean(values: Sequence[float]) -> float | None:
    """Return the mean; None of nothing."""
    return sum(values) / len(values) if values else None
