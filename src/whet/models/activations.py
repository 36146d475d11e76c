"""What does the frozen part of a transformer make of a text? Kept on disk, for texts of any length.

Two append-only files: ``values`` (float32, one row a position) and ``index`` (key, first row and
number of rows of each text). Values are written first, so a process that dies between the two loses
the unfinished block and nothing else. Memory holds 24 bytes a text; the values stay on disk. They
are float32: some transformers have activations that half floats cannot hold.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whet.models.output import Floats


class ActivationCache:
    """Activations of texts, (t, d) each, under one set of weights. For one process at a time."""

    def __init__(self, folder: Path, width: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.width = width
        self._values, self._index_file = folder / "values", folder / "index"
        self._index = np.zeros((0, 3), dtype=np.int64)
        self._read_index()

    def lacking(self, rows: Sequence[list[int]]) -> NDArray[np.int64]:
        """Return the positions of rows of token ids that are not there, each text once."""
        keys = keys_of(rows)
        _, first = np.unique(keys, return_index=True)
        return np.sort(first[~np.isin(keys[first], self._index[:, 0])]).astype(np.int64)

    def add(self, rows: Sequence[list[int]], activations: Sequence[Floats]) -> None:
        """Append the activations (t, d) of texts that are not there yet."""
        counts = np.array([len(one) for one in activations], dtype=np.int64)
        start = self._size()
        starts = start + np.concatenate([[0], np.cumsum(counts)[:-1]])
        with self._values.open("r+b" if self._values.exists() else "w+b") as file:
            file.seek(start * self.width * 4)
            for one in activations:
                file.write(np.ascontiguousarray(one, dtype=np.float32).tobytes())
            file.truncate()
            file.flush()
        entries = np.stack([keys_of(rows), starts, counts], axis=1)
        with self._index_file.open("ab") as file:
            file.write(entries.tobytes())
        self._read_index()

    def take(self, rows: Sequence[list[int]]) -> list[Floats]:
        """Return the activations of texts, (t, d) each; only what is asked for is read.

        Raises:
            KeyError: a text was never added.
        """
        size = self._size()
        values = np.memmap(self._values, np.float32, mode="r", shape=(size, self.width))
        keys = keys_of(rows)
        places = np.searchsorted(self._index[:, 0], keys)
        if (places == len(self._index)).any() or (self._index[places, 0] != keys).any():
            raise KeyError("a text whose activations were never computed")
        return [np.array(values[start : start + n]) for _, start, n in self._index[places]]

    def _size(self) -> int:
        """Return the number of rows of values that the index speaks of."""
        return int((self._index[:, 1] + self._index[:, 2]).max()) if len(self._index) else 0

    def _read_index(self) -> None:
        """Load the index, sorted by key; a part of an entry, left by a killed process, is cut."""
        if self._index_file.exists():
            whole = self._index_file.stat().st_size // 24 * 24
            with self._index_file.open("r+b") as file:
                file.truncate(whole)
            entries = np.fromfile(self._index_file, dtype=np.int64).reshape(-1, 3)
            self._index = entries[np.argsort(entries[:, 0], kind="stable")]


def keys_of(rows: Sequence[list[int]]) -> NDArray[np.int64]:
    """Return 64 hash bits of each row of token ids, (n,)."""
    digests = (
        hashlib.blake2b(np.asarray(row, dtype=np.int64).tobytes(), digest_size=8).digest()
        for row in rows
    )
    return np.frombuffer(b"".join(digests), dtype=np.int64)
