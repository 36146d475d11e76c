"""What would a model of a given quality measure? Confusion, results per class, bins."""

import math
import random
from typing import Any

Facts = dict[str, Any]


def interval(p: float, n: int) -> dict[str, float]:
    """Return a share with the normal interval of n rows, cut to 0 and 1."""
    half = 1.96 * math.sqrt(max(p * (1 - p), 0.002) / n)
    return {"value": p, "low": max(p - half, 0.0), "high": min(p + half, 1.0)}


def confusion(k: int, rows: int, wrong: float) -> list[list[int]]:
    """Return counts of k classes with `rows` rows each; mistakes mostly fall on two neighbours."""
    draw = random.Random(0)
    counts = [[0] * k for _ in range(k)]
    for i in range(k):
        hard = wrong * draw.choice([0.1, 0.5, 1.0, 1.0, 3.0])
        for _ in range(rows):
            near = (i + draw.choice([1, 1, 1, 2])) % k
            counts[i][near if draw.random() < hard else i] += 1
    return counts


def per_class(labels: list[str], counts: list[list[int]]) -> list[Facts]:
    """Return precision, recall and F1 of every class."""
    rows = []
    for i, label in enumerate(labels):
        answered, support = sum(row[i] for row in counts), sum(counts[i])
        precision, recall = counts[i][i] / max(answered, 1), counts[i][i] / support
        f1 = 2 * counts[i][i] / (answered + support)
        rows.append(
            {"label": label, "precision": precision, "recall": recall, "support": support}
            | {"f1": interval(f1, support)}
        )
    return rows


def bins(sure: float) -> list[Facts]:
    """Return fifteen bins, most answers in the last; empty bins have no confidence."""
    bins: list[Facts] = []
    for i in range(15):
        low, high, n = i / 15, (i + 1) / 15, int(3000 * 0.55 ** (14 - i))
        middle = (low + high) / 2 if n else None
        right = min(max((middle or 0) - sure * (1 - low), 0.0), 1.0) if n else None
        bins.append({"low": low, "high": high, "confidence": middle, "accuracy": right, "count": n})
    return bins
