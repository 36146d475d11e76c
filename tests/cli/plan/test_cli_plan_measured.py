"""A plan whose labelling, date and money rest on a learning curve measured in the same run."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Ran, Whet, run_whet

from whet.core.workspace import Workspace
from whet.store.curves import CurvePoint
from whet.store.store import open_store

EXAMPLE = Path(__file__).parents[3] / "examples" / "support"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The support example with its cheapest rung built by `whet build`; its company.yaml."""
    folder = tmp_path_factory.mktemp("measured") / "support"
    shutil.copytree(EXAMPLE, folder)
    (folder / "whet.toml").touch()
    card, plan = folder / "card.yaml", folder / "company.yaml"
    changed(card, "candidates: auto ", "candidates: [linear] ")
    changed(card, "minutes: 4 ", "minutes: 20 ")  # other tests may have the machine
    changed(plan, "value: 0.72", "value: 0.56")  # within the reach of that rung
    ran = run_whet("build", card, "--json")
    assert ran.code == 0, ran.err
    return plan


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def told(ran: Ran) -> Any:
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def answers(whet: Whet, plan: Path) -> dict[str, Any]:
    """Return what labels, schedule and cash say, each as a command of its own."""
    (labels,) = told(whet("plan", "labels", plan, "--json"))["answers"]
    schedule = told(whet("plan", "schedule", plan, "--json"))
    cash = told(whet("plan", "cash", plan, "--json"))
    return {"labels": labels, "schedule": schedule, "cash": cash}


def test_the_plan_rests_on_the_curve_that_the_build_measured(whet: Whet, built: Path) -> None:
    before = answers(whet, built)
    labels = before["labels"]
    with open_store(Workspace(built.parent).database_url) as store:
        run = store.runs.recent("support-intents")[0].id
        points = store.curves.points("support-intents", run=run)
    assert labels["run"] == run
    assert labels["curve"] == "support-intents/linear"
    assert [p["size"] for p in labels["points"]] == sorted({p.size for p in points})
    # The labels that are missing to the median, at 60 a day, are the days of the task.
    needed = dict(
        zip(labels["requirement"]["levels"], labels["requirement"]["quantiles"], strict=True)
    )
    days = (needed[0.5] - max(p.size for p in points)) / 60
    label, train = before["schedule"]["notes"][:2]
    assert label.endswith("by the curve of intents.")
    assert float(label.split()[2]) == pytest.approx(days, rel=0.05)  # two ways to take a median
    assert train.startswith("train takes ")
    assert train.endswith("by the curve of intents.")

    worse(built, run, points)
    after = answers(whet, built)
    assert after["labels"]["requirement"]["within_reach"] < labels["requirement"]["within_reach"]
    assert reached(after) > reached(before)
    assert late(after) > late(before)
    assert runway(after) < runway(before)


def test_the_report_draws_the_measured_curve(whet: Whet, built: Path) -> None:
    page = built.with_name("report.html")
    facts = told(whet("plan", "report", built, "--out", page, "--language", "en", "--json"))
    assert not facts["refused"]
    text = page.read_text(encoding="utf-8")
    (labels,) = told(whet("plan", "labels", built, "--json"))["answers"]
    assert len(labels["points"]) == 5
    for point in labels["points"]:
        assert f">{point['size']:.0f}<" in text
        assert f">{point['score']:.1%}<".replace("%", " %") in text


def worse(plan: Path, run: str, points: list[CurvePoint]) -> None:
    """Let the curve that the run measured be four points of macro F1 lower everywhere."""
    with open_store(Workspace(plan.parent).database_url) as store:
        store.curves.add(
            CurvePoint(run, p.candidate, p.metric, p.size, p.seed, p.value - 0.04) for p in points
        )


def reached(found: dict[str, Any]) -> str:
    (milestone,) = found["schedule"]["milestones"]
    return str(milestone["reached"])


def late(found: dict[str, Any]) -> str:
    (milestone,) = found["cash"]["milestones"]
    return str(milestone["dates"][0]["date"])


def runway(found: dict[str, Any]) -> float:
    return float(found["cash"]["runway_months"]["0.5"])
