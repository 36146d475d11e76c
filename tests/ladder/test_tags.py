"""Tests for spans through the whole ladder: rungs, verdicts, report, package, service."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.ladder.tag_workshop import make_tagged, write_conll, write_jsonl, write_tag_card
from tests.ladder.workshop import write_card

from whet.compression.parity import Parity
from whet.core.errors import InputError, WhetError
from whet.core.progress import Quiet
from whet.core.spans import Span
from whet.core.workspace import find_workspace
from whet.ladder.audit import audit_card
from whet.ladder.build import build
from whet.ladder.comparison import compare_runs
from whet.ladder.finish import Winner, write_package
from whet.ladder.model_guards import context_of
from whet.ladder.targets.registry import open_target
from whet.models.tag_output import TagOutput
from whet.serving.package import open_package
from whet.serving.tagging.predictor import TagPredictor
from whet.store.store import open_store

TUNING = {"learning_rate": 0.003, "epochs": 6, "layer_decay": 1.0}


def test_neighbours_beat_the_lookup_and_a_cheaper_model_wins(tmp_path: Path, base: Path) -> None:
    card = write_tag_card(
        tmp_path, base, candidates="auto", stop="best", tuning=TUNING, gate={"f1": 0.8}
    )
    facts = build(card, progress=Quiet())
    rows = {row["candidate"]: row for row in facts["verdicts"]}
    assert list(rows) == ["lookup", "words", "tagger"]
    assert rows["words"]["verdict"] == "beats" and rows["words"]["against"] == "lookup"
    assert rows["words"]["metric"] == "f1"
    assert facts["winner"] == "words" and facts["gate_holds"]
    assert facts["test"]["f1"]["value"] > 0.95 > facts["baseline"]["test"]["f1"]["value"]
    assert facts["trivial"] == {
        "name": "no spans",
        "test": {name: facts["trivial"]["test"][name] for name in facts["test"]},
    }
    assert facts["trivial"]["test"]["f1"]["value"] == 0
    assert [row["label"] for row in facts["per_class"]] == ["DEVICE", "PAPER"]
    names = ["micro avg", "macro avg", "weighted avg"]
    assert [row["name"] for row in facts["averages"]] == names
    assert sum(row["support"] for row in facts["per_class"]) == facts["averages"][0]["support"]
    page = Path(facts["report"]).read_text(encoding="utf-8")
    assert all(name in page for name in (*names, "DEVICE", "PAPER"))


def test_the_facts_have_the_shape_of_those_of_classes(tmp_path: Path, base: Path) -> None:
    spans = build(write_tag_card(tmp_path / "spans", base), progress=Quiet())
    classes = build(write_card(tmp_path / "classes", base), progress=Quiet())
    assert set(spans) - set(classes) == {"averages"}
    assert set(classes) <= set(spans)


@pytest.mark.parametrize("rung", ["lookup", "words", "tagger"])
def test_every_rung_is_packaged_and_answers_as_it_was_measured(
    tmp_path: Path, base: Path, rung: str
) -> None:
    card = write_tag_card(tmp_path, base, candidates=[rung], tuning=TUNING)
    facts = build(card, progress=Quiet())
    (parity,) = facts["package"]["parity"]
    assert (parity["flips"], parity["metric_loss"], parity["kept"]) == (0.0, 0.0, True)
    package = open_package(Path(facts["package"]["path"]))
    assert package.contents.metrics["f1"].value == facts["test"]["f1"]["value"]
    readme = (package.path / "README.md").read_text(encoding="utf-8")
    assert "weighted avg" in readme and "token-classification" in readme
    text = "please refund my card"
    (answer,) = TagPredictor(package).predict([text])
    assert all(text[span.start : span.end] == span.text for span in answer.spans)
    if rung == "words":
        assert [(span.text, span.label) for span in answer.spans] == [("card", "DEVICE")]
    with open_store(find_workspace(card).database_url) as store:
        (registered,) = store.packages.all("items")
        assert registered.metrics["f1"] == facts["test"]["f1"]
    with pytest.raises(WhetError):
        open_package(Path(facts["package"]["path"]), manifest_sha256="0" * 64)


def test_a_tagger_that_was_cut_off_is_taken_up_with_the_epochs_of_its_plan(
    tmp_path: Path, base: Path
) -> None:
    card = write_tag_card(tmp_path, base)
    context = context_of(audit_card(card, progress=Quiet()), progress=Quiet())
    rung = open_target(context).open_rung("tagger")
    rung.predicted_seconds(60, 1)
    plan = context.work_folder / "tagger" / "plan.json"
    plan.write_text(plan.read_text().replace('"epochs": ', '"epochs": 1'))
    planned = int(plan.read_text().rpartition(" ")[2].rstrip("}"))
    assert rung._epochs(60, 1e9) == planned  # type: ignore[attr-defined]
    assert rung._epochs(61, 1e9) == 1  # type: ignore[attr-defined]


def test_columns_and_an_official_split_build_alike(tmp_path: Path, base: Path) -> None:
    rows = make_tagged(100)
    write_conll(tmp_path / "train.txt", rows[:70])
    write_conll(tmp_path / "valid.txt", rows[70:85])
    write_conll(tmp_path / "test.txt", rows[85:])
    card = write_tag_card(
        tmp_path,
        base,
        data={"source": {"path": "train.txt", "format": "conll"}},
        split={"kind": "official", "test": "test.txt", "validation": "valid.txt"},
    )
    facts = build(card, progress=Quiet())
    assert facts["data"]["rows"] == {
        "train": 70,
        "validation": 15,
        "test": 15,
        "out_of_scope": 0,
        "unlabelled": 0,
    }
    assert facts["test"]["f1"]["value"] > 0.9


def test_slices_and_groups_are_those_of_the_card(tmp_path: Path, base: Path) -> None:
    data = {"source": {"path": "rows.jsonl"}}
    write_jsonl(tmp_path / "rows.jsonl", make_tagged(120))
    by = {"by": ["channel"]}
    facts = build(write_tag_card(tmp_path, base, data=data, metrics=by), progress=Quiet())
    assert {row["value"] for row in facts["slices"]} == {"mail", "chat"}
    assert sum(row["n"] for row in facts["slices"]) == facts["data"]["rows"]["test"]
    assert {row["metric"] for row in facts["slices"]} == {"f1"}


def test_two_runs_over_the_same_texts_are_compared(tmp_path: Path, base: Path) -> None:
    runs = []
    for rung in ("lookup", "words"):
        card = write_tag_card(tmp_path, base, candidates=[rung])
        runs.append(build(card, progress=Quiet())["run"])
    workspace = find_workspace(card)
    with open_store(workspace.database_url) as store:
        said = compare_runs(store, workspace, *runs)
    assert (said["verdict"], said["metric"]) == ("beats", "f1")
    gain = said["second"]["value"]["value"] - said["first"]["value"]["value"]
    assert said["difference"]["value"] == pytest.approx(gain)


def test_a_form_that_finds_other_spans_is_not_packaged(tmp_path: Path, base: Path) -> None:
    card = write_tag_card(tmp_path, base)
    context = context_of(audit_card(card, progress=Quiet()), progress=Quiet())
    target = open_target(context)
    fitted = target.open_rung("words").fit(context.development_rows)
    test = fitted.predict(context.test_rows)
    packing = target.examine(None, fitted, test).packing(  # type: ignore[arg-type]
        "1", "2026-01-02T03:04:05+00:00", {"test": {}}
    )
    nothing = TagOutput(tuple(() for _ in test.spans), tuple(() for _ in test.spans))
    wrong = replace(packing, test=nothing)  # type: ignore[type-var]
    with pytest.raises(WhetError, match=r"of the texts flip; the card bears 1\.00%"):
        write_package(Winner(context, wrong), tmp_path / "wrong")
    assert not (tmp_path / "wrong").exists()
    kept = write_package(Winner(context, packing), tmp_path / "right")
    assert kept.form == "words" and isinstance(kept.parity[0], Parity)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("Ana B-PER\nLi E-PER\n\nin O\nRome B-LOC\n", "as BIOES, 1 row breaks it: row 5"),
        ("Ana\n", "row 1: must hold a word and its tag; found 'Ana' alone"),
    ],
)
def test_broken_columns_stop_with_their_rows(
    tmp_path: Path, base: Path, rows: str, told: str
) -> None:
    (tmp_path / "rows.txt").write_text(rows)
    data = {"source": {"path": "rows.txt", "format": "conll"}}
    card = write_tag_card(tmp_path, base, data=data)
    with pytest.raises(InputError) as caught:
        build(card, progress=Quiet())
    assert told in str(caught.value)


def test_broken_tags_are_repaired_on_request(tmp_path: Path, base: Path) -> None:
    rows = make_tagged(60)
    write_conll(tmp_path / "rows.txt", rows)
    text = (tmp_path / "rows.txt").read_text(encoding="utf-8")
    (tmp_path / "rows.txt").write_text(text.replace("B-PAPER", "I-PAPER", 1), encoding="utf-8")
    data = {"source": {"path": "rows.txt", "format": "conll"}}
    card = write_tag_card(tmp_path, base, data=data, candidates=["lookup"])
    with pytest.raises(InputError, match="break"):
        audit_card(card, progress=Quiet())
    card = write_tag_card(
        tmp_path, base, data=data, candidates=["lookup"], target={"kind": "tags", "repair": True}
    )
    dataset = audit_card(card, progress=Quiet()).dataset
    spans = sum(label != "[]" for label in (*dataset.train.labels, *dataset.test.labels))
    assert spans == sum(bool(own) for _, own in rows)


def test_spans_outside_of_their_text_stop_with_their_rows(tmp_path: Path, base: Path) -> None:
    write_jsonl(tmp_path / "rows.jsonl", [*make_tagged(5), ("in Rome", (Span(3, 9, "LOC"),))])
    card = write_tag_card(tmp_path, base, data={"source": {"path": "rows.jsonl"}})
    with pytest.raises(InputError, match="row 6: the span 3 to 9"):
        audit_card(card, progress=Quiet())
