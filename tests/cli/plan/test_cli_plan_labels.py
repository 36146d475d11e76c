"""`whet plan labels` and `whet plan score`: from points to a decision, and back to the truth."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet

from whet.company.labels.calibration import SHIPPED
from whet.core.workspace import Workspace
from whet.store.curves import CurvePoint
from whet.store.measurements import Cost
from whet.store.runs import NewRun
from whet.store.store import open_store

SIZES = (100, 200, 400, 800, 1600)


def accuracy(size: int) -> float:
    return 0.95 - 1.2 / float(size**0.4)


@pytest.fixture
def points(tmp_path: Path) -> Path:
    path = tmp_path / "faq.csv"
    rows = [f"{size},{accuracy(size):.5f},0.003" for size in SIZES]
    path.write_text("\n".join(["n,score,se", *rows]) + "\n")
    return path


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make a workspace, which becomes the current folder, with one measured run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "whet.toml").touch()
    return measured(tmp_path, SIZES)


def measured(folder: Path, sizes: tuple[int, ...], shift: float = 0.0) -> str:
    with open_store(Workspace(folder).database_url) as store:
        run = store.runs.create(NewRun("faq", {"name": "faq"}, "card.yaml", "d" * 64, 0, {}))
        store.curves.add(
            CurvePoint(run, "probe", "accuracy", size, seed, accuracy(size) + shift + 0.004 * seed)
            for size in sizes
            for seed in range(3)
        )
    return run


def test_a_day_that_is_over_is_refused(whet: Whet, points: Path) -> None:
    days = ("--start", "2026-12-01", "--by", "2026-11-30")
    ran = whet("plan", "labels", "--curve", points, "--target", "0.9", *days)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "whet: --by must not lie before the first day, 2026-12-01; found 2026-11-30. Move it, or "
        "give --start.\n"
    )


def test_a_file_gets_a_forecast_a_requirement_and_a_purchase(whet: Whet, points: Path) -> None:
    ran = whet(
        *("plan", "labels", "--curve", points, "--target", "0.9", "--test-rows", "2000"),
        *("--label-price", "0.5", "--miss", "9000", "--per-week", "500"),
        *("--start", "2026-12-01", "--by", "2027-01-25"),
    )
    assert (ran.code, ran.err) == (0, "")
    assert "faq: score 0.887 at 1,600 labels, 5 sizes measured" in ran.out
    assert "80 % interval" in ran.out and "chance of the target" in ran.out
    assert "By 2027-01-25 it is met with a probability of" in ran.out
    assert "more labels, then measure and decide again." in ran.out
    assert "One more label is worth" in ran.out and "one more week" in ran.out
    assert "lower target" in ran.out


def test_json_is_one_object_and_the_same_for_one_seed(whet: Whet, points: Path) -> None:
    words = ("plan", "labels", "--curve", points, "--target", "0.9", "--miss", "900", "--json")
    first, again = (whet(*words, "--seed", 3, "--start", "2026-12-01") for _ in range(2))
    assert first == again
    (answer,) = json.loads(first.out)["answers"]
    assert answer["curve"] == "faq"
    assert [one["size"] for one in answer["points"]] == list(SIZES)
    assert answer["requirement"]["farthest"] == 6400
    assert answer["purchase"]["best"]["action"] in ("buy", "stop")
    assert answer["spread_factor"] == SHIPPED.factor


def test_no_store_is_made_for_a_file(whet: Whet, points: Path) -> None:
    assert whet("plan", "labels", "--curve", points, "--workspace", points.parent).code == 0
    assert not (points.parent / ".whet").exists()


def test_a_curve_with_three_points_is_refused(whet: Whet, points: Path) -> None:
    points.write_text("n,score\n10,0.4\n20,0.5\n40,0.6\n")
    ran = whet("plan", "labels", "--curve", points, "--json")
    assert ran.code == 2
    refused = json.loads(ran.out)["answers"][0]["refused"]
    assert refused == (
        "The curve faq must have at least 5 sizes to be extrapolated; it has 3. Measure it at more "
        "sizes, for example at doublings from 2 to 40, with 3 seeds each."
    )
    assert ran.err == f"whet: {refused}\n"


def test_the_run_of_a_card_is_forecast_stored_and_scored(
    whet: Whet, run: str, tmp_path: Path
) -> None:
    by_name = whet("plan", "labels", "faq", "--target", "0.9", "--json")
    assert by_name.code == 0
    assert json.loads(by_name.out)["answers"][0]["run"] == run
    assert json.loads(whet("plan", "labels", run, "--json").out)["answers"][0]["curve"] == (
        "faq/probe"
    )
    before = whet("plan", "score")
    assert before.out.startswith("1 forecasts; none can be judged yet.")
    measured(tmp_path, (3200, 6400))
    facts = json.loads(whet("plan", "score", "--json").out)
    assert (facts["forecasts"], facts["scored"], facts["coverage"]) == (1, 1, 1.0)
    assert [one["size"] for one in facts["scores"]] == [3200, 6400]
    assert {one["name"] for one in facts["scores"]} == {"faq"}
    shown = whet("plan", "score").out
    assert "2 of 2 80 % intervals held the truth" in shown
    assert "by 1 forecasts of this store" in shown


def test_the_other_methods_of_a_run_are_told_in_a_line(
    whet: Whet, run: str, tmp_path: Path
) -> None:
    with open_store(Workspace(tmp_path).database_url) as store:
        store.curves.add(
            CurvePoint(run, "linear", "accuracy", size, seed, accuracy(size) - 0.05)
            for size in SIZES
            for seed in range(3)
        )
        store.curves.add([CurvePoint(run, "lora", "accuracy", 1600, 0, 0.99)])
    out = whet("plan", "labels", "faq", "--target", "0.9").out
    assert out.startswith("faq/probe: accuracy")
    assert "Other method faq/linear: 0.837 today, " in out
    assert "Other method faq/lora: The curve faq/lora must have at least 5 sizes" in out
    only = whet("plan", "labels", "faq", "--candidate", "linear").out
    assert only.startswith("faq/linear: accuracy 0.837") and "Other" not in only


def test_forecasts_that_were_wrong_widen_the_next(whet: Whet, run: str, tmp_path: Path) -> None:
    for size in (1600, 1700, 1800):
        measured(tmp_path, (*SIZES[:-1], size))
        assert whet("plan", "labels", "faq").code == 0
    measured(tmp_path, (3200,), shift=-0.2)
    facts = json.loads(whet("plan", "score", "--json").out)
    assert facts["coverage"] <= 0.5
    assert facts["spread_factor"] > SHIPPED.factor


def test_a_file_of_later_points_scores_a_forecast_from_a_file(
    whet: Whet, run: str, points: Path
) -> None:
    assert whet("plan", "labels", "--curve", points).code == 0
    later = points.with_name("later.csv")
    later.write_text(f"n,score\n3200,{accuracy(3200)}\n")
    facts = json.loads(whet("plan", "score", "--curve", later, "--name", "faq", "--json").out)
    assert [(one["source"], one["held"]) for one in facts["scores"]] == [("file", True)]


def test_a_plan_is_asked_about_all_its_targets(whet: Whet, tmp_path: Path) -> None:
    example = Path(__file__).parents[3] / "examples" / "company" / "company.yaml"
    ran = whet("plan", "labels", example, "--json", "--workspace", tmp_path)
    assert ran.code == 0
    answers = json.loads(ran.out)["answers"]
    assert [answer["curve"] for answer in answers] == ["extract-f1", "match-ap"]
    assert all(answer["purchase"]["best"] for answer in answers)
    ran = whet("plan", "labels", example, "--target", "0.9")
    assert ran.code == 2
    assert ran.err == (
        "whet: Targets, prices and paces of a plan stand in it, so that --target would do nothing: "
        f"change them in {example}, or name a card, a run or --curve FILE.csv.\n"
    )
    ran = whet("plan", "labels", example, "--stages", "5", "--at", "9000")
    assert "so that --at, --stages would do nothing" in ran.err


def test_options_that_would_do_nothing_are_refused(whet: Whet, run: str, points: Path) -> None:
    ran = whet("plan", "labels", "faq", "--metric", "accuracy")
    assert (ran.code, ran.err) == (
        2,
        "whet: --metric is about a file's points only: leave it out here.\n",
    )
    ran = whet("plan", "labels", "--curve", points, "--candidate", "probe")
    assert ran.err == "whet: --candidate is about the runs of a card only: leave it out here.\n"


PLAN = """\
company: Faq
start: 2026-12-01
currency: EUR
quality:
  - id: faq-q
    metric: accuracy
    value: 0.9
    measured:
"""


def test_a_plan_without_a_store_says_that_its_forecasts_are_not_kept(
    whet: Whet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plan = tmp_path / "company.yaml"
    rows = [f"      - {{size: {size}, score: {accuracy(size):.4f}, se: 0.003}}" for size in SIZES]
    plan.write_text("\n".join([PLAN.rstrip(), *rows]) + "\n")
    out = " ".join(whet("plan", "labels").out.split())
    assert out.endswith("cannot judge them later. With --keep one is made.")
    assert json.loads(whet("plan", "labels", "--json").out)["kept"] is False
    assert not (tmp_path / ".whet").exists()
    kept = whet("plan", "labels", "--keep", "--json")
    assert kept.code == 0 and json.loads(kept.out)["kept"] is True
    assert whet("plan", "score").out.startswith("1 forecasts; none can be judged yet.")
    with plan.open("a") as file:
        file.write(f"      - {{size: 3200, score: {accuracy(3200):.4f}, se: 0.003}}\n")
    facts = json.loads(whet("plan", "score", "--json").out)
    assert [(one["name"], one["size"], one["held"]) for one in facts["scores"]] == [
        ("faq-q", 3200, True)
    ]
    elsewhere = tmp_path.parent
    monkeypatch.chdir(elsewhere)
    assert json.loads(whet("plan", "score", plan, "--json").out)["scored"] == 1


def test_two_curves_at_once_are_refused(whet: Whet, points: Path) -> None:
    ran = whet("plan", "labels", "faq", "--curve", points)
    assert ran.code == 2
    assert ran.err == (
        "whet: Name one curve: a card, a run, a plan, or --curve FILE.csv. For example: whet plan "
        "labels card.yaml --target 0.9\n"
    )


def test_runs_of_several_lengths_are_forecast_over_hours(
    whet: Whet, run: str, tmp_path: Path
) -> None:
    with open_store(Workspace(tmp_path).database_url) as store:
        for minutes in (30, 60, 120, 240, 480):
            card = {"name": "faq", "budget": {"minutes": minutes}}
            made = store.runs.create(NewRun("faq", card, "card.yaml", "d" * 64, 0, {}))
            said = {"metric": "accuracy", "verdict": "best", "reason": "why"}
            score = accuracy(4 * minutes)
            store.measurements.add_verdict(made, {"candidate": "full", "value": score, **said})
            store.measurements.add_cost(made, Cost("rung:full", 60 * minutes, device="cuda"))
            store.runs.finish(made, "built", reason="done", seconds=1, facts={})
    ran = whet("plan", "labels", "faq", "--compute", "--target", "0.9")
    assert (ran.code, ran.err) == (0, "")
    assert "faq/full: accuracy 0.892 at 8 GPU-hours, 5 sizes measured" in ran.out
    assert "Hours and scores of 5 runs of 'faq', alike but for budget, epochs and seed." in ran.out
    assert "0.9 needs " in ran.out and " GPU-hours with 50%" in ran.out
    told = json.loads(whet("plan", "labels", "faq", "--compute", "--json").out)["answers"][0]
    assert told["unit"] == "gpu_hours"
    assert told["source"].startswith("Hours and scores of 5 runs")


def test_compute_is_about_the_runs_of_a_card(whet: Whet, points: Path) -> None:
    ran = whet("plan", "labels", "--curve", points, "--compute")
    assert ran.code == 2
    assert ran.err == ("whet: --compute is about the runs of a card only: leave it out here.\n")
