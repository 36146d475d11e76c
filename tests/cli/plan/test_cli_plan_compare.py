"""`whet plan compare`: two files, two revisions, one file and a revision."""

import json
import subprocess
from pathlib import Path

import pytest
from tests.cli.conftest import Whet

PLAN = "currency: EUR\nstart: 2026-01-05\ncash: {balance: 100000}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a plan, changed since its last revision."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "company.yaml").write_text(PLAN)
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@t"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], check=True)
    (tmp_path / "company.yaml").write_text(PLAN.replace("100000", "90000"))
    return tmp_path


CHANGED = "cash\n  cash: balance 100,000 → 90,000 EUR (-10.0%)\n"


def test_a_revision_with_what_it_is_now(whet: Whet, folder: Path) -> None:
    assert whet("plan", "compare", "--rev", "HEAD", "--quick").out == CHANGED
    assert whet("plan", "compare", "company.yaml", "--rev", "HEAD", "--quick").out == CHANGED
    assert whet("plan", "compare", "HEAD:company.yaml", "company.yaml", "--quick").out == CHANGED


def test_two_files_that_say_the_same(whet: Whet, folder: Path) -> None:
    (folder / "other.yaml").write_text(f"# a comment\n{PLAN}".replace("100000", "90_000"))
    ran = whet("plan", "compare", "company.yaml", "other.yaml")
    assert (ran.code, ran.out) == (0, "Nothing has changed.\n")


def test_as_json(whet: Whet, folder: Path) -> None:
    assert json.loads(whet("plan", "compare", "--rev", "HEAD", "--json", "--quick").out) == {
        "old": "HEAD:company.yaml",
        "new": "company.yaml",
        "changes": [
            {
                "section": "cash",
                "what": "changed",
                "kind": "",
                "id": "",
                "field": "balance",
                "sentence": "cash: balance 100,000 → 90,000 EUR (-10.0%)",
                "old": 100000.0,
                "new": 90000.0,
            }
        ],
        "effect": None,
    }


def test_what_a_change_does(whet: Whet, folder: Path) -> None:
    ran = whet("plan", "compare", "--rev", "HEAD", "--draws", "300")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("company.yaml ends with 10,000 EUR less on average.\n\ncash\n")
    assert "cash at the end, mean" in ran.out
    assert "300 draws, seed 0, the same for both plans" in ran.out


def test_what_a_change_does_as_json(whet: Whet, folder: Path) -> None:
    ran = whet("plan", "compare", "--rev", "HEAD", "--draws", "300", "--seed", "4", "--json")
    effect = json.loads(ran.out)["effect"]
    assert (effect["draws"], effect["seed"], effect["notes"]) == (300, 4, [])
    row = next(row for row in effect["rows"] if row["name"] == "cash at the end, mean")
    assert (row["before"], row["after"], row["difference"]) == (100000, 90000, -10000)
    assert row["low"] == row["high"] == -10000


def test_one_plan_alone_is_nothing_to_compare(whet: Whet, folder: Path) -> None:
    said = (
        "whet: Name two plans, or one and --rev with a git revision: whet plan compare old.yaml "
        "new.yaml, whet plan compare company.yaml --rev HEAD~1.\n"
    )
    assert whet("plan", "compare", "company.yaml").err == said
    ran = whet("plan", "compare", "company.yaml", "other.yaml", "--rev", "HEAD")
    assert (ran.code, ran.err) == (2, said)


def test_of_many_changes_of_a_section_some_are_told(whet: Whet, folder: Path) -> None:
    lines = "".join(f"    - {{id: c{i}, per_month: 10}}\n" for i in range(40))
    costs = f"currency: EUR\nstart: 2026-01-05\ncash:\n  balance: 100000\n  costs:\n{lines}"
    (folder / "new.yaml").write_text(costs)
    (folder / "old.yaml").write_text(PLAN)
    ran = whet("plan", "compare", "old.yaml", "new.yaml", "--quick")
    assert len(ran.out.splitlines()) == 32
    assert ran.out.endswith("  and 10 more: --all prints every one, --json has them too\n")
    ran = whet("plan", "compare", "old.yaml", "new.yaml", "--quick", "--all")
    assert len(ran.out.splitlines()) == 41
