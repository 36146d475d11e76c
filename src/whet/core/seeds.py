"""Where does randomness come from? Named streams, so that adding one never shifts another."""

import hashlib

import numpy as np


def derived_seed(seed: int, *names: str | int) -> int:
    """Return a seed in [0, 2**32) that depends on `seed` and on every name.

    >>> derived_seed(0, "folds") == derived_seed(0, "folds") != derived_seed(0, "bootstrap")
    True
    """
    text = "/".join([str(seed), *map(str, names)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def generator(seed: int, *names: str | int) -> np.random.Generator:
    """Return a generator for the named stream of `seed`."""
    return np.random.default_rng(derived_seed(seed, *names))
