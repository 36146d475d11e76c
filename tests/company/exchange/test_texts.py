"""Mermaid, JSON, CI files and decision records of a plan."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from whet.company.exchange.adr import export_adr
from whet.company.exchange.ci import export_ci
from whet.company.exchange.draft import plan_of
from whet.company.exchange.json_plan import export_json, import_json
from whet.company.exchange.mermaid import escaped, export_mermaid
from whet.company.exchange.milestone import Forecast
from whet.company.exchange.rows import Row
from whet.company.plan.schema import Plan
from whet.core.errors import InputError


def test_a_gantt_chart_has_explicit_days(short: Plan, rows: list[Row]) -> None:
    assert export_mermaid(short, rows) == (
        "gantt\n"
        "    title Oak#59; #35;1#58; Labs\n"
        "    dateFormat YYYY-MM-DD\n"
        "    axisFormat %Y-%m-%d\n"
        "    section one\n"
        "    #99;lick here#58; 50#37; :crit, 2028-02-28, 2028-03-02\n"
        "    ship :2028-03-02, 2028-03-03\n"
        "    Launch#58; now :milestone, 2028-03-02, 0d\n"
    )


@pytest.mark.parametrize("title", ["section 2", "2028-01-01", "gantt", "a\nb", "", "%% x", "<b>"])
def test_no_title_is_taken_for_grammar(title: str) -> None:
    found = escaped(title)
    assert found and not set(found.replace("#", "").replace(";", "")) & set(":%<>\n")
    assert not found.startswith(("section", "2", "gantt"))


def test_json_comes_back_as_it_went(example: Plan) -> None:
    text = export_json(example)
    assert json.loads(text)["version"] == 1
    assert plan_of(import_json(text.encode(), "a.json"), "a.json", today=date.min) == example


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"format": "whet-plan", "version": 2, "plan": {}},
         "a.json: must be of version 1 of the plan's schema; found 2. Write it again with the same "
         "version of Whet, or update Whet."),
        ({"plan": {}},
         'a.json: must be a plan that `whet plan export json` wrote, with "format": "whet-plan"; '
         "found none. Name what it is by --format."),
        ({"format": "whet-plan", "version": 1, "plan": []},
         'a.json: "plan" must be a mapping of the fields of a plan.'),
        ({"format": "whet-plan", "version": 1,
          "plan": {"currency": "EUR", "start": "2028-02-29", "months": 0}},
         "a.json: months: must be a whole number from 1 to 120; found 0"),
    ],
)  # fmt: skip
def test_json_that_is_refused(value: Any, said: str) -> None:
    with pytest.raises(InputError) as caught:
        import_json(json.dumps(value).encode(), "a.json")
    assert str(caught.value) == said


def with_gate(plan: Plan, **fields: Any) -> Plan:
    targets = [t.model_copy(update={"measured": [], **fields}) for t in plan.quality]
    return plan.model_copy(update={"quality": targets})


def commands(text: str) -> list[str]:
    steps = yaml.safe_load(text)["jobs"]["gates"]["steps"]
    return [line for step in steps for line in step.get("run", "").splitlines()]


def test_a_ci_file_builds_and_judges(example: Plan, tmp_path: Path) -> None:
    plan = with_gate(example, card="leases")
    text = export_ci(plan, "extract-launch", path="company.yaml", cards={"leases": "a b/card.yaml"})
    check, schedule, late, build, judge = commands(text)[1:]
    assert yaml.safe_load(text)["on"]["workflow_dispatch"] == {}
    assert check == "whet plan check company.yaml"
    assert schedule == "whet plan schedule company.yaml --workers 1 --json > schedule.json"
    assert build == "whet build 'a b/card.yaml' --json > extract-f1.json"

    def run(command: str, file: str, content: Any) -> int:
        (tmp_path / file).write_text(json.dumps(content))
        command = command.replace("python -c", f"{sys.executable} -c", 1)
        return subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True).returncode

    for value, code in ((0.84, 0), (0.8399, 1)):
        assert run(judge, "extract-f1.json", {"test": {"span_f1": {"value": value}}}) == code
    for day, code in (("2027-04-30", 0), ("2027-05-01", 1)):
        marks = {"milestones": [{"id": "extract-launch", "reached": day}]}
        assert run(late, "schedule.json", marks) == code


def test_gitlab_reads_a_run(example: Plan) -> None:
    plan = with_gate(example, run="run_1", lower_is_better=True)
    text = export_ci(plan, "match-pilot", path="company.yaml", tool="gitlab")
    script = yaml.safe_load(text)["milestone-match-pilot"]["script"]
    assert "whet runs show run_1 --json > match-ap.json" in script
    assert 'value <= 0.9, "not good enough"' in script[-1]


def test_ci_files_that_are_refused(example: Plan) -> None:
    plan = with_gate(example, card="leases")
    for name, tool, said in (
        ("extract-launch", "github", "Target 'extract-f1' names the card 'leases'; no file of that "
         "card was found beside the plan. Give it: --card leases=PATH."),
        ("extract-lunch", "github", "The plan has no milestone 'extract-lunch'. Did you mean "
         "'extract-launch'?"),
        ("extract-launch", "jenkins", "There is no CI file for 'jenkins'. Valid names: github, "
         "gitlab."),
    ):  # fmt: skip
        with pytest.raises(InputError) as caught:
            export_ci(plan, name, path="company.yaml", tool=tool)
        assert str(caught.value) == said


def test_a_decision_record_holds_the_numbers(example: Plan) -> None:
    day = date(2027, 5, 4)
    text = export_adr(example, "extract-launch", Forecast(day, True, ((0.8, day),), 0.25, draws=9))
    for part in (
        "# Reach “Extract is on sale” by 2027-04-30",
        "A week of delay costs 2,500 EUR.",
        "| Build the API and its limits (`e-api`) | 12 (8 to 20) | backend | open |",
        "* Quality `extract-f1`: span_f1 at least 0.84, best measured so far 0.801",
        "* Hire `platform-engineer` (backend, ops, security): 6,200 EUR a month",
        "reaches it on 2027-05-04, 4 calendar days after the deadline (no schedule is better)",
        "* With 80% probability it is reached by 2027-05-04",
        "* Probability of missing the deadline: 25%",
    ):
        assert part in text
    assert "there is no schedule: Why." in export_adr(
        example, "audit-passed", Forecast(refused="Why.")
    )
