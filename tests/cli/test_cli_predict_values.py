"""`whet predict` with a model of numbers: value and interval as a line, and as JSON."""

import json
from pathlib import Path

from tests.cli.conftest import Whet
from tests.serving.tiny_scores import make_value_package


def test_a_number_stands_in_a_line_with_its_interval(whet: Whet, tmp_path: Path) -> None:
    package = make_value_package(tmp_path / "a", band={"coverage": 0.9, "factor": 3.0})
    ran = whet("predict", package, "a  lamp")
    assert (ran.code, ran.err, ran.out) == (0, "", "50\t47..53\ta lamp\n")
    said = json.loads(whet("predict", package, "lamp", "--json").out)
    assert (said["value"], said["low"], said["evidence"]) == (50.0, 47.0, [])


def test_without_a_promise_a_dash_stands_for_the_interval(whet: Whet, tmp_path: Path) -> None:
    assert whet("predict", make_value_package(tmp_path / "a"), "x").out == "40\t-\tx\n"
