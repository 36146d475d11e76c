"""Tests for whet.models.tagger: what the case of words adds, and long texts."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.tiny_base import make_tiny_base

from whet.core.errors import InputError
from whet.models.bases import find_base
from whet.models.encoder import Encoder, load_encoder
from whet.models.tagger import Tagger, tag_texts, word_scores
from whet.serving.tagging.decode import best_tags
from whet.serving.tagging.tag_set import FORBIDDEN, TagSet
from whet.serving.tagging.windows import Reading, read_texts

SET = TagSet(["LOC", "PER"])
MakeTagger = Callable[..., Tagger]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_base(tmp_path_factory.mktemp("base") / "tiny")


@pytest.fixture
def encoder(base: Path) -> Encoder:
    """Return a fresh tiny encoder whose tokenizer cuts nothing."""
    encoder = load_encoder(find_base("tiny", base.parent))
    encoder.tokenizer.no_truncation()
    return encoder


def read(encoder: Encoder, *texts: str) -> list[Reading]:
    return read_texts(encoder.tokenizer, texts, encoder.max_tokens)


def sharpened(tagger: Tagger) -> Tagger:
    """Return the tagger with a random head, so that its answers differ from word to word."""
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in tagger.head.parameters():
            parameter.normal_(0, 1)
    return tagger.eval()


def test_the_first_answers_do_not_depend_on_case(encoder: Encoder) -> None:
    tagger = Tagger(encoder.module.transformer, SET)
    lower, upper = word_scores(tagger, read(encoder, "refund my card", "Refund MY card"))
    assert np.allclose(lower, upper, atol=1e-6)


def test_case_embeddings_tell_words_apart_that_the_base_cannot(encoder: Encoder) -> None:
    tagger = sharpened(Tagger(encoder.module.transformer, SET))
    lower, upper = word_scores(tagger, read(encoder, "refund my card", "Refund MY card"))
    assert not np.allclose(lower, upper)
    plain = sharpened(Tagger(encoder.module.transformer, SET, has_case=False))
    lower, upper = word_scores(plain, read(encoder, "refund my card", "Refund MY card"))
    np.testing.assert_allclose(lower, upper, atol=1e-4)  # two rows of a batch round differently


def test_every_word_of_a_long_text_has_scores(encoder: Encoder) -> None:
    tagger = sharpened(Tagger(encoder.module.transformer, SET))
    readings = read(encoder, "refund my card " * 70, "card")
    assert len(readings[0].windows) > 3
    scores = word_scores(tagger, readings)
    assert [len(own) for own in scores] == [210, 1]
    assert np.isfinite(scores[0]).all()


def test_answers_do_not_depend_on_company(encoder: Encoder) -> None:
    tagger = sharpened(Tagger(encoder.module.transformer, SET))
    texts = ["refund my card", "password", "please help the app " * 9]
    together = word_scores(tagger, read(encoder, *texts))
    for text, scores in zip(texts, together, strict=True):
        (alone,) = word_scores(tagger, read(encoder, text))
        assert np.allclose(scores, alone, atol=1e-5)


@pytest.mark.parametrize("has_chain", [True, False])
def test_tags_always_stand_for_spans(encoder: Encoder, has_chain: bool) -> None:
    tagger = sharpened(Tagger(encoder.module.transformer, SET, has_chain=has_chain))
    readings = read(encoder, "refund my card " * 40, "login", "Card help")
    found = tag_texts(tagger, readings)
    for i, scores in enumerate(word_scores(tagger, readings)):
        tags = best_tags(scores, tagger.chain())
        steps = SET.transitions[np.r_[len(SET), tags], np.r_[tags, len(SET)]]
        assert (steps > FORBIDDEN).all()
        assert found.spans[i] == SET.spans(readings[i].words, tags)
        assert len(found.probabilities[i]) == len(found.spans[i])
        assert all(0 <= p <= 1 for p in found.probabilities[i])


def test_the_loss_without_a_chain_is_cross_entropy_per_word(encoder: Encoder) -> None:
    tagger = sharpened(Tagger(encoder.module.transformer, SET, has_chain=False, dropout=0.0))
    readings = read(encoder, "refund my card", "password")
    windows = [window for reading in readings for window in reading.windows]
    tags = [np.array([0, 4, 2]), np.array([1])]
    scores = np.concatenate(word_scores(tagger, readings))
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    expected = -log_p[np.arange(4), [0, 4, 2, 1]].mean()
    assert tagger.loss(windows, tags).item() == pytest.approx(float(expected), rel=1e-4)


def test_one_seed_gives_one_head(encoder: Encoder) -> None:
    before = torch.get_rng_state()
    first, second = (Tagger(encoder.module.transformer, SET, seed=5) for _ in range(2))
    assert torch.equal(first.head.linear.weight, second.head.linear.weight)
    assert torch.equal(before, torch.get_rng_state())
    other = Tagger(encoder.module.transformer, SET, seed=6)
    assert not torch.equal(first.head.linear.weight, other.head.linear.weight)


def test_a_base_that_takes_no_word_embeddings_is_refused() -> None:
    class Closed(torch.nn.Module):
        def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
            return input_ids

    with pytest.raises(InputError) as caught:
        Tagger(Closed(), SET)
    assert str(caught.value) == (
        "A tagger needs a base that takes word embeddings in place of tokens; Closed does not. "
        "Choose another base."
    )
