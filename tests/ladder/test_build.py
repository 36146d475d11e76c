"""Whole builds of a small card: facts, verdicts, package, store; refusals leave nothing."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.ladder.workshop import context_of, make_rows, write_card, write_rows

from whet.cards.schema import AUTO
from whet.core.errors import BusyError, InputError, IntegrityError
from whet.core.progress import Quiet
from whet.core.workspace import Workspace
from whet.ladder.audit import audit_card
from whet.ladder.build import build
from whet.ladder.facts import _mistakes
from whet.models.bases import find_base
from whet.models.catalogue import CATALOGUE
from whet.serving.package import open_package
from whet.serving.predictor import Predictor
from whet.store.store import Store, open_store

Facts = dict[str, Any]

OUT_OF_SCOPE = ["what is the weather", "天气怎么样", "sing a song", "who are you", "今天星期几"]
KEYS = {
    *(
        "name",
        "use",
        "not_for",
        "run",
        "started",
        "seconds",
        "exit_reason",
        "final",
        "card",
        "card_path",
    ),
    *("environment", "seeds", "data", "audit", "verdicts", "winner", "why", "test", "baseline"),
    *("trivial", "gate", "gate_holds", "per_class", "confusion", "slices", "calibration", "risk"),
    *("mistakes", "curve", "final", "package", "report", "hardware"),
}
"""What the facts of a build promise."""


class Recorder(Quiet):
    """A progress that keeps what it was told."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.notes: list[str] = []

    def start(self, stage: str, total: int | None = None) -> None:
        self.stages.append(stage)

    def note(self, text: str) -> None:
        self.notes.append(text)


def packages_in(folder: Path) -> list[Path]:
    """Return everything that lies in the folder of packages, temporary things too."""
    return [path for path in (folder / ".whet" / "packages").glob("*/*") if path.exists()]


def opened(card: Path) -> Store:
    return open_store(Workspace(card.parent).database_url)


@pytest.fixture(scope="module")
def climbed(tmp_path_factory: pytest.TempPathFactory, base: Path) -> tuple[Path, Facts]:
    """Return the card and the facts of a build that climbs every rung."""
    folder = tmp_path_factory.mktemp("climbed")
    (folder / "outside.csv").write_text("text\n" + "\n".join(OUT_OF_SCOPE) + "\n")
    more = [text for text, _ in make_rows(12, start=60)]
    (folder / "more.csv").write_text("\n".join(["text", *more]) + "\n", encoding="utf-8")
    card = write_card(
        folder,
        base,
        candidates="auto",
        data={"source": {"path": "rows.csv"}, "unlabelled": {"path": "more.csv"}},
        stop="best",
        gate={"macro_f1": 0.3},
        split={"kind": "stratified", "folds": 3, "out_of_scope": "outside.csv"},
        metrics={"by": ["channel"]},
        package={"max_flips": 0.5, "max_loss": 0.5},
    )
    rows = [("text", "label", "channel"), *((*row, "mail") for row in make_rows(60))]
    lines = [",".join(row) for row in rows]
    (folder / "rows.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return card, build(card, progress=Quiet())


def test_the_facts_have_every_promised_key_and_are_json(climbed: tuple[Path, Facts]) -> None:
    _, facts = climbed
    assert set(facts) == KEYS
    written = json.loads(Path(facts["report"]).with_suffix(".json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(facts))
    parts = {"train": 48, "validation": 0, "test": 12, "out_of_scope": 5, "unlabelled": 12}
    assert facts["data"]["rows"] == parts
    assert facts["data"]["labels"] == ["crash", "login", "refund"]
    assert set(facts["hardware"]["trainings"]) == {"full"}
    said = facts["hardware"]["trainings"]["full"]["sentences"][0]
    assert said in Path(facts["report"]).read_text(encoding="utf-8")
    assert set(facts["test"]) == {"macro_f1", "accuracy", "micro_f1", "ece"}
    assert all(i["low"] <= i["value"] <= i["high"] for i in facts["test"].values())
    assert np.sum(facts["confusion"]["counts"]) == 12
    assert facts["trivial"]["test"]["accuracy"]["value"] == pytest.approx(1 / 3)
    assert [line["support"] for line in facts["per_class"]] == [4, 4, 4]
    assert [(s["column"], s["value"], s["n"]) for s in facts["slices"]] == [("channel", "mail", 12)]


def test_best_climbs_every_rung_and_says_a_verdict_on_each(climbed: tuple[Path, Facts]) -> None:
    _, facts = climbed
    rows = facts["verdicts"]
    assert [row["candidate"] for row in rows] == list(AUTO)
    assert rows[0]["verdict"] == "first"
    assert {row["verdict"] for row in rows[1:]} <= {"beats", "ties", "worse", "not enough data"}
    for row in rows:
        assert row["low"] <= row["value"] <= row["high"]
        assert min(row["seconds"], row["predicted_seconds"], row["peak_bytes"]) > 0
    assert rows[0]["against"] is None
    assert all(row["difference"]["low"] <= row["difference"]["high"] for row in rows[1:])
    assert facts["winner"] in AUTO
    assert facts["why"].startswith(f"{facts['winner']} is the cheapest candidate")


def test_messages_that_are_out_of_scope_are_measured(climbed: tuple[Path, Facts]) -> None:
    risk = climbed[1]["risk"]
    assert 0 <= risk["auroc"] <= 1
    assert 0 <= risk["oos_recall_at_5pct"] <= 1
    assert 0 <= risk["oos_rejected"] <= 1


def test_the_store_has_run_costs_verdicts_curve_package_and_data_version(
    climbed: tuple[Path, Facts],
) -> None:
    card, facts = climbed
    with opened(card) as store:
        (run,) = store.runs.recent("shop")
        assert (run.id, run.status, run.data_version) == (
            facts["run"],
            "built",
            facts["data"]["version"],
        )
        assert store.runs.show(run.id).facts == json.loads(json.dumps(facts))
        stages = [cost.stage for cost in store.measurements.costs(run=run.id)]
        assert sorted(stages) == sorted(f"rung:{name}" for name in AUTO)
        names = [row["candidate"] for row in store.measurements.verdicts(run.id)]
        assert names == list(AUTO)
        points = store.curves.points("shop", run=run.id)
        assert {point.candidate for point in points} == {"linear", "probe", "blend"}
        assert len(points) == len(facts["curve"]["points"])
        (package,) = store.packages.all("shop")
        assert (package.version, package.run) == (facts["package"]["version"], run.id)
        assert store.packages.aliases("shop") == {"champion": package.version}
        (version,) = store.versions.all()
        assert (version.hash, version.rows) == (facts["data"]["version"], facts["data"]["rows"])


def test_report_event_file_and_package_are_there_and_nothing_else(
    climbed: tuple[Path, Facts],
) -> None:
    card, facts = climbed
    folder = Path(facts["report"]).parent
    assert folder == card.parent / ".whet" / "runs" / facts["run"]
    assert "<html" in Path(facts["report"]).read_text(encoding="utf-8")
    assert len(list((folder / "events").glob("events.out.tfevents.*"))) == 1
    assert packages_in(card.parent) == [Path(facts["package"]["path"])]
    assert facts["package"]["bytes"] == sum(
        file.stat().st_size for file in Path(facts["package"]["path"]).iterdir()
    )


def test_the_build_began_before_it_ended(tmp_path: Path, base: Path) -> None:
    ticks = iter(range(1000))

    def clock() -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=next(ticks))

    facts = build(write_card(tmp_path, base), progress=Quiet(), clock=clock)
    assert facts["started"] == "2026-01-01T00:00:00+00:00"


def test_good_enough_stops_at_the_first_rung_that_holds_the_gate(
    tmp_path: Path, base: Path
) -> None:
    card = write_card(tmp_path, base, candidates=["linear", "probe"], gate={"macro_f1": 0.3})
    progress = Recorder()
    facts = build(card, progress=progress)
    assert [row["verdict"] for row in facts["verdicts"]] == ["first", "skipped"]
    assert facts["verdicts"][1]["reason"] == "not climbed: linear holds the gate already"
    assert facts["exit_reason"] == "the gate holds at linear"
    assert facts["why"] == "linear wins: it is the only candidate that was climbed."
    assert facts["baseline"] is None
    assert progress.notes == [
        "linear: the cheapest rung; nothing to compare with yet",
        "probe: not climbed: linear holds the gate already",
    ]


def test_a_small_budget_climbs_the_cheapest_rung_only_and_says_so(
    tmp_path: Path, base: Path
) -> None:
    card = write_card(
        tmp_path, base, candidates=["linear", "probe"], stop="best", budget={"minutes": 1e-4}
    )
    facts = build(card, progress=Quiet())
    first, second = facts["verdicts"]
    assert (first["verdict"], second["verdict"]) == ("first", "skipped")
    assert second["value"] is None
    predicted = second["predicted_seconds"]
    assert second["reason"].startswith(f"not climbed: needs about {predicted:.0f} s; ")
    assert second["reason"].endswith(" s are left")
    assert facts["exit_reason"] == f"out of budget: {second['candidate']} was not climbed"
    with opened(card) as store:
        assert [c.stage for c in store.measurements.costs(facts["run"])] == ["rung:linear"]


def test_a_package_that_fails_its_gate_is_kept_as_challenger(tmp_path: Path, base: Path) -> None:
    # Labels that have nothing to do with the texts.
    labels = np.random.default_rng(0).permutation(60)
    rows = [(text, ("a", "b")[labels[i] % 2]) for i, (text, _) in enumerate(make_rows(60))]
    facts = build(write_card(tmp_path, base, rows=rows, gate={"accuracy": 0.99}), progress=Quiet())
    assert not facts["gate_holds"]
    (line,) = facts["gate"]
    assert (line["metric"], line["required"], line["holds"]) == ("accuracy", 0.99, False)
    with opened(tmp_path / "card.yaml") as store:
        version = facts["package"]["version"]
        assert store.packages.aliases("shop") == {"challenger": version}
        (run,) = store.runs.recent("shop")
        assert run.status == "gate_failed"
    # No threshold keeps the risk of guesses: the package abstains from everything.
    assert facts["risk"]["threshold"] is None
    answers = Predictor(open_package(Path(facts["package"]["path"]))).predict(
        ["refund my money", "我要退款", rows[0][0]]
    )
    assert all(answer.abstained for answer in answers)


def test_a_validation_file_makes_one_fold(tmp_path: Path, base: Path) -> None:
    split = {"kind": "stratified", "validation": "validation.csv"}
    card = write_card(tmp_path, base, split=split)
    write_rows(tmp_path / "validation.csv", make_rows(21, start=60))
    progress = Recorder()
    facts = build(card, progress=progress)
    assert facts["data"]["rows"]["validation"] == 21
    reason = "The packaged model learnt from 48 rows only: the rows of the validation file are kept"
    assert reason in Path(facts["report"]).read_text(encoding="utf-8")
    assert "linear: fold 1 of 1 done" in progress.stages
    package = open_package(Path(facts["package"]["path"]))
    evidence = (package.path / "evidence.jsonl").read_text(encoding="utf-8").splitlines()
    texts = {json.loads(line)["text"] for line in evidence}
    # The model that was judged is the model that is packaged: it learnt the training rows only.
    assert len(texts) == facts["data"]["rows"]["train"] == 48
    assert not texts & {text for text, _ in make_rows(21, start=60)}


@pytest.mark.parametrize(("name", "form"), [("probe", "onnx"), ("blend", "blend")])
def test_int8_is_weighed_and_the_package_answers(
    tmp_path: Path, base: Path, name: str, form: str
) -> None:
    limits = {"quantise": "auto", "max_flips": 1.0, "max_loss": 1.0}
    facts = build(write_card(tmp_path, base, candidates=[name], package=limits), progress=Quiet())
    whole, small = facts["package"]["parity"]
    assert (whole["form"], small["form"]) == (form, f"{form}-int8")
    assert whole["kept"]
    assert whole["flips"] == 0
    assert whole["max_difference"] < 5e-3
    assert facts["package"]["form"] == (small if small["kept"] else whole)["form"]
    package = open_package(Path(facts["package"]["path"]))
    (answer,) = Predictor(package).predict(["refund my money 我要退款"])
    assert answer.label in facts["data"]["labels"]
    assert len(answer.evidence) > 0
    assert [entry["form"] for entry in package.contents.parity] == [form, f"{form}-int8"]
    readme = (package.path / "README.md").read_text(encoding="utf-8")
    assert "shop" in readme


def lasting(facts: Facts) -> Facts:
    """Return the facts without times, places and names of the run."""
    kept = {
        key: value
        for key, value in facts.items()
        if key not in ("run", "started", "seconds", "report", "package", "card_path")
    }
    timed = ("seconds", "predicted_seconds", "peak_bytes")
    kept["verdicts"] = [
        {key: value for key, value in row.items() if key not in timed} for row in facts["verdicts"]
    ]
    return kept


def test_the_same_build_twice_gives_the_same_numbers(tmp_path: Path, base: Path) -> None:
    facts = []
    for folder in ("a", "b"):
        card = write_card(
            tmp_path / folder, base, candidates=["linear", "probe"], stop="best", seed=3
        )
        facts.append(build(card, progress=Quiet()))
    assert lasting(facts[0]) == lasting(facts[1])
    again = build(tmp_path / "a" / "card.yaml", progress=Quiet())  # now with a warm cache
    assert lasting(again) == lasting(facts[0])
    assert again["package"]["version"] != facts[0]["package"]["version"]


WAITING_BUILD = """
import sys
from pathlib import Path
from whet.core.progress import Quiet
from whet.ladder.build import build
from whet.ladder.facts import _mistakes

class Waiting(Quiet):
    def note(self, text):
        print("at work", flush=True)
        sys.stdin.readline()

build(Path(sys.argv[1]), progress=Waiting())
"""


def test_of_two_builds_at_once_the_second_is_told_who_is_first(tmp_path: Path, base: Path) -> None:
    card = write_card(tmp_path, base)
    command = [sys.executable, "-c", WAITING_BUILD, str(card)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as first:  # type: ignore[call-overload]
        assert first.stdout.readline() == "at work\n"
        with pytest.raises(BusyError) as busy:
            build(card, progress=Quiet())
        first.communicate("\n")
    assert str(busy.value).startswith(f"'build:shop' is in use: process {first.pid} on ")
    assert str(busy.value).endswith(
        "Wait until that process has finished, or stop it, then run the same command again."
    )
    assert first.returncode == 0
    assert len(packages_in(tmp_path)) == 1
    with opened(card) as store:
        assert [run.status for run in store.runs.recent("shop")] == ["built"]


def test_every_stop_finding_is_named_at_once(tmp_path: Path, base: Path) -> None:
    rows = make_rows(60)
    split = {"kind": "official", "folds": 3, "test": "test.csv"}
    card = write_card(
        tmp_path,
        base,
        rows=rows,
        split=split,
        data={"source": {"path": "rows.csv"}, "groups": ["customer"]},
    )
    lines = [
        "text,label,customer",
        *(f"{text},{label},c{i}" for i, (text, label) in enumerate(rows)),
    ]
    (tmp_path / "rows.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "test.csv").write_text("\n".join(lines[:13]) + "\n", encoding="utf-8")
    findings = audit_card(card, progress=Quiet()).findings
    stops = [f"{f.guard}: {f.sentence}" for f in findings if f.severity == "stop"]
    assert {line.split(":")[0] for line in stops} >= {"exact_duplicates", "group_overlap"}
    with pytest.raises(InputError) as refused:
        build(card, progress=Quiet())
    assert str(refused.value) == (
        "The audit stops the build:\n  "
        + "\n  ".join(stops)
        + "\nMend the data (`whet audit CARD --fix` does what is mechanical), or waive a guard "
        "in the card with a reason: `waive: {guard: reason}`."
    )
    assert not (tmp_path / ".whet" / "packages").exists()


def refused(card: Path, kind: type[Exception]) -> str:
    """Return the sentence that refuses a card; nothing may be left."""
    with pytest.raises(kind) as error:
        build(card, progress=Quiet())
    assert packages_in(card.parent) == []
    return str(error.value)


def test_a_label_that_appears_once_is_refused(tmp_path: Path, base: Path) -> None:
    card = write_card(tmp_path, base, rows=[*make_rows(60), ("card bill", "bill")])
    assert refused(card, InputError) == (
        "rows.csv: every label must have two training rows or more; 'bill' has row 61. "
        "Add rows of these labels, give the rows another label, or remove them."
    )


def test_one_label_everywhere_is_refused(tmp_path: Path, base: Path) -> None:
    card = write_card(tmp_path, base, rows=make_rows(30, labels=["refund"]))
    assert refused(card, InputError) == (
        "rows.csv: there must be two labels or more to tell apart; every training row has "
        "'refund'. Check target.column ('label')."
    )


def test_a_base_that_is_nowhere_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    card = write_card(tmp_path / "a", Path("nobody/no-such-model"), candidates=["probe"])
    assert refused(card, InputError) == (
        "base 'nobody/no-such-model' is no folder and not in the hub's local cache, and the hub "
        "could not give it (OfflineModeIsEnabled). Check the name and the network, or download "
        "the model and give its folder. `whet base list` shows the catalogue."
    )
    card = write_card(tmp_path / "b", Path("minilmm"), candidates=["probe"])
    assert refused(card, InputError) == (
        "base 'minilmm' must be a name of the catalogue, a hub id such as owner/model, or a "
        "folder; it is none of them. Did you mean 'minilm'?"
    )


def test_weights_that_are_not_the_catalogues_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = find_base("minilm", tmp_path).folder
    entry = replace(CATALOGUE["minilm"], weights_sha256="0" * 64)
    monkeypatch.setitem(CATALOGUE, "tiny", entry)
    card = write_card(tmp_path, Path("tiny"), candidates=["probe"])
    sentence = refused(card, IntegrityError)
    assert sentence.startswith(
        f"The weights of base 'tiny' must have SHA-256 {'0' * 64}, but "
        f"{base / 'model.safetensors'} has "
    )
    assert sentence.endswith(" Install the package again.")


@pytest.mark.parametrize(
    ("stage", "kind", "status"),
    [
        ("linear: trial", RuntimeError, "failed"),
        ("parity of", KeyboardInterrupt, "interrupted"),
        ("writing the report", KeyboardInterrupt, "interrupted"),
    ],
)
def test_a_build_that_ends_early_says_how_and_leaves_no_package(
    tmp_path: Path, base: Path, stage: str, kind: type[BaseException], status: str
) -> None:
    class Failing(Quiet):
        def start(self, name: str, total: int | None = None) -> None:
            if name.startswith(stage):
                raise kind("cut off")

    card = write_card(tmp_path, base)
    with pytest.raises(kind, match="cut off"):
        build(card, progress=Failing())
    with opened(card) as store:
        (last,) = store.runs.recent("shop")
        assert last.status == status
        assert store.packages.all() == []
    assert packages_in(tmp_path) == []


def test_a_ladder_of_the_dear_rung_alone_builds(tmp_path: Path, base: Path) -> None:
    facts = build(write_card(tmp_path, base, candidates=["full"]), progress=Quiet())
    assert facts["winner"] == "full"
    assert facts["final"] == {"rows": facts["data"]["rows"]["train"], "sentence": ""}
    assert facts["curve"]["points"] == []
    assert facts["curve"]["candidate"] == "full"
    assert facts["curve"]["refused"] == "A forecast needs at least 5 training sizes; there are 0."


def test_the_worst_mistakes_are_shown_without_personal_data(tmp_path: Path, base: Path) -> None:
    context = context_of(write_card(tmp_path, base, rows=make_rows(60)))
    called = replace(context.dataset.test, texts=("call 312-555-0147",) * len(context.dataset.test))
    context = replace(context, dataset=replace(context.dataset, test=called))
    truth = context.class_ids(called.labels)
    wrong = np.eye(3, dtype=np.float32)[(truth + 1) % 3]
    assert {mistake["text"] for mistake in _mistakes(context, truth, wrong)} == {"call [phone]"}


def test_a_build_that_is_killed_after_it_registered_only_says_so_again(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = write_card(tmp_path, base, rows=make_rows(36))

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut_off, pytest.raises(KeyboardInterrupt):
        cut_off.setattr("whet.store.packages.Packages.set_alias", cut)
        build(card, progress=Quiet())
    facts = build(card, progress=Quiet())
    with open_store(Workspace(tmp_path).database_url) as store:
        (package,) = store.packages.all("shop")
        assert store.packages.resolve("shop", "champion") == package
        (run,) = store.runs.recent("shop")
    assert (run.status, run.id, package.path) == ("built", facts["run"], facts["package"]["path"])
    assert list(Path(package.path).parent.iterdir()) == [Path(package.path)]
