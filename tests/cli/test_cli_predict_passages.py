"""`whet predict` with a model of answers: a line, JSON, a file with tabs."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet
from tests.serving.passages.tiny_reader import make_reader_package


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return make_reader_package(tmp_path / "notes")


def test_answer_place_confidence_and_question_stand_in_a_line(whet: Whet, package: Path) -> None:
    passages = ("in  New Rome", "she is in", "Rome, in Oslo")
    ran = whet("predict", package, *(t for p in passages for t in ("where  is she?", p)))
    assert (ran.code, ran.err) == (0, "")
    lines = [line.split("\t") for line in ran.out.splitlines()]
    assert [line[0] for line in lines] == ["New Rome", "no answer", "abstains"]
    assert [line[1] for line in lines[:2]] == ["4-12", "-"]
    assert all(0 < float(line[2]) < 1 and line[3] == "where is she?" for line in lines)


def test_a_file_holds_question_and_passage_a_line(
    whet: Whet, package: Path, tmp_path: Path
) -> None:
    file = tmp_path / "asked.tsv"
    file.write_text("where?\tshe is in  京。\n")
    said = json.loads(whet("predict", package, "--file", file, "--json").out)
    assert (said["answer"], said["start"], said["end"]) == ("京", 11, 12)
    assert said["text"] == '["where?", "she is in  京。"]'
