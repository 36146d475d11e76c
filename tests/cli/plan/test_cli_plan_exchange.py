"""`whet plan import` and `whet plan export`: files in, files out, nothing overwritten."""

import json
import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Whet

EXAMPLE = Path(__file__).parents[3] / "examples" / "company"
PLAN = """\
currency: EUR
start: 2028-02-28
people:
  - {id: ada, name: Ada, role: engineer, skills: {ml: 1}, cost_per_month: 5000}
projects:
  - id: one
    goal: Win
    milestones: [{id: launch, deadline: 2028-03-31}]
    tasks:
      - {id: build, effort: 3, skills: {ml: 1}, milestone: launch}
      - {id: ship, effort: 1, after: [build], milestone: launch}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("company.yaml").write_text(PLAN)
    return tmp_path


def test_a_chart_of_the_plan_of_this_folder(whet: Whet) -> None:
    ran = whet("plan", "export", "mermaid")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-3:] == [
        "    build :crit, 2028-02-28, 2028-03-02",
        "    ship :crit, 2028-03-02, 2028-03-03",
        "    launch :crit, milestone, 2028-03-02, 0d",
    ]


def test_through_ms_project_and_home_again(whet: Whet) -> None:
    assert whet("plan", "export", "mspdi", "--out", "a.xml").out == "Wrote a.xml.\n"
    ran = whet("plan", "import", "company.yaml", "a.xml", "--free", "--out", "b.yaml", "--json")
    found = json.loads(ran.out)
    assert (found["kept"], found["tasks"], found["problems"]) == ("b.mspdi.xml", 2, [])
    assert whet("plan", "compare", "company.yaml", "b.yaml").out == "Nothing has changed.\n"
    again = whet("plan", "export", "b.yaml", "mspdi", "--no-dates", "--out", "c.xml")
    assert again.err == "Written into b.mspdi.xml, which keeps what a plan cannot hold.\n"
    assert Path("c.xml").read_text() == Path("a.xml").read_text()


def test_issues_become_a_plan_that_says_what_to_mend(whet: Whet) -> None:
    issues = [{"number": 1, "title": "Crash", "state": "open", "labels": [{"name": "bug"}],
               "assignees": [{"login": "ann"}]}]  # fmt: skip
    Path("issues.json").write_text(json.dumps(issues))
    options = ("--out", "new.yaml", "--start", "2028-02-29", "--currency", "USD")
    ran = whet("plan", "import", "issues.json", *options, "--skill", "bug=backend")
    assert ran.out.splitlines()[2:] == [
        "Wrote new.yaml: 1 people, 1 tasks, 0 milestones.",
        "To mend before it can be computed:",
        "new.yaml:14: projects[0].tasks[0].effort: must be given: work in person-days of somebody "
        "fully productive",
    ]
    done = whet("plan", "import", "issues.json", *options, "--effort", "1 to 4", "--force")
    assert done.out.splitlines()[1:] == ["Wrote new.yaml: 1 people, 1 tasks, 0 milestones."]


def test_a_plan_that_is_there_is_not_overwritten(whet: Whet) -> None:
    Path("t.csv").write_text("id,effort\na,1\n")
    ran = whet("plan", "import", "t.csv")
    assert (ran.code, ran.out) == (2, "")
    assert "company.yaml is already there. Name another file by --out, or give --force" in ran.err
    assert Path("company.yaml").read_text() == PLAN


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "gant"), "There is no format 'gant' to write. Valid names: adr"),
        (("export", "adr"), "adr is about a milestone: give --milestone. There are: launch."),
        (("export", "ical", "--no-dates"), "ical shows dates and nothing else."),
        (("import", "x.sm", "--out", "y.yaml"), "Solve it as it is: whet plan schedule x.sm."),
        (("import", "x.mpp", "--out", "y.yaml"), "Save the project as XML there"),
        (("import", "x.csv", "--out", "y.yaml"), "Cannot read x.csv: No such file or directory."),
        (("import", "company.yaml", "--out", "y.yaml", "--skill", "bug"), "found 'bug'."),
        (("import", "company.yaml", "--out", "y.yaml", "--effort", "no"), "found 'no'."),
    ],
)
def test_what_is_refused(whet: Whet, words: tuple[str, ...], said: str) -> None:
    ran = whet("plan", *words)
    assert (ran.code, ran.out) == (2, "")
    assert said in " ".join(ran.err.split())
    assert not Path("y.yaml").exists()


def test_the_example_in_every_format(whet: Whet, here: Path) -> None:
    for file in EXAMPLE.iterdir():
        if file.is_file():  # what Whet keeps of its own stays behind
            shutil.copy(file, here)
    for form in ("people", "risks", "budget", "json", "yaml", "openproject", "plane"):
        ran = whet("plan", "export", form, "--no-dates", "--json")
        assert (ran.code, bool(json.loads(ran.out)["content"])) == (0, True)


def test_a_format_is_that_of_the_files_whose_names_do_not_tell_it(whet: Whet) -> None:
    Path("tasks.csv").write_text("id,effort\nsell,2\n")
    Path("export.txt").write_text("Issue key,Summary,Status\nAB-1,Sell,To Do\n")
    options = ("--format", "jira", "--effort", "2", "--out", "new.yaml")
    ran = whet("plan", "import", "company.yaml", "export.txt", *options)
    assert (ran.code, ran.err) == (0, "")
    assert "1 people, 3 tasks, 1 milestones." in ran.out
    assert whet("plan", "import", "company.yaml", "tasks.csv", "--format", "xls").err == (
        "whet: There is no format 'xls' to read. Valid names: csv, github, gitlab, ical, jira, "
        "json, mspdi, openproject, plane, yaml.\n"
    )
