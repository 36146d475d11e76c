"""`whet plan report`: files, JSON, one language, and a plan with mistakes."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet

PLAN = """
company: Two
currency: EUR
start: 2027-03-01
people:
  - {id: ada, name: Ada, role: all, skills: {ml: 1}, cost_per_month: 4000}
projects:
  - id: one
    goal: one thing
    milestones: [{id: done, title: It is done, deadline: 2027-06-30}]
    tasks: [{id: a, title: First, effort: [2, 3, 5], skills: {ml: 1}, milestone: done}]
cash: {balance: 100000}
assumptions: {draws: 500}
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "two.yaml"
    path.write_text(PLAN)
    return path


def test_the_page_lies_beside_the_plan_and_the_terminal_says_what_to_decide(
    whet: Whet, plan: Path
) -> None:
    ran = whet("plan", "report", plan, "--seconds", "0.5")
    assert ran.code == 0
    page = plan.with_suffix(".html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    assert 'id="zh-cash"' in page
    first, *_ = ran.out.splitlines()
    assert first == (
        "1. Every deadline is met in at least 4 of 5 cases; It is done is the tightest (over 99 %)."
    )
    assert str(plan.with_suffix(".html")) in ran.out


def test_json_tells_files_sentences_and_what_was_computed(
    whet: Whet, plan: Path, tmp_path: Path
) -> None:
    out, drawn = tmp_path / "monday.html", tmp_path / "pictures"
    words = ("--out", out, "--pictures", drawn, "--language", "zh", "--seconds", "0.5", "--json")
    ran = whet("plan", "report", plan, *words)
    found = json.loads(ran.out)
    assert (ran.code, found["report"]) == (0, str(out))
    assert found["computed"] == ["schedule", "load", "dates", "cash", "team"]
    assert found["refused"] == []
    assert len(found["decisions"]) == 2
    assert sorted(Path(f).name for f in found["pictures"]) == sorted(
        file.name for file in drawn.iterdir()
    )
    assert (drawn / "gantt.svg").read_text(encoding="utf-8").startswith("<svg xmlns=")
    page = out.read_text(encoding="utf-8")
    assert '<html lang="zh">' in page
    assert "en-cash" not in page


def test_a_last_plan_is_drawn_under_the_bars(whet: Whet, plan: Path, tmp_path: Path) -> None:
    last = tmp_path / "last.json"
    last.write_text(whet("plan", "schedule", plan, "--seconds", "0.5", "--json").out)
    ran = whet("plan", "report", plan, "--seconds", "0.5", "--baseline", last)
    assert ran.code == 0
    assert 'class="baseline"' in plan.with_suffix(".html").read_text(encoding="utf-8")


def test_a_wrong_last_plan_is_told_before_the_good_report_is_gone(
    whet: Whet, plan: Path, tmp_path: Path
) -> None:
    plan.with_suffix(".html").write_text("<!doctype html>last Monday's")
    half = tmp_path / "half.json"
    half.write_text('{"tasks": [{"id": "a", "start": "2027-03-01", "people": {}}]}')
    for wrong in (plan, half):
        ran = whet("plan", "report", plan, "--seconds", "0.5", "--baseline", wrong)
        assert ran.code == 2
        assert f"{wrong} must be what `whet plan schedule --json` printed" in ran.err
    assert plan.with_suffix(".html").read_text() == "<!doctype html>last Monday's"


def test_what_is_no_report_is_not_written_over(whet: Whet, plan: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text("mine")
    for name in (plan, notes):
        before = name.read_text()
        ran = whet("plan", "report", plan, "--seconds", "0.5", "--out", name)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == (
            f"whet: {name} is already there and is no report. Name another file by --out, such as "
            f"{name.with_suffix('.html')}.\n"
        )
        assert name.read_text() == before
    assert whet("plan", "report", plan, "--seconds", "0.5").code == 0
    assert whet("plan", "report", plan, "--seconds", "0.5").code == 0  # its own, again


def test_a_plan_with_mistakes_gives_no_page(whet: Whet, plan: Path) -> None:
    plan.write_text(PLAN.replace("ml: 1}, milestone", "sql: 1}, milestone"))
    ran = whet("plan", "report", plan)
    assert ran.code == 2
    assert "sql" in ran.err
    assert not plan.with_suffix(".html").exists()
