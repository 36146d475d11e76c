"""Tests for whet.serving.tokens: the ids of the whole text, in batches without waste."""

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from whet.core.errors import IntegrityError
from whet.serving.tokens import TextReader, length_batches, padded


@pytest.fixture
def tokenizer_file(onnx_package: Path) -> Path:
    return onnx_package / "tokenizer.json"


def reference(file: Path, text: str, limit: int) -> list[int]:
    """Return the ids of the whole text, without any cutting of ours."""
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.enable_truncation(limit)
    return list(tokenizer.encode(text).ids)


@pytest.mark.parametrize(
    "text",
    [
        "my card",
        "card " * 50_000,
        " " * 50_000 + "refund",
        "x" * 50_000 + " refund",
        "我要退款" * 12_500,
        "登" * 7 + " " * 60_000 + "login",
        "😀" * 50_000,
        "please " * 9 + "a" * 300,
    ],
)
@pytest.mark.parametrize("limit", [4, 8, 32])
def test_long_texts_have_the_tokens_of_the_whole_text(
    tokenizer_file: Path, text: str, limit: int
) -> None:
    tokens = TextReader(tokenizer_file, limit).read(["the login", text, "card"])
    assert tokens.ids[1] == reference(tokenizer_file, text, limit)
    assert tokens.ids[0] == reference(tokenizer_file, "the login", limit)
    whole = Tokenizer.from_file(str(tokenizer_file)).encode(text).ids
    assert tokens.truncated.tolist() == [False, len(whole) > limit, False]


def test_a_text_of_exactly_the_limit_is_not_truncated(tokenizer_file: Path) -> None:
    tokens = TextReader(tokenizer_file, 5).read(["my lost card", "my lost card please"])
    assert [len(ids) for ids in tokens.ids] == [5, 5]
    assert tokens.truncated.tolist() == [False, True]


@pytest.mark.parametrize("start", ["", " " * 200])
def test_only_a_window_of_a_long_text_is_tokenised(tokenizer_file: Path, start: str) -> None:
    # The tokenizer cannot read half of a surrogate pair: the windows must end long before it.
    text = start + "card " * 10_000 + "\ud800"
    assert TextReader(tokenizer_file, 8).read([text]).truncated.tolist() == [True]


def test_a_window_does_not_end_inside_a_word(tmp_path: Path) -> None:
    # As a whole the last word is too long to be split: one unknown token. Its first 100
    # characters, where the first window of 16 * 16 characters ends, are a hundred pieces.
    vocabulary = {"[UNK]": 0, "a": 1, "##a": 2}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    text = " " * 150 + "a " * 3 + "a" * 150
    tokens = TextReader(tmp_path / "tokenizer.json", 16).read([text])
    assert (tokens.ids, tokens.truncated.tolist()) == ([[1, 1, 1, 0]], [False])


def test_a_file_that_is_no_tokenizer_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(IntegrityError, match=r"tokenizer\.json is not a tokenizer file: "):
        TextReader(tmp_path / "tokenizer.json", 8)


def test_batches_by_hand() -> None:
    # Sorted: 1 1 2 5 9. Three fit under 6 padded tokens only while the longest is 2.
    batches = [b.tolist() for b in length_batches([5, 1, 2, 9, 1], rows=3, tokens=6)]
    assert batches == [[1, 4, 2], [0], [3]]


def test_batches_hold_every_text_once_and_keep_both_bounds(rng: np.random.Generator) -> None:
    lengths = rng.integers(1, 130, size=500).tolist()
    batches = list(length_batches(lengths, rows=16, tokens=512))
    assert sorted(np.concatenate(batches).tolist()) == list(range(500))
    for batch in batches:
        longest = max(lengths[i] for i in batch)
        assert len(batch) <= 16
        assert len(batch) * longest <= 512 or len(batch) == 1


def test_padding_by_hand() -> None:
    tokens, mask = padded([[7, 8, 9], [5]])
    assert tokens.tolist() == [[7, 8, 9], [5, 0, 0]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]
    assert tokens.dtype == mask.dtype == np.int64


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
