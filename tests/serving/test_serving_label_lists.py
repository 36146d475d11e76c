"""Tests for packages of several labels a text: what is found, what is shown, damage."""

from pathlib import Path

import pytest
from tests.serving.tiny_scores import make_labels_package

from whet.core.errors import IntegrityError
from whet.serving.label_lists import LabelsPredictor
from whet.serving.opening import load_predictor
from whet.serving.package import open_package


def predictor(folder: Path) -> LabelsPredictor:
    loaded = load_predictor(open_package(folder))
    assert isinstance(loaded, LabelsPredictor)
    return loaded


def test_labels_are_found_and_shown(tmp_path: Path) -> None:
    loaded = predictor(make_labels_package(tmp_path / "a"))
    oil, both, none = loaded.predict(["a barrel", "wheat and barrel", "rain"])
    assert [(one.label, one.shown) for one in oil.labels] == [("oil", True)]
    assert oil.labels[0].probability > 0.99 and not oil.abstained
    # Two words share a text of length 1: each says less.
    assert {(one.label, one.shown) for one in both.labels} == {("oil", True), ("grain", False)}
    assert both.abstained
    assert (none.labels, none.abstained, none.evidence) == ((), False, ())


def test_a_label_below_its_threshold_is_not_shown(tmp_path: Path) -> None:
    loaded = predictor(make_labels_package(tmp_path / "a", thresholds=[None, 0.9999]))
    (answer,) = loaded.predict(["a barrel"])
    assert [one.shown for one in answer.labels] == [False] and answer.abstained


def test_a_package_without_its_thresholds_is_refused(tmp_path: Path) -> None:
    folder = make_labels_package(tmp_path / "a", thresholds=[0.5])
    with pytest.raises(IntegrityError) as error:
        load_predictor(open_package(folder))
    assert str(error.value) == (
        f"{folder} must say from when on each of its 2 labels is shown; found 1 thresholds. Build "
        "the package again."
    )
