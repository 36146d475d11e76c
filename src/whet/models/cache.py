"""Has this text been embedded before? A memory-mapped float16 cache, one per set of weights.

Two append-only files: ``keys`` (64 bits of the text's hash a row: among a million texts the chance
that any two share them is 1 in 30 million) and ``vectors`` (float16 a row).
Vectors are written first, so a process that dies between the two loses the unfinished block and
nothing else. Memory use depends on the block size, not on the number of rows.
"""

import fcntl
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BLOCK = 2048
"""Texts held in memory at one time."""

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


class EmbeddingCache:
    """Embeddings of texts under one set of weights. Safe for several processes."""

    def __init__(self, folder: Path, width: int) -> None:
        self.folder = folder
        self.width = width

    def positions(
        self, texts: Iterable[str], embed: Embed, advance: Callable[[int], None] = lambda _: None
    ) -> NDArray[np.int64]:
        """Return for each text its row in `vectors`, embedding what the cache lacks.

        Args:
            texts: any iterable; at most `BLOCK` of them are held at a time.
            embed: maps a list of texts to (n, width) float32.
            advance: is told the number of texts done after each block.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        found: list[NDArray[np.int64]] = []
        iterator = iter(texts)
        while block := list(islice(iterator, BLOCK)):
            found.append(self._block_positions(block, embed))
            advance(len(block))
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def vectors(self) -> NDArray[np.float16]:
        """Return all rows, (m, width), memory-mapped: only what is indexed is read."""
        rows = self._rows()
        if rows == 0:
            return np.zeros((0, self.width), dtype=np.float16)
        return np.memmap(self._vectors, dtype=np.float16, mode="r", shape=(rows, self.width))

    @property
    def _keys(self) -> Path:
        return self.folder / "keys"

    @property
    def _vectors(self) -> Path:
        return self.folder / "vectors"

    def _rows(self) -> int:
        """Return the number of whole rows: a key counts only once its vector is written."""
        return self._keys.stat().st_size // 8 if self._keys.exists() else 0

    def _block_positions(self, texts: list[str], embed: Embed) -> NDArray[np.int64]:
        """Return the rows of one block, after embedding its missing texts and appending them."""
        keys = _keys_of(texts)
        rows = _lookup(self._read_keys(), keys)
        if (rows < 0).any():
            fresh, first = np.unique(keys[rows < 0], return_index=True)
            positions = np.flatnonzero(rows < 0)[first]
            vectors = embed([texts[i] for i in positions]).astype(np.float16)
            self._append(fresh, vectors)
            rows = _lookup(self._read_keys(), keys)
        return rows

    def _read_keys(self) -> NDArray[np.uint64]:
        """Return the keys of all whole rows, memory-mapped."""
        rows = self._rows()
        if rows == 0:
            return np.zeros(0, dtype=np.uint64)
        return np.memmap(self._keys, dtype=np.uint64, mode="r", shape=(rows,))

    def _append(self, keys: NDArray[np.uint64], vectors: NDArray[np.float16]) -> None:
        """Append rows; a partial vector left by a killed process is overwritten."""
        with self._locked():
            rows = self._rows()
            with self._vectors.open("r+b" if self._vectors.exists() else "w+b") as file:
                file.seek(rows * self.width * 2)
                file.write(vectors.tobytes())
                file.truncate()
                file.flush()
            with self._keys.open("r+b" if self._keys.exists() else "w+b") as file:
                file.seek(rows * 8)
                file.write(keys.tobytes())
                file.truncate()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the cache's file lock: one process appends at a time."""
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _keys_of(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Return 64 hash bits of each text."""
    digests = (
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        for text in texts
    )
    return np.frombuffer(b"".join(digests), dtype=np.uint64)


def _lookup(known: NDArray[np.uint64], keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the row of each key among `known`, -1 where it is missing."""
    if len(known) == 0:
        return np.full(len(keys), -1, dtype=np.int64)
    wanted, inverse = np.unique(keys, return_inverse=True)
    rows = np.full(len(wanted), -1, dtype=np.int64)
    for start in range(0, len(known), 1 << 18):  # a piece at a time: memory stays constant
        piece = np.asarray(known[start : start + (1 << 18)])
        place = np.searchsorted(wanted, piece)
        place[place == len(wanted)] = 0
        hit = wanted[place] == piece
        rows[place[hit]] = start + np.flatnonzero(hit)
    return rows[inverse]
