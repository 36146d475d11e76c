"""A tiny base of each family is probed, packaged and served as it was measured."""

from pathlib import Path

import numpy as np
import pytest
from tests.ladder.workshop import context_of, make_rows, write_card
from tests.tiny_base import FAMILIES

from whet.core.progress import Quiet
from whet.ladder.build import build
from whet.models.encoder import encode
from whet.serving.package import open_package
from whet.serving.predictor import Predictor

EDGES = ["?", "x", "password " * 200, "😀", "我要退款" * 60, "refund my money"]


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_a_probe_over_any_family_is_packaged_with_parity(family: str, tmp_path: Path) -> None:
    base = FAMILIES[family](tmp_path / "base")
    limits = {"max_flips": 0.0, "max_loss": 0.0, "quantise": "never"}
    card = write_card(tmp_path, base, rows=make_rows(48), candidates=["probe"], package=limits)
    facts = build(card, progress=Quiet())
    (parity,) = facts["package"]["parity"]
    assert (parity["form"], parity["kept"], parity["flips"]) == ("onnx", True, 0)
    predictor = Predictor(open_package(Path(facts["package"]["path"])))
    answers = predictor.probabilities(EDGES)
    assert np.isfinite(answers).all()
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-4)
    # The package reads the same tokens as the encoder, also of texts without a word or too long.
    context = context_of(card)
    views = context.encoder.module.dimension
    embedded = predictor.embed(EDGES)
    assert embedded.shape == (len(EDGES), views)
    first = encode(context.encoder, EDGES)[:, :views]
    np.testing.assert_allclose(embedded, first, atol=2e-4)
