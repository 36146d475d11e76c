"""Tests of overlap features and of the package that reads them."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tests.serving.pairs.tiny_pairs import make_overlap_package

from whet.core.errors import InputError, IntegrityError
from whet.core.pairs import join_pair
from whet.serving.linear import WeighedFeatures
from whet.serving.package import open_package, write_manifest
from whet.serving.pairs.overlap import FEATURES, overlap_features
from whet.serving.predictor import Predictor


def test_features_by_hand() -> None:
    found = dict(
        zip(FEATURES, overlap_features("Pay 5 now", "pay 5 euros now").tolist(), strict=True)
    )
    assert found["are the texts equal"] == 0
    assert found["Jaccard index of the words"] == 0.75
    assert found["share of the shorter text's words that the other has"] == 1
    assert found["Jaccard index of the pairs of words"] == 0.25
    assert found["Jaccard index of the words with a digit"] == 1
    assert found["is the first word the same"] == found["is the last word the same"] == 1
    assert found["logarithm of the words of both"] == pytest.approx(np.log(8))
    longer = found["logarithm of the longer text's words over the shorter one's"]
    assert longer == pytest.approx(np.log(5 / 4))


@pytest.mark.parametrize("sides", [("a b", "b c d"), ("", "?!"), ("退款 now", "我要退款")])
def test_the_order_does_not_matter_and_nothing_is_undefined(sides: tuple[str, str]) -> None:
    found = overlap_features(*sides)
    assert found.shape == (len(FEATURES),) and np.isfinite(found).all()
    np.testing.assert_array_equal(found, overlap_features(*reversed(sides)))


def test_the_cosine_weighs_rare_words_more() -> None:
    weighed = WeighedFeatures(["wthe", "wrefund"], np.array([1, 3], dtype=np.float32))
    assert weighed.cosine("refund", "refund") == pytest.approx(1)
    assert weighed.cosine("the refund", "refund") > weighed.cosine("the refund", "the")
    assert weighed.cosine("unknown", "refund") == 0


def test_a_package_answers_pairs_and_refuses_single_texts(tmp_path: Path) -> None:
    predictor = Predictor(open_package(make_overlap_package(tmp_path / "same")))
    same, other = predictor.predict([join_pair("lost card", "card lost"), join_pair("a", "b")])
    assert (same.label, other.label) == ("yes", "no")
    assert same.tokens == 4 and not same.truncated
    with pytest.raises(InputError, match="There must be two texts to compare; found 'alone' alone"):
        predictor.predict(["alone"])


def test_a_head_of_other_features_is_refused(tmp_path: Path) -> None:
    folder = make_overlap_package(tmp_path / "same")
    arrays = load_file(folder / "pair.safetensors")
    save_file({**arrays, "weight": arrays["weight"][1:]}, folder / "pair.safetensors")
    write_manifest(folder)
    with pytest.raises(IntegrityError, match="must read 12 features; it reads 11"):
        Predictor(open_package(folder))
