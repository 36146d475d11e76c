"""Tests for whet.serving.tagging.windows: every word is judged once, long texts too."""

import numpy as np
import pytest
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from whet.serving.tagging.windows import read_texts, stitched
from whet.serving.tagging.words import SHAPES

PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "rome", "in", "par", "##is", "京", ".")


@pytest.fixture
def tokenizer() -> Tokenizer:
    """Return a WordPiece tokenizer without case."""
    vocabulary = {piece: i for i, piece in enumerate(PIECES)}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return made


def test_a_short_text_is_one_window(tokenizer: Tokenizer) -> None:
    reading = read_texts(tokenizer, ["ROME in Paris."], 16)[0]
    (window,) = reading.windows
    assert [PIECES[i] for i in window.ids] == ["[CLS]", "rome", "in", "par", "##is", ".", "[SEP]"]
    assert window.places == [1, 2, 3, 5]
    shapes = [SHAPES[i] for i in window.shapes]
    assert shapes == ["none", "upper", "lower", "title", "title", "sign", "none"]
    assert reading.words == [(0, 4), (5, 7), (8, 13), (13, 14)]
    assert (window.first_word, reading.tokens) == (0, 7)


@pytest.mark.parametrize("words", [1, 5, 6, 7, 8, 9, 20, 100])
@pytest.mark.parametrize("limit", [8, 13])
def test_every_word_of_a_long_text_is_judged_once(
    tokenizer: Tokenizer, words: int, limit: int
) -> None:
    text = " ".join(["rome", "paris", "京"][i % 3] for i in range(words))
    (reading,) = read_texts(tokenizer, [text], limit)
    assert all(len(window.ids) <= limit for window in reading.windows)
    judged = 0
    for window in reading.windows:
        assert window.first_word == judged
        for place in window.places:
            first = {"r": "rome", "p": "par", "京": "京"}[text[reading.words[judged][0]]]
            assert PIECES[window.ids[place]] == first
            judged += 1
    assert judged == words


def test_words_at_the_seams_see_both_sides(tokenizer: Tokenizer) -> None:
    (reading,) = read_texts(tokenizer, ["rome " * 60], 18)
    for i, window in enumerate(reading.windows):
        is_last = i == len(reading.windows) - 1
        assert i == 0 or window.places[0] >= 2
        assert is_last or window.places[-1] <= len(window.ids) - 3


def test_scores_of_windows_are_put_together_in_order(tokenizer: Tokenizer) -> None:
    (reading,) = read_texts(tokenizer, ["rome paris " * 20], 12)
    logits = [
        np.array([[number, i] for i in range(len(window.ids))], dtype=np.float32)
        for number, window in enumerate(reading.windows)
    ]
    scores = stitched(reading, logits)
    assert len(scores) == 40
    assert (np.diff(scores[:, 0]) >= 0).all()
    flat = [place for window in reading.windows for place in window.places]
    assert scores[:, 1].tolist() == flat


def test_a_word_that_the_tokenizer_drops_borrows_a_token(tokenizer: Tokenizer) -> None:
    # A zero-width space is a word that BERT's normaliser removes.
    (reading,) = read_texts(tokenizer, ["rome \u200b in \u200b"], 16)
    (window,) = reading.windows
    assert len(reading.words) == len(window.places) == 4
    assert all(0 <= place < len(window.ids) for place in window.places)
    assert [PIECES[window.ids[window.places[i]]] for i in (0, 2)] == ["rome", "in"]


@pytest.mark.parametrize("text", ["\u200b", "\u200b \ufffd \x01"])
def test_a_text_that_the_tokenizer_drops_has_the_special_token(
    tokenizer: Tokenizer, text: str
) -> None:
    (reading,) = read_texts(tokenizer, [text], 16)
    (window,) = reading.windows
    assert [PIECES[i] for i in window.ids] == ["[CLS]", "[SEP]"]
    assert len(window.places) == len(reading.words) > 0
    scores = stitched(reading, [np.array([[0, 1], [2, 3]], dtype=np.float32)])
    assert scores.tolist() == [[2, 3]] * len(reading.words)


def test_a_tokenizer_that_joins_words_gives_each_the_shared_token() -> None:
    made = Tokenizer(models.BPE({"a": 0, ".": 1, "..": 2, "a..": 3}, [(".", "."), ("a", "..")]))
    made.decoder = decoders.BPEDecoder()
    (reading,) = read_texts(made, ["a.."], 8)
    assert [w.ids for w in reading.windows] == [[3]]
    assert reading.windows[0].places == [0, 0, 0]
