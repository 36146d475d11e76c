"""Tests for numbers through the whole ladder: rungs, verdicts, intervals, report, package."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.ladder.value_workshop import make_priced, write_priced, write_value_card
from tests.ladder.workshop import write_card

from whet.core.errors import InputError
from whet.core.progress import Quiet
from whet.core.workspace import find_workspace
from whet.ladder.audit import audit_card
from whet.ladder.build import build
from whet.ladder.comparison import compare_runs
from whet.ladder.model_guards import context_of
from whet.ladder.targets.registry import open_target
from whet.serving.opening import load_predictor
from whet.serving.package import open_package
from whet.serving.values import ValuePredictor
from whet.store.store import open_store

TUNING = {"learning_rate": 0.003, "epochs": 4}


def built(card: Path) -> dict[str, Any]:
    return build(card, progress=Quiet())


def test_every_rung_of_the_ladder_is_climbed_and_beats_the_median(
    tmp_path: Path, base: Path
) -> None:
    card = write_value_card(
        tmp_path, base, candidates="auto", stop="best", tuning=TUNING, gate={"mae": 8.0}
    )
    facts = built(card)
    assert [row["candidate"] for row in facts["verdicts"]] == ["linear", "probe", "full"]
    assert {row["metric"] for row in facts["verdicts"]} == {"mae"}
    assert facts["trivial"]["name"] == "training median"
    assert list(facts["test"]) == ["mae", "rmse", "r2", "spearman"]
    assert facts["test"]["mae"]["value"] < facts["trivial"]["test"]["mae"]["value"] / 2
    assert facts["test"]["r2"]["value"] > 0.5 > facts["trivial"]["test"]["r2"]["value"]
    assert facts["trivial"]["test"]["spearman"]["value"] == 0
    assert facts["gate_holds"]
    for metric in facts["test"].values():
        assert metric["low"] <= metric["value"] <= metric["high"]
    page = Path(facts["report"]).read_text(encoding="utf-8")
    assert "Truth and answer" in page and "true price" in page and "mean absolute error" in page
    assert "of truths in the interval beside the answer" in page


def test_the_facts_have_the_shape_of_those_of_classes(tmp_path: Path, base: Path) -> None:
    values = built(write_value_card(tmp_path / "values", base))
    classes = built(write_card(tmp_path / "classes", base))
    assert set(values) - set(classes) == {"values"}
    assert set(classes) <= set(values)


@pytest.mark.parametrize("rung", ["linear", "probe", "full", "lora", "freeze:1"])
def test_every_rung_is_packaged_and_answers_as_it_was_measured(
    tmp_path: Path, base: Path, rung: str
) -> None:
    facts = built(write_value_card(tmp_path, base, candidates=[rung], tuning=TUNING))
    (parity,) = facts["package"]["parity"]
    assert (parity["flips"], parity["kept"]) == (0.0, True)
    assert abs(parity["metric_loss"]) < 1e-4 and parity["max_difference"] < 0.1  # of about 60
    package = open_package(Path(facts["package"]["path"]))
    assert (package.contents.kind, package.contents.labels) == ("real", ("price",))
    assert package.contents.metrics["mae"].value == facts["test"]["mae"]["value"]
    readme = (package.path / "README.md").read_text(encoding="utf-8")
    assert "Predicts price, a number, from a text" in readme
    predictor = load_predictor(package)
    assert isinstance(predictor, ValuePredictor)
    cheap, dear = predictor.predict(["a small wooden lamp", "a large golden chair"])
    assert cheap.value < dear.value
    assert cheap.low is not None and cheap.high is not None
    assert cheap.low < cheap.value < cheap.high
    assert len(cheap.evidence) == (0 if rung == "linear" else 3)
    if cheap.evidence:
        assert float(cheap.evidence[0].label) < 70
        assert len(predictor.embedded(["a lamp"])[0].vector) == package.contents.dimension


def test_the_interval_holds_what_it_promises_on_the_test_rows(tmp_path: Path, base: Path) -> None:
    write_priced(tmp_path / "rows.csv", make_priced(600))
    data = {"source": {"path": "rows.csv"}}
    target = {"kind": "real", "column": "price", "coverage": 0.8}
    facts = built(write_value_card(tmp_path, base, data=data, target=target))
    band = facts["values"]["band"]
    assert band["target"] == 0.8
    assert band["coverage"]["low"] <= 0.8 <= band["coverage"]["high"]
    # Golden things have ten times the noise of wooden ones: widths must follow.
    assert band["is_scaled"]
    predictor = load_predictor(open_package(Path(facts["package"]["path"])))
    assert isinstance(predictor, ValuePredictor)
    wooden, golden = predictor.predict(["a small wooden lamp", "a small golden lamp"])
    assert wooden.high is not None and golden.high is not None
    assert golden.high - golden.value > 1.5 * (wooden.high - wooden.value)
    assert f"{100 * band['coverage']['value']:.1f} %" in Path(facts["report"]).read_text("utf-8")


def test_too_few_rows_for_an_interval_are_said(tmp_path: Path, base: Path) -> None:
    write_priced(tmp_path / "rows.csv", make_priced(30))
    data = {"source": {"path": "rows.csv"}}
    target = {"kind": "real", "column": "price", "coverage": 0.98}
    facts = built(write_value_card(tmp_path, base, data=data, target=target))
    band = facts["values"]["band"]
    assert band["coverage"] is None
    assert band["sentence"] == (
        "No interval can be promised: to hold 98 % of truths at least 49 calibration rows are "
        "needed, and there are 24."
    )
    predictor = load_predictor(open_package(Path(facts["package"]["path"])))
    assert isinstance(predictor, ValuePredictor)
    (answer,) = predictor.predict(["a lamp"])
    assert (answer.low, answer.high) == (None, None)


def test_slices_and_two_runs_over_the_same_texts(tmp_path: Path, base: Path) -> None:
    runs = []
    for rung in ("linear", "probe"):
        facts = built(
            write_value_card(tmp_path, base, candidates=[rung], metrics={"by": ["channel"]})
        )
        runs.append(facts)
    assert {row["value"] for row in facts["slices"]} == {"mail", "chat"}
    assert {row["metric"] for row in facts["slices"]} == {"mae"}
    workspace = find_workspace(tmp_path / "card.yaml")
    with open_store(workspace.database_url) as store:
        said = compare_runs(store, workspace, runs[0]["run"], runs[1]["run"])
    gain = runs[1]["test"]["mae"]["value"] - runs[0]["test"]["mae"]["value"]
    assert said["difference"]["value"] == pytest.approx(gain)


def test_the_verdict_does_not_depend_on_the_unit(tmp_path: Path, base: Path) -> None:
    words = []
    for factor in (1.0, 1e4, 1e-4):
        folder = tmp_path / str(factor)
        folder.mkdir()
        rows = [(text, repr(float(price) * factor)) for text, price in make_priced(120)]
        write_priced(folder / "rows.csv", rows)
        data = {"source": {"path": "rows.csv"}}
        card = write_value_card(
            folder, base, candidates=["linear", "probe"], stop="best", data=data
        )
        facts = built(card)
        words.append((facts["verdicts"][1]["verdict"], facts["winner"]))
        assert facts["test"]["mae"]["value"] / factor == pytest.approx(2, abs=2)
    assert len(set(words)) == 1


def test_a_form_that_answers_other_numbers_is_not_kept(tmp_path: Path, base: Path) -> None:
    card = write_value_card(tmp_path, base)
    context = context_of(audit_card(card, progress=Quiet()), progress=Quiet())
    target = open_target(context)
    unit = target.unit("mae")
    values = np.array([float(label) for label in context.development.labels])
    assert unit == pytest.approx(np.abs(values - np.median(values)).mean())
    assert (target.unit("r2"), target.left_out("probe")) == (1.0, "")
    assert len(np.unique(target.strata())) == 10


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (
            ["12.5", "1,299", "nan", "$5", "7"],
            "rows.csv: column 'price' must hold finite numbers such as 1299.5; row 2 has "
            "'1,299', row 3 has 'nan', row 4 has '$5'. Write them without units, currencies and "
            "signs of thousands, or remove these rows.",
        ),
        (
            ["5"] * 40,
            "rows.csv: the numbers must differ to be learnt; every training row has 5. Check "
            "target.column ('price').",
        ),
    ],
)
def test_what_is_no_number_is_refused_with_its_rows(
    tmp_path: Path, base: Path, labels: list[str], sentence: str
) -> None:
    write_priced(tmp_path / "rows.csv", [(f"text {i}", label) for i, label in enumerate(labels)])
    card = write_value_card(tmp_path, base, data={"source": {"path": "rows.csv"}})
    with pytest.raises(InputError) as error:
        audit_card(card, progress=Quiet())
    assert str(error.value) == sentence
