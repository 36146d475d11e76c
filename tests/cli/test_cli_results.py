"""`whet runs`, `report`, `data list` and `predict NAME`: what a build left behind."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet


@pytest.fixture
def built(shop: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((shop.parent / "build.json").read_text())
    return found


def test_the_run_is_listed_and_shown(whet: Whet, shop: Path, built: dict[str, object]) -> None:
    (run,) = json.loads(whet("runs", "list", "--workspace", shop.parent, "--json").out)["runs"]
    assert (run["name"], run["status"]) == ("shop", "built")
    assert run["id"] in whet("runs", "list", "shop", "--workspace", shop.parent).out
    shown = whet("runs", "show", run["id"], "--workspace", shop.parent)
    assert "Winner: linear." in shown.out
    assert "Ended: the gate holds at linear\n" in shown.out
    facts = json.loads(whet("runs", "show", run["id"], "--workspace", shop.parent, "--json").out)
    assert facts["facts"]["test"] == built["test"]


def test_an_unknown_run_is_refused(whet: Whet, shop: Path) -> None:
    ran = whet("runs", "show", "run_0", "--workspace", shop.parent)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("whet: There is no run 'run_0'. ")


@pytest.mark.parametrize("name", [[], ["shop"]])
def test_the_report_is_the_one_of_the_build(
    whet: Whet, shop: Path, built: dict[str, object], name: list[str]
) -> None:
    ran = whet("report", *name, "--workspace", shop.parent)
    assert (ran.code, ran.out) == (0, f"{built['report']}\n")
    said = json.loads(whet("report", *name, "--workspace", shop.parent, "--json").out)
    assert (said["name"], said["report"]) == ("shop", built["report"])


def test_a_name_without_a_report_is_refused(whet: Whet, shop: Path) -> None:
    ran = whet("report", "other", "--workspace", shop.parent)
    assert ran.code == 2
    assert ran.err == (
        f"whet: There is no report of 'other' in {shop.parent} yet. Run `whet build CARD`.\n"
    )


def test_the_data_version_is_listed_whole(whet: Whet, shop: Path) -> None:
    ran = whet("data", "list", "--workspace", shop.parent)
    (version,) = json.loads(whet("data", "list", "--workspace", shop.parent, "--json").out)[
        "versions"
    ]
    assert ran.out.splitlines()[0] == version["hash"]
    assert f"messages.csv: train {version['rows']['train']}" in ran.out.splitlines()[1]


def test_the_champion_answers_by_name(whet: Whet, shop: Path) -> None:
    ran = whet("predict", "shop", "where is my parcel", "--workspace", shop.parent, "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["label"] in ("delivery", "login", "product", "refund")


def test_a_run_is_shown_with_what_made_it(whet: Whet, shop: Path, built: dict[str, object]) -> None:
    run = built["run"] if "run" in built else _only_run(whet, shop)
    shown = whet("runs", "show", run, "--workspace", shop.parent).out
    for part in ("Seeds: card 0, split 0", "Machine: ", "Libraries: python ", "Code: "):
        assert part in shown
    assert "rung:linear" in shown
    assert "learning curve/macro_f1/linear" in shown
    assert "tensorboard --logdir " in shown
    record = json.loads(whet("runs", "show", run, "--workspace", shop.parent, "--json").out)
    assert record["card"]["split"]["seed"] == 0
    assert {cost["stage"] for cost in record["costs"]} >= {"rung:linear"}
    assert record["curve"][0]["candidate"] == "linear"
    assert Path(record["events"]).is_dir()


def _only_run(whet: Whet, shop: Path) -> str:
    (run,) = json.loads(whet("runs", "list", "--workspace", shop.parent, "--json").out)["runs"]
    return str(run["id"])


def test_two_runs_are_compared(whet: Whet, shop: Path) -> None:
    run = _only_run(whet, shop)
    shown = whet("runs", "compare", run, run, "--workspace", shop.parent)
    assert shown.code == 0
    assert "The cards are the same." in shown.out
    facts = json.loads(whet("runs", "compare", run, run, "--workspace", shop.parent, "--json").out)
    assert facts["difference"]["value"] == 0


def test_a_run_that_has_ended_is_neither_stopped_nor_resumed(whet: Whet, shop: Path) -> None:
    run = _only_run(whet, shop)
    stopped = whet("runs", "stop", run, "--workspace", shop.parent)
    assert (stopped.code, stopped.out) == (2, "")
    assert stopped.err == f"whet: Run {run} must be running to be stopped; it is 'built'.\n"
    resumed = whet("runs", "resume", run, "--workspace", shop.parent)
    assert resumed.code == 2
    assert resumed.err == (
        f"whet: Run {run} must be interrupted to be taken up again; it is 'built'.\n"
    )
