"""How long does the report of a plan take? Ten people, sixty tasks, five milestones.

    python benchmarks/plan_report.py

The plan is the example's (examples/company) with its people, tasks and milestones replaced by an
invented company of that size, drawn with a seed; everything else stays: channels, risks, curves,
market, survey and money. The report is computed by `whet plan report` in a process of its own, so
that the time is what a founder waits, with the seconds that Python takes to start.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import common
import yaml

EXAMPLE = Path(__file__).parents[1] / "examples" / "company"
SKILLS = ("ml", "data", "labels", "backend", "frontend", "ops", "sales", "product", "security")
PEOPLE, TASKS, MILESTONES = 10, 60, 5


def company(seed: int) -> dict[str, Any]:
    """Return the example's plan with more people and work."""
    plan: dict[str, Any] = yaml.safe_load((EXAMPLE / "company.yaml").read_text(encoding="utf-8"))
    draw = random.Random(seed)
    own = [draw.sample(SKILLS, 3) for _ in range(PEOPLE)]
    for i, skill in enumerate(SKILLS):  # everything can be done by two
        for person in (i % PEOPLE, (i + 4) % PEOPLE):
            if skill not in own[person]:
                own[person].append(skill)
    names = [f"p{i}" for i in range(PEOPLE)]
    plan["people"] = [
        {
            "id": name,
            "role": "engineer",
            "skills": {skill: 0.9 for skill in skills},
            "cost_per_month": 5200,
        }
        for name, skills in zip(names, own, strict=True)
    ]
    start = date(2026, 12, 1)
    marks = [f"m{i}" for i in range(MILESTONES)]
    tasks: list[dict[str, Any]] = []
    for i in range(TASKS):
        mark = i * MILESTONES // TASKS
        likely = draw.randint(3, 12)
        before = [t["id"] for t in tasks if t["milestone"] == marks[mark]]
        tasks.append(
            {
                "id": f"t{i}",
                "effort": [round(0.7 * likely, 1), likely, round(1.8 * likely, 1)],
                "skills": {draw.choice(SKILLS): 1},
                "after": draw.sample(before, min(len(before), draw.randint(0, 2))),
                "milestone": marks[mark],
            }
        )
    plan["projects"] = [
        {
            "id": "work",
            "goal": "everything",
            "milestones": [
                {"id": mark, "deadline": start + timedelta(days=60 + 35 * i), "weight": 1 + i % 3}
                for i, mark in enumerate(marks)
            ],
            "tasks": tasks,
        }
    ]
    return without_names_that_are_gone(plan, marks)


def without_names_that_are_gone(plan: dict[str, Any], marks: list[str]) -> dict[str, Any]:
    """Return the plan with what named the example's people, tasks and milestones mended."""
    days = {mark: plan["projects"][0]["milestones"][i]["deadline"] for i, mark in enumerate(marks)}
    for i, target in enumerate(plan["quality"]):
        target["by"] = marks[i + 1]
    for hire in plan["hires"]:
        hire.pop("mentors", None)
    plan["team"].pop("trainings", None)
    for risk in plan["risks"]:
        risk.pop("owner", None)
        if "hits" in risk["impact"]:
            risk["impact"]["hits"] = [f"t{len(risk['id'])}", f"t{2 * len(risk['id'])}"]
    for rule in plan["market"]["rules"]:
        rule["tasks"] = ["t1"]
        rule.pop("owner", None)
    for line in plan["revenue"]:
        if isinstance(line.get("starts"), str):
            line["starts"] = marks[2]
    for round_ in plan["cash"]["rounds"]:
        if "needs" in round_:
            round_["needs"] = marks[2]
    assert all(days.values())
    return plan


def main() -> None:
    """Write the plan, compute its report, and print how long that took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in EXAMPLE.glob("*.csv"):
            shutil.copy(file, folder)
        path = folder / "company.yaml"
        path.write_text(yaml.safe_dump(company(asked.seed), sort_keys=False, allow_unicode=True))
        command = [sys.executable, "-m", "whet.cli", "plan", "report", str(path), "--json"]
        rows, runs = [], []
        for run in range(1, asked.runs + 1):
            began = time.monotonic()
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            seconds = time.monotonic() - began
            if done.returncode:
                sys.exit(done.stderr)
            facts = json.loads(done.stdout)
            size = Path(facts["report"]).stat().st_size / 1000
            computed, refused = len(facts["computed"]), len(facts["refused"])
            rows.append((str(run), f"{seconds:.1f}", str(computed), str(refused), f"{size:.0f}"))
            runs.append({"seconds": seconds, "computed": computed, "refused": facts["refused"]})
    common.finish({"runs": runs}, ["run", "seconds", "sections", "refused", "report, kB"], rows)


if __name__ == "__main__":
    main()
