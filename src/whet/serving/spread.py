"""How large an error is expected on a text? A line over its number and its views, in logarithms."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from whet.core.errors import IntegrityError
from whet.serving.outputs import Floats


@dataclass(frozen=True)
class Spread:
    """The expected absolute error of an answer, learnt from errors on rows that were held out."""

    weight: Floats
    """(2 + w,), of the features."""
    bias: float
    centre: float
    """What is taken off a number before it is a feature."""
    scale: float
    """What it is then divided by."""
    smallest: float
    """Bounds of the expected error, above 0."""
    largest: float

    def expected(self, values: NDArray[np.floating], views: NDArray[np.floating]) -> Floats:
        """Return the expected errors (n,) of answers (n,) to texts with views (n, w)."""
        logarithm = spread_features(values, views, self.centre, self.scale) @ self.weight
        bounds = np.log([self.smallest, self.largest])
        return np.asarray(np.exp(np.clip(logarithm + self.bias, *bounds)), dtype=np.float32)


def spread_features(
    values: NDArray[np.floating], views: NDArray[np.floating], centre: float, scale: float
) -> Floats:
    """Return features (n, 2 + w): the number on a common scale, its size, and the views."""
    own = (values.astype(np.float32) - np.float32(centre)) / np.float32(scale)
    return np.concatenate([own[:, None], np.abs(own)[:, None], views.astype(np.float32)], axis=1)


def load_spread(file: Path, width: int) -> Spread:
    """Return the expected error that a package tells; `width` is w.

    Raises:
        IntegrityError: the file cannot be read, or is of other views.
    """
    try:
        arrays = load_file(file)
        weight, numbers = arrays["weight"], [float(value) for value in arrays["numbers"]]
        spread = Spread(weight, *numbers)
    except (OSError, SafetensorError, KeyError, TypeError) as error:
        raise IntegrityError(f"{file} cannot be read: {error}. Build the package again.") from error
    if weight.shape != (2 + width,):
        raise IntegrityError(
            f"{file} must hold {2 + width} weights; found {weight.shape}. Build the package again."
        )
    return spread
