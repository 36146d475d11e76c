"""`whet predict` with a number or several labels: an answer as a line, and as JSON."""

import json
from pathlib import Path

from tests.cli.conftest import Whet
from tests.serving.tiny_scores import make_labels_package, make_value_package


def test_a_number_stands_in_a_line_with_its_interval(whet: Whet, tmp_path: Path) -> None:
    package = make_value_package(tmp_path / "a", band={"coverage": 0.9, "factor": 3.0})
    ran = whet("predict", package, "a  lamp")
    assert (ran.code, ran.err, ran.out) == (0, "", "50\t47..53\ta lamp\n")
    said = json.loads(whet("predict", package, "lamp", "--json").out)
    assert (said["value"], said["low"], said["evidence"]) == (50.0, 47.0, [])


def test_without_a_promise_a_dash_stands_for_the_interval(whet: Whet, tmp_path: Path) -> None:
    assert whet("predict", make_value_package(tmp_path / "a"), "x").out == "40\t-\tx\n"


def test_several_labels_stand_in_a_line(whet: Whet, tmp_path: Path) -> None:
    package = make_labels_package(tmp_path / "a")
    barrel, wheat, rain = whet("predict", package, "barrel", "wheat", "rain").out.splitlines()
    assert (barrel, wheat, rain) == ("oil 0.998\tbarrel", "grain 0.998?\twheat", "-\train")
    said = json.loads(whet("predict", package, "wheat", "--json").out)
    assert said["labels"][0]["label"] == "grain" and said["abstained"]
