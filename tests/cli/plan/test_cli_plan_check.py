"""`whet plan check` and `whet plan schema`: every mistake at once, and what a plan may hold."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet

BROKEN = "currency: EUR\nstart: 2026-01-05\ncash: {balance: -1}\nmonts: 3\n"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "company.yaml"
    path.write_text(BROKEN)
    return path


def test_check_prints_every_mistake_with_its_line(whet: Whet, broken: Path) -> None:
    ran = whet("plan", "check", broken)
    first, second = ran.out.splitlines()
    assert ran.code == 2
    assert first.startswith(f"{broken}:3: cash.balance: the cash is already gone")
    assert second == f"{broken}:4: monts: is no field. Did you mean 'months'?"


def test_check_as_json_is_one_object(whet: Whet, broken: Path) -> None:
    ran = whet("plan", "check", broken, "--json")
    found = json.loads(ran.out)
    assert (ran.code, ran.err, found["plan"]) == (2, "", str(broken))
    assert [(p["line"], p["field"]) for p in found["problems"]] == [
        (3, "cash.balance"),
        (4, "monts"),
    ]


def test_the_plan_of_this_folder_or_workspace_is_meant(
    whet: Whet, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken.write_text("currency: EUR\nstart: 2026-01-05\n")
    monkeypatch.chdir(broken.parent)
    assert whet("plan", "check").out == "company.yaml is right.\n"
    (broken.parent / "whet.toml").write_text("")
    (broken.parent / "inner").mkdir()
    monkeypatch.chdir(broken.parent / "inner")
    assert whet("plan", "check").out == f"{broken} is right.\n"


def test_a_folder_without_a_plan(
    whet: Whet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = whet("plan", "check")
    assert ran.code == 2
    assert ran.out == (
        f"{tmp_path / 'company.yaml'}: there is no such file. `whet plan schema` says what a plan "
        "may hold.\n"
    )


def test_schema_explains_every_field(whet: Whet) -> None:
    schema = json.loads(whet("plan", "schema").out)
    assert schema["properties"]["start"]["description"].startswith("The plan's first day")
