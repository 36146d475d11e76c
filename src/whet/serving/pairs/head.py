"""What turns features of a pair into probabilities? A linear head, the same for every form."""

from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from whet.core.errors import IntegrityError
from whet.serving.links import softmax
from whet.serving.outputs import Floats
from whet.serving.package import PAIR_FILE

HEAD = ("weight", "bias", "temperature")
"""Arrays of a head: (f, 2), (2,) and (1,)."""


class PairHead:
    """The arrays of `pair.safetensors`, the head among them.

    Raises:
        IntegrityError: the file cannot be read, or lacks an array of `HEAD` or of `more`.
    """

    def __init__(self, folder: Path, *more: str) -> None:
        file, wanted = folder / PAIR_FILE, (*HEAD, *more)
        try:
            self.arrays = load_file(file)
        except SafetensorError as error:
            raise IntegrityError(f"{file} is not a safetensors file: {error}.") from error
        if missing := [name for name in wanted if name not in self.arrays]:
            raise IntegrityError(f"{file} must hold {', '.join(wanted)}; {missing[0]} is missing.")

    def probabilities(self, features: Floats) -> Floats:
        """Return calibrated probabilities (n, 2) of features (n, f)."""
        weight, bias, temperature = (self.arrays[name] for name in HEAD)
        if features.shape[1] != len(weight):
            raise IntegrityError(
                f"The head of the package must read {features.shape[1]} features; it reads "
                f"{len(weight)}. Build the package again."
            )
        logits = (features @ weight + bias) / temperature
        return softmax(logits.astype(np.float32))
