"""Tests for the graph of a tagger: onnxruntime says what torch says, in any shape."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from whet.compression.export import export_tagger
from whet.compression.tag_files import write_tagger
from whet.models.encoder import Encoder, load_encoder
from whet.models.tagger import Tagger, padded, tag_texts
from whet.serving.package import CHAIN_FILE, MODEL_FILE, TOKENIZER_FILE
from whet.serving.tagging.tag_set import TagSet
from whet.serving.tagging.windows import read_texts

SET = TagSet(["LOC", "PER"])
TEXTS = ["Refund my card", "PLEASE help the app", "bill " * 150, "login", "Card. My money 京"]


@pytest.fixture
def own(encoder: Encoder) -> Encoder:
    """Return a fresh encoder: a tagger changes what it is given."""
    fresh = load_encoder(encoder.base)
    fresh.tokenizer.no_truncation()
    return fresh


@pytest.fixture(params=[True, False], ids=["chain", "softmax"])
def tagger(own: Encoder, request: pytest.FixtureRequest) -> Tagger:
    """Return a tagger with a random head."""
    tagger = Tagger(own.module.transformer, SET, has_chain=request.param)
    torch.manual_seed(0)
    with torch.no_grad():
        for parameter in tagger.head.parameters():
            parameter.normal_(0, 0.7)
    return tagger.eval()


def test_the_graph_says_what_torch_says(tagger: Tagger, own: Encoder, tmp_path: Path) -> None:
    export_tagger(tagger, own.max_tokens, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"))
    for texts in (TEXTS, ["card"], TEXTS * 9):
        windows = [w for r in read_texts(own.tokenizer, texts, own.max_tokens) for w in r.windows]
        values = padded(windows)
        names = ("input_ids", "attention_mask", "shapes")
        feed = {name: value.numpy() for name, value in zip(names, values, strict=True)}
        (found,) = session.run(["logits"], feed)
        with torch.inference_mode():
            expected = tagger(*values).numpy()
        is_token = values[1].numpy().astype(bool)
        assert np.allclose(found[is_token], expected[is_token], atol=2e-4)


def test_the_files_of_a_tagger_are_complete(tagger: Tagger, own: Encoder, tmp_path: Path) -> None:
    assert any(tag_texts(tagger, read_texts(own.tokenizer, TEXTS, own.max_tokens)).spans)
    write_tagger(tmp_path, tagger, own.tokenizer, own.max_tokens)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {MODEL_FILE, TOKENIZER_FILE, CHAIN_FILE}
