"""`whet card`: every mistake at once, and the schema for editors."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet

BROKEN = """\
name: Shop
data: {source: {path: messages.csv}}
inputs: [{column: text}]
target: {column: label}
sede: 1
"""


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    (tmp_path / "messages.csv").write_text("text,label\na,b\n")
    path = tmp_path / "card.yaml"
    path.write_text(BROKEN)
    return path


def test_check_prints_every_mistake_with_its_line(whet: Whet, broken: Path) -> None:
    ran = whet("card", "check", broken)
    first, second = ran.out.splitlines()
    assert ran.code == 2
    assert first.startswith(f"{broken}:1: name: must be ")
    assert second.startswith(f"{broken}:5: sede: ")
    assert "Did you mean 'seed'?" in second


def test_check_as_json_is_one_object(whet: Whet, broken: Path) -> None:
    ran = whet("card", "check", broken, "--json")
    found = json.loads(ran.out)
    assert (ran.code, ran.err) == (2, "")
    assert found["card"] == str(broken)
    assert [(p["line"], p["field"]) for p in found["problems"]] == [(1, "name"), (5, "sede")]


def test_a_right_card_as_json_has_no_problems(whet: Whet, broken: Path) -> None:
    broken.write_text(BROKEN.replace("Shop", "shop").replace("sede", "seed"))
    ran = whet("card", "check", broken, "--json")
    assert ran.code == 0
    assert json.loads(ran.out) == {"card": str(broken), "problems": []}


def test_schema_explains_every_field(whet: Whet) -> None:
    schema = json.loads(whet("card", "schema").out)
    assert schema["properties"]["base"]["description"].startswith("Pretrained model")
