"""What does the linear model say about texts? The form `linear` of a package, numpy alone."""

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json
from safetensors import SafetensorError
from safetensors.numpy import load_file

from whet.core.errors import IntegrityError
from whet.core.text import text_features
from whet.serving.links import LINKS, Link
from whet.serving.outputs import Floats, Outputs
from whet.serving.package import LINEAR_FILE, VOCABULARY_FILE

MAX_CHARACTERS = 100_000
"""Longest text that is read; what follows could hardly move a bag of n-grams of this size."""


class LinearModel:
    """Word and character n-grams under a linear model; safe for several threads."""

    def __init__(self, folder: Path, link: Link = LINKS["classes"]) -> None:
        self._link = link
        arrays = _load(folder / LINEAR_FILE)
        features = from_json((folder / VOCABULARY_FILE).read_bytes())
        idf, self._coefficients = arrays["idf"], arrays["coefficients"]
        self._intercept, self._temperature = arrays["intercept"], float(arrays["temperature"][0])
        if not len(features) == len(idf) == len(self._coefficients):
            raise IntegrityError(
                f"{folder / VOCABULARY_FILE} must hold one feature for each of the "
                f"{len(idf)} rows of {LINEAR_FILE}; found {len(features)}."
            )
        self._weighed = WeighedFeatures(features, idf)

    def outputs(self, texts: Sequence[str]) -> Outputs:
        """Return what the model says about each text, in the order given."""
        logits = np.empty((len(texts), len(self._intercept)), dtype=np.float32)
        known = np.zeros(len(texts), dtype=np.int64)
        for i, text in enumerate(texts):
            rows, weights = self._weighed.of(text[:MAX_CHARACTERS])
            logits[i] = weights @ self._coefficients[rows] + self._intercept
            known[i] = len(rows)
        probabilities = self._link.apply(logits / self._temperature)
        return Outputs(
            probabilities,
            probabilities,
            np.zeros((len(texts), 0), dtype=np.float32),
            known,
            np.array([len(text) > MAX_CHARACTERS for text in texts], dtype=bool),
        )


class WeighedFeatures:
    """The known features of a text, weighed by TF-IDF; safe for several threads."""

    def __init__(self, features: Sequence[str], idf: Floats) -> None:
        self._ids: dict[str, int] = {feature: i for i, feature in enumerate(features)}
        self._idf = idf

    def cosine(self, first: str, second: str) -> float:
        """Return the cosine of two texts, in [0, 1]; 0 where one has no known feature."""
        rows, weights = self.of(first)
        other = dict(zip(*(part.tolist() for part in self.of(second)), strict=True))
        return math.fsum(
            weight * other.get(row, 0.0)
            for row, weight in zip(rows.tolist(), weights.tolist(), strict=True)
        )

    def of(self, text: str) -> tuple[NDArray[np.int64], Floats]:
        """Return the numbers of the features of a text and their weights, scaled to length 1."""
        counts = Counter(text_features(text))
        known = [(self._ids[f], count) for f, count in counts.items() if f in self._ids]
        if not known:  # nothing in the text was in the training rows: the intercept decides
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        rows, times = np.array(known, dtype=np.int64).T
        weights = (1 + np.log(times)) * self._idf[rows]
        return rows, (weights / np.linalg.norm(weights)).astype(np.float32)


def _load(file: Path) -> dict[str, NDArray[np.float32]]:
    """Return the arrays of the linear model."""
    try:
        arrays = load_file(file)
    except SafetensorError as error:
        raise IntegrityError(f"{file} is not a safetensors file: {error}.") from error
    wanted = ("idf", "coefficients", "intercept", "temperature")
    if missing := [name for name in wanted if name not in arrays]:
        raise IntegrityError(f"{file} must hold {', '.join(wanted)}; {missing[0]} is missing.")
    return arrays
