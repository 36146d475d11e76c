"""What was computed for these texts a moment ago? A small memory of values, the oldest goes first.

    recent = Recent(128)
    recent.values(["where is my order?"], compute)

Texts are not kept, only their digests; several threads may ask at once.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Generic, TypeVar

V = TypeVar("V")


class Recent(Generic[V]):
    """The values of the last `most` texts that were asked for."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._kept: OrderedDict[bytes, V] = OrderedDict()
        self._of = 0

    def __len__(self) -> int:
        return len(self._kept)

    def known(self, text: str) -> V | None:
        """Return the value of a text; None where it is not kept."""
        with self._lock:
            return self._found(_key(text))

    def values(
        self,
        texts: Sequence[str],
        compute: Callable[[list[str]], Sequence[V]],
        *,
        of: int = 0,
    ) -> list[V]:
        """Return the value of each text; those that are not kept are computed, in one call.

        Two threads that ask for one text at the same moment may both compute it.

        Args:
            texts: whatever is asked for.
            compute: returns the value of each of some texts.
            of: version of what the texts are from. With another version every value is forgotten.
        """
        keys = [_key(text) for text in texts]
        with self._lock:
            if of != self._of:
                self._kept.clear()
                self._of = of
            have = {key: value for key in keys if (value := self._found(key)) is not None}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in have}
        if missing:
            have |= zip(missing, compute(list(missing.values())), strict=True)
            self._keep({key: have[key] for key in missing}, of)
        return [have[key] for key in keys]

    def _keep(self, made: dict[bytes, V], of: int) -> None:
        """Keep values of a version, where no other one was asked for meanwhile."""
        with self._lock:
            if of != self._of:
                return
            self._kept |= made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def _found(self, key: bytes) -> V | None:
        """Return a value, which is now the newest; the lock is held."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key]


def _key(text: str) -> bytes:
    """Return the digest of a text, which may hold halves of surrogate pairs."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
