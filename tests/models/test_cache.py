"""Tests for whet.models.cache: each text is embedded once, whatever is killed or runs beside."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whet.models.cache import BLOCK, EmbeddingCache


class Counting:
    """Embeds a text as its length and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.most_at_once = 0

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.extend(texts)
        self.most_at_once = max(self.most_at_once, len(texts))
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)


def test_a_text_is_embedded_once_and_found_again(tmp_path: Path) -> None:
    embed = Counting()
    cache = EmbeddingCache(tmp_path / "c", 2)
    first = cache.positions(["aa", "b", "aa"], embed)
    assert sorted(embed.asked) == ["aa", "b"]
    assert cache.vectors()[first].tolist() == [[2, 1], [1, 1], [2, 1]]
    second = EmbeddingCache(tmp_path / "c", 2).positions(["b", "ccc"], embed)
    assert sorted(embed.asked) == ["aa", "b", "ccc"]
    assert cache.vectors()[second].tolist() == [[1, 1], [3, 1]]


def test_texts_are_read_in_blocks(tmp_path: Path) -> None:
    embed = Counting()
    held = 0

    def texts() -> Iterator[str]:
        nonlocal held
        for i in range(2 * BLOCK + 5):
            held += 1
            assert held - len(embed.asked) <= BLOCK
            yield f"text {i}"

    cache = EmbeddingCache(tmp_path / "c", 2)
    assert len(cache.positions(texts(), embed)) == 2 * BLOCK + 5
    assert embed.most_at_once <= BLOCK


def test_a_vector_without_its_key_is_overwritten(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "c", 2)
    cache.positions(["aa"], Counting())
    with (tmp_path / "c" / "vectors").open("ab") as file:
        file.write(b"\x01\x02\x03")  # what a process killed in the middle of a write leaves
    position = cache.positions(["bbb"], Counting())
    assert cache.vectors()[position].tolist() == [[3, 1]]
    assert cache.vectors()[cache.positions(["aa"], Counting())].tolist() == [[2, 1]]


def test_no_texts_give_no_rows(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "c", 2)
    assert len(cache.positions([], Counting())) == 0
    assert cache.vectors().shape == (0, 2)
