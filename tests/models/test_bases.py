"""Tests for whet.models.bases: where a base is found, and what a folder must hold."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from tests.tiny_base import make_tiny_base

from whet.core.errors import InputError
from whet.models.bases import CATALOGUE, find_base
from whet.models.encoder import encode, load_encoder, load_tokenizer, token_ids


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_base(tmp_path_factory.mktemp("bases") / "tiny")


def test_a_folder_beside_the_card_is_a_base(folder: Path) -> None:
    base = find_base("tiny", folder.parent)
    weights = (folder / "model.safetensors").read_bytes()
    assert (base.folder, base.weights_sha256) == (folder, hashlib.sha256(weights).hexdigest())
    assert find_base(str(folder), Path("/elsewhere")).folder == folder


def test_the_bundled_base_has_the_weights_that_the_catalogue_names() -> None:
    base = find_base("minilm", Path("/elsewhere"))
    assert base.weights_sha256 == CATALOGUE["minilm"].weights_sha256
    assert (base.licence, base.languages) == ("Apache-2.0", ("en",))


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError) as error:
        find_base("empty", tmp_path)
    assert str(error.value) == (
        "base 'empty' must be a folder with config.json, tokenizer.json and model.safetensors; "
        f"{tmp_path / 'empty'} lacks config.json, tokenizer.json, model.safetensors."
    )


def test_files_that_no_library_reads_are_refused(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (tmp_path / "bad" / name).write_text("{}")
    base = find_base("bad", tmp_path)
    with pytest.raises(InputError) as error:
        load_tokenizer(base)
    assert str(error.value).startswith(
        "base 'bad' must have a tokenizer.json that the tokenizers library reads; "
    )
    make_tiny_base(tmp_path / "worse")
    (tmp_path / "worse" / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(InputError, match="base 'worse'"):
        load_encoder(find_base("worse", tmp_path))


def test_an_encoder_reads_texts_of_any_length_alone_as_in_company(folder: Path) -> None:
    encoder = load_encoder(find_base("tiny", folder.parent))
    assert (encoder.dimension, encoder.max_tokens) == (32, 64)
    texts = ["refund", "我要退款", "password " * 200, "😀", ""]
    views = encode(encoder, texts)
    assert views.shape == (5, 96)
    for view in (views[:, :32], views[:, 32:64], views[:, 64:]):
        np.testing.assert_allclose((view**2).sum(axis=1), 1, atol=1e-5)
    for i, text in enumerate(texts):
        assert abs(encode(encoder, [text])[0] - views[i]).max() < 1e-5
    assert len(token_ids(encoder.tokenizer, texts)[2]) == 64
    assert encode(encoder, []).shape == (0, 96)
