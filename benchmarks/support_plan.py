"""Does a plan rest on what a build measured? The support example, built and planned in one run.

    python benchmarks/support_plan.py
    python benchmarks/support_plan.py --candidates linear --target 0.56

A copy of examples/support is built by `whet build`, which measures the learning curve; then `whet
plan labels`, `schedule` and `cash` plan its company.yaml. Then every measured score is lowered,
as if the build had found a worse curve, and the plan is asked again. There is no peer: no other
planner reads a learning curve.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import common

from whet.core.workspace import Workspace
from whet.store.curves import CurvePoint
from whet.store.store import open_store

EXAMPLE = Path(__file__).parents[1] / "examples" / "support"
CARD = "support-intents"
LOWER = 0.04
"""How much worse the second curve is, in macro F1."""


def whet(*words: object) -> Any:
    """Return what a command prints as JSON, in a process of its own."""
    command = [sys.executable, "-m", "whet.cli", *map(str, words), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def workspace(folder: Path, candidates: str, minutes: float, target: float | None) -> Path:
    """Copy the example, with its card and target changed as asked; return the plan's path."""
    shutil.copytree(EXAMPLE, folder)
    (folder / "whet.toml").touch()
    card, plan = folder / "card.yaml", folder / "company.yaml"
    text = re.sub(r"(?m)^candidates: \S+", f"candidates: {candidates}", card.read_text("utf-8"))
    card.write_text(re.sub(r"(?m)^  minutes: \S+", f"  minutes: {minutes:g}", text), "utf-8")
    if target is not None:
        text = re.sub(r"(?m)^    value: \S+", f"    value: {target:g}", plan.read_text("utf-8"))
        plan.write_text(text, "utf-8")
    return plan


def lower(plan: Path) -> None:
    """Make every point of the newest curve worse."""
    with open_store(Workspace(plan.parent).database_url) as store:
        run = store.runs.recent(CARD)[0].id
        points = store.curves.points(CARD, run=run)
        store.curves.add(
            CurvePoint(run, p.candidate, p.metric, p.size, p.seed, max(p.value - LOWER, 0.0))
            for p in points
        )


def answers(plan: Path) -> dict[str, str]:
    """Return what the three commands say, by what it is."""
    labels = whet("plan", "labels", plan)["answers"][0]
    if labels["refused"]:
        sys.exit(labels["refused"])
    schedule, cash = whet("plan", "schedule", plan), whet("plan", "cash", plan)
    days = {note.split()[0]: " ".join(note.split()[2:4]) for note in schedule["notes"][:2]}
    dates = {one["level"]: one["date"] for one in cash["milestones"][0]["dates"]}
    last = labels["points"][-1]
    return {
        "curve": f"{labels['curve']}, {last['score']:.3f} at {last['size']:,.0f} labels",
        "target within two doublings": f"{labels['requirement']['within_reach']:.0%}",
        "labelling": days["label"],
        "training": days["train"],
        "milestone reached, schedule": schedule["milestones"][0]["reached"],
        "milestone reached, P50 and P80": f"{dates[0.5]}, {dates[0.8]}",
        "runway, months, P50 and P10": f"{cash['runway_months']['0.5']:.2f}, "
        f"{cash['runway_months']['0.1']:.2f}",
        "one more label is worth, EUR": f"{labels['one_more_is_worth']['label']:.3f}",
    }


def main() -> None:
    """Build, plan, make the curve worse, plan again; print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", nargs="+", default=["auto"])
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--target", type=float, help="macro F1 to reach; the plan's own if none")
    asked = parser.parse_args()
    chosen = "auto" if asked.candidates == ["auto"] else f"[{', '.join(asked.candidates)}]"
    with tempfile.TemporaryDirectory() as name:
        plan = workspace(Path(name) / "support", chosen, asked.minutes, asked.target)
        began = time.monotonic()
        built = whet("build", plan.with_name("card.yaml"))
        seconds = time.monotonic() - began
        measured = answers(plan)
        lower(plan)
        worse = answers(plan)
    results = {
        "winner": built.get("winner"),
        "build_seconds": seconds,
        "measured": measured,
        "lower": worse,
    }
    rows = [(what, measured[what], worse[what]) for what in measured]
    common.finish(results, ["", "as measured", f"{LOWER:g} lower everywhere"], rows)


if __name__ == "__main__":
    main()
