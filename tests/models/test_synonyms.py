"""Tests for whet.models.synonyms: whole words alone, nearest first, none where nothing is near."""

import pytest
import torch
from tests.tiny_base import make_tiny_base
from tokenizers import Tokenizer
from tokenizers.models import BPE, WordPiece

from whet.models.bases import find_base
from whet.models.encoder import Encoder, load_encoder
from whet.models.synonyms import NearWords, whole_words


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """Return a tiny encoder in whose table `money`, `bill` and `invoice` lie near each other."""
    folder = make_tiny_base(tmp_path_factory.mktemp("base") / "tiny", "money bill invoice the help")
    loaded = load_encoder(find_base("tiny", folder.parent))
    table = loaded.module.transformer.get_input_embeddings().weight
    with torch.no_grad():
        table.zero_()
        for word, x, y in (
            *(("money", 1.0, 0.0), ("bill", 0.9, 0.1), ("invoice", 0.6, 0.6)),
            *(("the", 0.0, 1.0), ("help", -1.0, 0.2)),
        ):
            number = loaded.tokenizer.token_to_id(word)
            table[number, :2] = torch.tensor([x, y])
    return loaded


def test_the_nearest_word_comes_first_and_never_itself(encoder: Encoder) -> None:
    words = NearWords(encoder)
    assert words.near("money") == ("bill", "invoice")
    assert words.near("MONEY") == words.near("money")
    assert words.near("the") == ("invoice",)


@pytest.mark.parametrize("word", ["help", "unknown", "退", "", "[CLS]"])
def test_a_word_without_near_ones_has_none(encoder: Encoder, word: str) -> None:
    assert NearWords(encoder).near(word) == ()


def test_parts_of_words_and_signs_are_no_words() -> None:
    pieces = ["[UNK]", "card", "##s", ",", "9", "退", "退款", "Card"]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    assert whole_words(Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))) == {"card": 1, "退": 5}


@pytest.mark.parametrize("mark", ["\u0120", "\u2581"])
def test_where_tokens_mark_the_beginning_of_a_word_only_those_count(mark: str) -> None:
    pieces = ["card", "ing", f"{mark}card", mark, f"{mark}9"]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    assert whole_words(Tokenizer(BPE(vocabulary, []))) == {"card": 2}
