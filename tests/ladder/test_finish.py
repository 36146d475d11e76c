"""Tests for whet.ladder.finish: a smaller form that answers otherwise is refused."""

from pathlib import Path

import onnx
import pytest
from onnx import numpy_helper
from tests.ladder.workshop import make_rows, write_card

from whet.core.progress import Quiet
from whet.ladder.build import build
from whet.serving.package import open_package
from whet.serving.predictor import Predictor


def spoil(source: Path, target: Path) -> None:
    """Write the model with the weights of its head turned round."""
    model = onnx.load(str(source))
    (head,) = [v for v in model.graph.initializer if list(v.dims) in ([3, 96], [96, 3])]
    head.CopyFrom(numpy_helper.from_array(-numpy_helper.to_array(head), head.name))
    onnx.save(model, str(target))


def test_a_form_that_flips_more_than_the_card_bears_gives_way_to_the_float_form(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whet.ladder.finish.quantise_onnx", spoil)
    card = write_card(tmp_path, base, candidates=["probe"], package={"quantise": "auto"})
    package = build(card, progress=Quiet())["package"]
    whole, spoilt = package["parity"]
    assert (whole["kept"], spoilt["kept"]) == (True, False)
    assert spoilt["flips"] > 0.5
    assert spoilt["reason"] == f"{spoilt['flips']:.2%} of the labels flip; the card bears 1.00%"
    assert package["form"] == "onnx"
    kept = open_package(Path(package["path"]))
    rows = make_rows(60)
    answers = Predictor(kept).predict([text for text, _ in rows])
    right = [a.label == label for a, (_, label) in zip(answers, rows, strict=True)]
    assert sum(right) > 45
    assert not list(Path(package["path"]).glob("*/"))
