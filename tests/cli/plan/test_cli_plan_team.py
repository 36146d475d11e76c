"""`whet plan team`: the example as a user sees it, its JSON, and what is refused."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet
from tests.company.team.conftest import commit, repository  # noqa: F401  (a fixture)

EXAMPLE = Path(__file__).parents[3] / "examples" / "company" / "company.yaml"
SMALL = """\
currency: EUR
start: 2027-02-01
people: [{id: ana, role: ml, skills: {ml: 1}, cost_per_month: 1}]
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "company.yaml"
    path.write_text(SMALL)
    return path


def test_the_example_without_one_founder(whet: Whet) -> None:
    ran = whet("plan", "team", EXAMPLE, "--without", "jonas")
    assert (ran.code, ran.err) == (0, "")
    assert "Survey: 7 answers of 7 people asked" in ran.out
    assert "not enough answers: 5 items need at least 10 complete answers; found 7." in ran.out
    assert "Nobody can do: security." in ran.out
    assert "train tomas in security (2,400)" in ran.out


def test_the_documentation_shows_what_the_command_prints(whet: Whet) -> None:
    page = (EXAMPLE.parents[2] / "docs" / "plan" / "team.md").read_text(encoding="utf-8")
    shown = page.split("```text\n")[1].split("\n```")[0]
    printed = whet("plan", "team", EXAMPLE, "--without", "jonas").out
    assert shown.splitlines() == [line.rstrip() for line in printed.rstrip().splitlines()]


def test_json_is_one_object_and_the_same_each_time(whet: Whet) -> None:
    first, second = (whet("plan", "team", EXAMPLE, "--json", "--seed", "3") for _ in range(2))
    assert first.out == second.out
    found = json.loads(first.out)
    # The work that the file leaves to learning curves counts: there is too little time to label.
    assert {gap["skill"] for gap in found["skills"]["gaps"]} == {"labels"}
    assert found["missing"][0].startswith("e-label takes ")
    assert found["skills"]["single"] == ["security"]
    assert [remedy["name"] for remedy in found["remedies"]] == [
        "as now",
        "train",
        "hire",
        "buy days",
        "best mix",
    ]
    assert [line["id"] for line in found["growth"]["lines"]] == [
        "offsite",
        "learning-hours",
        "open-source-days",
    ]
    assert sum(line["money"] for line in found["growth"]["lines"]) == pytest.approx(12000)
    means = {row["item"]: row["mean"]["value"] for row in found["survey"]["items"]}
    assert means["satisfaction"] == 4
    assert all(row["group"] is None for row in found["survey"]["items"])


def test_code_is_read_from_a_repository(
    whet: Whet,
    small: Path,
    repository: Path,  # noqa: F811
) -> None:
    commit(repository, {"a.py": "1\n", "b.py": "1\n"}, "Ana <ana@x.org>")
    commit(repository, {"c.py": "1\n"}, "Bo <bo@x.org>")
    words = ("plan", "team", small, "--code", repository, "--half-life", "100000")
    assert "Bus factor 1: without Ana, for more than half the files have no author." in (
        whet(*words).out
    )
    found = json.loads(whet(*words, "--left", "ana@x.org", "--json").out)
    assert found["knowledge"]["bus_factor"] == 0
    ran = whet("plan", "team", small, "--code", small.parent)
    assert ran.code == 2
    assert f"{small.parent} must be a git repository with commits" in ran.err


def test_what_a_small_plan_lacks_is_said(whet: Whet, small: Path) -> None:
    ran = whet("plan", "team", small)
    assert ran.code == 0
    assert "The plan holds no survey. Add `survey:` with at least five answers." in ran.out
    assert "Set team.waiting_cost_per_day above 0." in ran.out


def test_money_that_trainings_take_is_not_split_again(whet: Whet) -> None:
    ran = whet("plan", "team", EXAMPLE, "--without", "jonas")
    assert "Trainings take 2,400 of the team's money; 9,600 is split." in ran.out
    found = json.loads(whet("plan", "team", EXAMPLE, "--without", "jonas", "--json").out)
    assert sum(line["money"] for line in found["growth"]["lines"]) == pytest.approx(9600)


def test_lines_that_need_more_than_the_budget_do_not_stop_the_rest(whet: Whet, small: Path) -> None:
    small.write_text(
        SMALL + "team:\n  budget: 10\n  lines:\n    - {id: offsite, area: culture, least: 20,\n"
        "       response: {kind: log, scale: 1, half: 5}}\n"
    )
    ran = whet("plan", "team", small)
    assert ran.code == 0
    assert "No split meets all of these at once: budget 10; offsite: least 20." in ran.out
    assert "Skills: no work is left in the plan's tasks." in ran.out


def test_four_answers_end_with_a_sentence(whet: Whet, small: Path) -> None:
    small.write_text(SMALL + "survey: {answers: [{fun: 1}, {fun: 2}, {fun: 3}, {fun: 4}]}\n")
    ran = whet("plan", "team", small)
    assert (ran.code, ran.out) == (2, "")
    assert "survey.answers must hold at least 5 answers" in ran.err


def test_an_unknown_person_is_named(whet: Whet) -> None:
    ran = whet("plan", "team", EXAMPLE, "--without", "jona")
    assert ran.code == 2
    assert "People thought away must be people of the plan; found 'jona'." in ran.err
    assert "Did you mean 'jonas'?" in ran.err
