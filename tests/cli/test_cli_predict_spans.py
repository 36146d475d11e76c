"""`whet predict` with a tagger: spans as a line, and as JSON."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet
from tests.serving.tagging.tiny_tagger import make_tagger_package


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return make_tagger_package(tmp_path / "names")


def test_spans_stand_in_one_line(whet: Whet, package: Path) -> None:
    ran = whet("predict", package, "Ana lives in New  Rome", "lives")
    assert (ran.code, ran.err) == (0, "")
    first, second = ran.out.splitlines()
    person, place = (span.rsplit(" ", 1) for span in first.split("\t"))
    assert (person[0], place[0]) == ("PER 0-3 Ana", "LOC 13-22 New Rome")
    assert 0.5 < float(person[1]) <= 1
    assert second == "-"


def test_spans_as_json(whet: Whet, package: Path) -> None:
    said = json.loads(whet("predict", package, "in Rome", "--json").out)
    assert said["text"] == "in Rome"
    (span,) = said["spans"]
    assert span["probability"] > 0.9
    del span["probability"]
    assert span == {"start": 3, "end": 7, "label": "LOC", "text": "Rome"}
