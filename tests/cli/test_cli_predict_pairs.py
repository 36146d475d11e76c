"""`whet predict` with a model of pairs: arguments two by two, lines with a tab."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet
from tests.serving.pairs.tiny_pairs import make_overlap_package


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return make_overlap_package(tmp_path / "same")


def test_arguments_are_compared_two_by_two(whet: Whet, package: Path) -> None:
    ran = whet("predict", package, "lost card", "card lost", "how do I pay", "lost card")
    assert (ran.code, ran.err) == (0, "")
    labels = [line.split("\t")[0] for line in ran.out.splitlines()]
    assert labels == ["yes", "no"]
    odd = whet("predict", package, "lost card")
    assert odd.code == 2
    assert "their number must be even; found 1." in odd.err


def test_lines_hold_both_texts(whet: Whet, package: Path, tmp_path: Path) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_text("lost card\tcard lost\n\na\tb\n")
    ran = whet("predict", package, "--file", file, "--json")
    said = [json.loads(line) for line in ran.out.splitlines()]
    assert [answer["label"] for answer in said] == ["yes", "no"]
    assert said[0]["text"] == '["lost card", "card lost"]'
    file.write_text("lost card\tcard lost\nalone\n")
    broken = whet("predict", package, "--file", file)
    assert "Line 2 must hold two texts with a tab between them; found 0 tabs." in broken.err
