"""Tests for whet.models.encoder: one tiny base of each family embeds, alone as in company."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tests.tiny_base import FAMILIES, make_tiny_base, make_tiny_decoder
from transformers import T5Config, T5Model

from whet.core.errors import InputError
from whet.models.bases import Base, find_base
from whet.models.encoder import Encoder, encode, load_encoder, token_ids

TEXTS = ["refund", "我要退款", "password " * 200, "😀", "", "reset my password please"]
MakeBase = Callable[[str], Path]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> MakeBase:
    """Return a function that makes the tiny base of a family."""
    return lambda family: FAMILIES[family](tmp_path_factory.mktemp(family) / "tiny")


def loaded(folder: Path) -> Encoder:
    return load_encoder(find_base(str(folder), folder))


@pytest.mark.parametrize("family", FAMILIES)
def test_texts_of_any_length_are_read_alone_as_in_company(family: str, make: MakeBase) -> None:
    encoder = loaded(make(family))
    views = encode(encoder, TEXTS)
    assert encoder.dimension == 32
    assert views.shape == (len(TEXTS), 96)
    for view in (views[:, :32], views[:, 32:64], views[:, 64:]):
        np.testing.assert_allclose((view**2).sum(axis=1), 1, atol=1e-5)
    for i, text in enumerate(TEXTS):
        np.testing.assert_allclose(encode(encoder, [text])[0], views[i], atol=1e-5)
    assert len(token_ids(encoder.tokenizer, TEXTS)[2]) == encoder.max_tokens
    assert encode(encoder, []).shape == (0, 96)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_configuration_names_the_family(family: str, make: MakeBase) -> None:
    assert json.loads((make(family) / "config.json").read_text())["model_type"] == family


def test_positions_that_are_kept_for_padding_are_not_read(make: MakeBase) -> None:
    assert loaded(make("bert")).max_tokens == 64
    assert loaded(make("roberta")).max_tokens == 62


@pytest.mark.parametrize("family", FAMILIES)
def test_the_order_of_words_matters(family: str, make: MakeBase) -> None:
    a, b = encode(loaded(make(family)), ["reset the password", "password the reset"])
    assert np.abs(a[:32] - b[:32]).max() > 3e-6  # what is noise is below 1e-6


def pooled(folder: Path, said: dict[str, object]) -> tuple[Base, NDArray[np.float32]]:
    """Return the base that says how it pools, and its views of a text."""
    (folder / "1_Pooling").mkdir(exist_ok=True)
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(said))
    encoder = loaded(folder)
    return encoder.base, encode(encoder, ["reset my password", "x"])


@pytest.mark.parametrize(
    ("said", "pooling", "token"),
    [
        ({"pooling_mode_cls_token": True}, "first", 0),
        ({"pooling_mode": "cls"}, "first", 0),
        ({"pooling_mode_lasttoken": True}, "last", -1),
        ({"pooling_mode": "lasttoken"}, "last", -1),
    ],
)
def test_the_first_view_is_the_one_that_the_base_was_trained_for(
    tmp_path: Path, said: dict[str, object], pooling: str, token: int
) -> None:
    folder = make_tiny_base(tmp_path / "tiny")
    base, views = pooled(folder, said)
    assert base.pooling == pooling
    encoder = loaded(folder)
    for i, text in enumerate(["reset my password", "x"]):
        ids = torch.tensor([token_ids(encoder.tokenizer, [text])[0]])
        with torch.inference_mode():
            last = encoder.module.transformer(input_ids=ids).last_hidden_state[0, token].numpy()
        np.testing.assert_allclose(views[i, :32], last / np.linalg.norm(last), atol=1e-5)


def test_a_decoder_closes_every_text_with_its_end_token(make: MakeBase) -> None:
    tokenizer = loaded(make("qwen2")).tokenizer
    assert tokenizer.encode("").ids == [0]
    assert tokenizer.encode("refund").ids[-1] == 0


def test_a_decoder_without_an_end_token_is_refused(tmp_path: Path) -> None:
    folder = make_tiny_decoder(tmp_path / "tiny")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"eos_token_id": None}))
    with pytest.raises(InputError) as error:
        loaded(folder)
    assert str(error.value) == (
        f"base {str(folder)!r} must have a token for an empty text: a tokenizer that adds one, "
        "or eos_token_id in config.json."
    )


def test_a_model_of_two_halves_is_refused(tmp_path: Path) -> None:
    folder = make_tiny_base(tmp_path / "tiny")
    config = T5Config(vocab_size=80, d_model=32, d_kv=8, d_ff=64, num_layers=1, num_heads=4)
    T5Model(config).save_pretrained(folder)
    with pytest.raises(InputError) as error:
        loaded(folder)
    assert str(error.value) == (
        f"base {str(folder)!r} must be one encoder or one decoder of texts; its model type is 't5'."
    )
