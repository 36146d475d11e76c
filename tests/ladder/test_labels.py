"""Tests for several labels a text through the whole ladder: rungs, promises, report, package."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.ladder.label_workshop import make_topics, write_label_card, write_topics
from tests.ladder.workshop import write_card

from whet.core.errors import InputError
from whet.core.progress import Quiet
from whet.core.workspace import find_workspace
from whet.ladder.audit import audit_card
from whet.ladder.build import build
from whet.ladder.comparison import compare_runs
from whet.serving.label_lists import LabelsPredictor
from whet.serving.opening import load_predictor
from whet.serving.package import open_package
from whet.store.store import open_store

TUNING = {"learning_rate": 0.003, "epochs": 3}


def built(card: Path) -> dict[str, Any]:
    return build(card, progress=Quiet())


def test_every_rung_of_the_ladder_is_climbed_and_beats_the_trivial_answer(
    tmp_path: Path, base: Path
) -> None:
    card = write_label_card(
        tmp_path, base, candidates="auto", stop="best", tuning=TUNING, gate={"micro_f1": 0.8}
    )
    facts = built(card)
    assert [row["candidate"] for row in facts["verdicts"]] == ["linear", "probe", "full"]
    assert {row["metric"] for row in facts["verdicts"]} == {"micro_f1"}
    assert list(facts["test"]) == ["micro_f1", "macro_f1", "subset_accuracy"]
    assert facts["gate_holds"] and facts["test"]["subset_accuracy"]["value"] > 0.8
    assert facts["trivial"]["name"] == "most frequent labels"
    assert facts["trivial"]["test"]["micro_f1"]["value"] < 0.7
    assert [row["label"] for row in facts["per_class"]] == ["grain", "oil", "trade"]
    assert sum(row["support"] for row in facts["per_class"]) == facts["averages"][0]["support"]
    page = Path(facts["report"]).read_text(encoding="utf-8")
    assert "Which labels are shown" in page and "weighted avg" in page


def test_the_facts_have_the_shape_of_those_of_classes(tmp_path: Path, base: Path) -> None:
    labels = built(write_label_card(tmp_path / "labels", base))
    classes = built(write_card(tmp_path / "classes", base))
    assert set(labels) - set(classes) == {"averages", "shown"}
    assert set(classes) <= set(labels)


@pytest.mark.parametrize("rung", ["linear", "probe", "full", "bitfit"])
def test_every_rung_is_packaged_and_answers_as_it_was_measured(
    tmp_path: Path, base: Path, rung: str
) -> None:
    decision = {"kind": "risk", "wrong_answers": 0.1}
    card = write_label_card(tmp_path, base, candidates=[rung], tuning=TUNING, decision=decision)
    facts = built(card)
    (parity,) = facts["package"]["parity"]
    assert (parity["flips"], parity["metric_loss"], parity["kept"]) == (0.0, 0.0, True)
    package = open_package(Path(facts["package"]["path"]))
    assert package.contents.kind == "labels"
    assert package.contents.metrics["micro_f1"].value == facts["test"]["micro_f1"]["value"]
    assert "any number of 3 labels" in (package.path / "README.md").read_text(encoding="utf-8")
    predictor = load_predictor(package)
    assert isinstance(predictor, LabelsPredictor)
    both, none = predictor.predict(["news of barrel tariff 退款", "news of weather 退款"])
    if rung in ("linear", "probe"):
        assert {one.label for one in both.labels} == {"oil", "trade"}
        assert all(one.shown for one in both.labels) and not both.abstained
        assert none.labels == () and not none.abstained
    assert len(both.evidence) == (0 if rung == "linear" else 3)


def test_a_label_is_shown_only_where_its_bound_holds(tmp_path: Path, base: Path) -> None:
    rows = make_topics(300)
    # Every third barrel is not about oil, and nothing in the text says so.
    noisy = [
        (text, tuple(t for t in own if t != "oil") if i % 3 == 0 else own)
        for i, (text, own) in enumerate(rows)
    ]
    write_topics(tmp_path / "rows.csv", noisy)
    card = write_label_card(tmp_path, base, data={"source": {"path": "rows.csv"}})
    facts = built(card)
    lines = {line["label"]: line for line in facts["shown"]["labels"]}
    assert lines["oil"]["threshold"] is None and lines["oil"]["shown"] == 0 < lines["oil"]["found"]
    assert lines["oil"]["why_not"].startswith("Nothing can be promised")
    assert lines["grain"]["threshold"] is not None and lines["grain"]["shown"] > 0
    assert "Of 2 of 3 labels it is promised" in facts["shown"]["sentence"]
    assert facts["shown"]["risk"]["low"] <= 0.05
    predictor = load_predictor(open_package(Path(facts["package"]["path"])))
    assert isinstance(predictor, LabelsPredictor)
    (answer,) = predictor.predict(["news of barrel wheat 退款"])
    assert {one.label: one.shown for one in answer.labels} == {"oil": False, "grain": True}
    assert answer.abstained


def test_a_label_that_training_never_shows_is_missed(tmp_path: Path, base: Path) -> None:
    write_topics(tmp_path / "rows.csv", make_topics(120))
    tested = [(text, (*own, "new")) for text, own in make_topics(40, start=120)]
    write_topics(tmp_path / "test.csv", tested)
    split = {"kind": "official", "test": "test.csv", "folds": 3}
    data = {"source": {"path": "rows.csv"}}
    waive = {"unseen_labels": "they came later"}
    facts = built(write_label_card(tmp_path, base, data=data, split=split, waive=waive))
    assert facts["data"]["labels"] == ["grain", "oil", "trade"]
    assert facts["test"]["subset_accuracy"]["value"] == 0
    assert 0.5 < facts["test"]["micro_f1"]["value"] < 0.8


def test_slices_and_two_runs_over_the_same_texts(tmp_path: Path, base: Path) -> None:
    runs = []
    for rung in ("linear", "probe"):
        card = write_label_card(tmp_path, base, candidates=[rung], metrics={"by": ["channel"]})
        runs.append(built(card))
    assert {row["value"] for row in runs[0]["slices"]} == {"mail", "chat"}
    workspace = find_workspace(tmp_path / "card.yaml")
    with open_store(workspace.database_url) as store:
        said = compare_runs(store, workspace, runs[0]["run"], runs[1]["run"])
    gain = runs[1]["test"]["micro_f1"]["value"] - runs[0]["test"]["micro_f1"]["value"]
    assert said["difference"]["value"] == pytest.approx(gain)


def test_lists_and_cells_read_alike(tmp_path: Path, base: Path) -> None:
    rows = make_topics(60)
    folders = [tmp_path / name for name in ("csv", "jsonl", "parquet")]
    for folder in folders:
        folder.mkdir()
    write_topics(folders[0] / "rows.csv", rows)
    lines = [json.dumps({"text": text, "topics": list(own)}) for text, own in rows]
    (folders[1] / "rows.jsonl").write_text("\n".join(lines) + "\n")
    table = {"text": [text for text, _ in rows], "topics": [list(own) for _, own in rows]}
    pl.DataFrame(table).write_parquet(folders[2] / "rows.parquet")
    found = set()
    for folder in folders:
        data = {"source": {"path": f"rows.{folder.name}"}}
        audited = audit_card(write_label_card(folder, base, data=data), progress=Quiet())
        found.add((audited.dataset.labels, audited.dataset.train.labels))
    assert len(found) == 1


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            [["a|b"], []],
            "{path}, line 1: 'topics' must hold texts without '|', which stands between labels; "
            "found 'a|b'. Set another target.separator.",
        ),
        (
            [["a"], [None]],
            "{path}, line 2: 'topics' must hold a list of texts; found None in it.",
        ),
        (
            [[], [], []] * 5,
            "rows.jsonl: some label must have two training rows or more to be learnt; there is no "
            "label at all. Check target.column ('topics') and target.separator.",
        ),
    ],
)
def test_what_cannot_be_read_or_learnt_is_refused(
    tmp_path: Path, base: Path, lines: list[list[Any]], sentence: str
) -> None:
    path = tmp_path / "rows.jsonl"
    rows = [json.dumps({"text": f"t{i}", "topics": own}) for i, own in enumerate(lines)]
    path.write_text("\n".join(rows) + "\n")
    card = write_label_card(tmp_path, base, data={"source": {"path": "rows.jsonl"}})
    with pytest.raises(InputError) as error:
        audit_card(card, progress=Quiet())
    assert str(error.value) == sentence.format(path=path)
