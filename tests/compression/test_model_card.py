"""Tests for whet.compression.model_card: the hub's own reader, a Markdown reader, running code."""

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from huggingface_hub import ModelCard, ModelCardData
from safetensors.numpy import save_file

from whet.compression.model_card import model_card
from whet.compression.write import EvidenceRows, write_contents, write_evidence
from whet.core.files import write_atomic
from whet.serving.contents import Contents

Facts = dict[str, Any]
HOSTILE = "<script>alert(1)</script> | *bold* [x](http://example.org) `code`"


@pytest.fixture
def facts() -> Facts:
    """Facts of a finished build, as far as a model card looks at them."""
    macro = {"value": 0.931, "low": 0.922, "high": 0.94}
    ece = {"value": 0.014, "low": 0.01, "high": 0.021}
    classes = [("refund", 0.95), ("card_lost", 0.71), ("转人工", 0.8)]
    example = {"row": 3, "source": "m.csv", "text": "我要退款，怎么还没到", "detail": ""}
    return {
        "name": "support",
        "use": "route messages",
        "not_for": "legal advice",
        "started": "2026-07-03T10:24:09+00:00",
        "winner": "probe",
        "card_path": "examples/support/card.yaml",
        "card": {
            "base": "minilm",
            "data": {"source": {"path": "messages.csv", "licence": None}, "groups": ["talk"]},
            "split": {"kind": "group"},
            "metrics": {"primary": "macro_f1"},
            "interval": {"unit": None, "n": 1000, "level": 0.95},
        },
        "data": {
            "version": "ab" * 32,
            "rows": {"train": 720, "validation": 0, "test": 180, "out_of_scope": None},
            "labels": ["card_lost", "refund", "转人工"],
        },
        "audit": {
            "findings": [
                {"severity": "warn", "sentence": "3 texts repeat.", "examples": [example]},
                {"severity": "info", "sentence": "Texts are short.", "examples": []},
                {"severity": "waived", "sentence": "1 address.", "examples": []}
                | {"waived": "it is invented"},
            ]
        },
        "test": {"macro_f1": macro, "ece": ece},
        "baseline": {"name": "linear", "test": {"macro_f1": {**macro, "value": 0.925}}},
        "trivial": {"name": "majority class", "test": {}},
        "gate": [{"metric": "macro_f1", "required": 0.85, **macro, "holds": True}],
        "gate_holds": True,
        "per_class": [
            {"label": label, "f1": {"value": f1, "low": f1 - 0.1, "high": f1 + 0.04}}
            for label, f1 in classes
        ],
        "slices": [],
        "calibration": {"ece_after": 0.014},
        "risk": {
            "sentence": "At most 5 % of the answers are wrong.",
            "threshold": 0.2,
            "coverage_interval": {"value": 0.91, "low": 0.9, "high": 0.92},
            "risk_interval": {"value": 0.04, "low": 0.03, "high": 0.05},
            "oos_rejected": 0.8,
        },
        "mistakes": [{"text": "how can I get my money back, and what is the limit"}],
        "package": {"version": "v1", "form": "onnx-int8", "bytes": 23_000_000},
    }


def _header(text: str) -> Facts:
    """Return the YAML header."""
    _, header, _ = text.split("---\n", 2)
    found: Facts = yaml.safe_load(header)
    return found


def _read_by_the_hub(text: str) -> ModelCardData:
    """Return the header as the hub's own library reads it."""
    data = ModelCard(text).data
    assert isinstance(data, ModelCardData)
    return data


def _section(text: str, title: str) -> str:
    """Return the text under a title of the second level."""
    return text.split(f"\n## {title}\n\n")[1].split("\n\n## ")[0]


def test_the_hub_reads_the_results_with_their_intervals(facts: Facts) -> None:
    data = _read_by_the_hub(model_card(facts))
    assert data.model_name == "support"
    macro, ece = data.eval_results or []
    assert (macro.task_type, macro.metric_type, macro.metric_name) == (
        *("text-classification", "f1", "macro F1"),
    )
    assert macro.metric_value == 0.931
    assert macro.metric_args == {"average": "macro", "low": 0.922, "high": 0.94, "level": 0.95}
    assert (ece.metric_type, ece.metric_value) == ("ece", 0.014)
    assert (macro.dataset_type, macro.dataset_split) == ("support", "test")
    assert macro.dataset_args == {"version": "ab" * 32}


def test_the_header_names_languages_base_and_metrics(facts: Facts) -> None:
    header = _header(model_card(facts))
    del header["model-index"]
    assert header == {
        "language": ["en", "zh"],
        "license": "unknown",
        "pipeline_tag": "text-classification",
        "tags": ["whet", "onnx", "calibrated", "selective-classification"],
        "base_model": "sentence-transformers/all-MiniLM-L6-v2",
        "metrics": ["f1", "ece"],
    }


def test_a_language_column_is_believed(facts: Facts) -> None:
    values = ("zh", "de", "", "other languages")
    facts["slices"] = [{"column": "language", "value": value} for value in values]
    assert _header(model_card(facts))["language"] == ["de", "zh"]


def test_an_unknown_language_is_not_guessed(facts: Facts) -> None:
    facts["mistakes"], facts["audit"] = [{"text": "wo ist mein Geld"}], {"findings": []}
    assert "language" not in _header(model_card(facts))


def test_data_of_the_hub_is_linked(facts: Facts) -> None:
    facts["card"]["data"]["source"]["path"] = "hf:mteb/banking77"
    header = _header(model_card(facts))
    assert header["datasets"] == ["mteb/banking77"]
    assert header["model-index"][0]["results"][0]["dataset"]["type"] == "mteb/banking77"


def test_a_base_in_a_folder_is_no_base_of_the_hub(facts: Facts, tmp_path: Path) -> None:
    facts["card_path"] = str(tmp_path / "card.yaml")
    facts["card"]["base"] = "bases/mine"
    assert _header(model_card(facts))["base_model"] == "bases/mine"
    (tmp_path / "bases" / "mine").mkdir(parents=True)
    assert "base_model" not in _header(model_card(facts))


def test_a_linear_package_has_no_base(facts: Facts) -> None:
    facts["package"]["form"] = "linear"
    text = model_card(facts)
    assert "base_model" not in _header(text)
    assert "minilm" not in text
    assert "`linear.safetensors`" in _section(text, "How to load")
    assert "safetensors" in _header(text)["tags"]


def test_what_a_reader_wants_to_know_first(facts: Facts) -> None:
    text = model_card(facts)
    assert (
        "# support\n\nSorts a text into one of 3 classes, or abstains. Macro F1 on 180 test" in text
    )
    assert _section(text, "Use") == "route messages"
    assert _section(text, "Not for") == "legal advice"
    data = _section(text, "Data")
    assert "licence of the data: not stated" in data
    assert "Rows: train 720, test 180. Split: group." in data


def test_results_stand_beside_baseline_with_how_they_were_measured(facts: Facts) -> None:
    results = _section(model_card(facts), "Results")
    assert "95 % intervals: 1,000 bootstrap resamples, each talk drawn as a whole." in results
    assert "| Metric | This model | linear | majority class |" in results
    assert "| macro F1 | 93.1 % [92.2, 94.0] | 92.5 % [92.2, 94.0] | not measured |" in results
    assert results.endswith("The gate holds (macro F1 at least 85.0 %: holds).")


def test_a_winner_that_is_the_baseline_stands_there_once(facts: Facts) -> None:
    facts["baseline"] = None
    results = _section(model_card(facts), "Results")
    assert "| Metric | This model | majority class |" in results


def test_a_gate_that_fails_or_is_absent(facts: Facts) -> None:
    failed = {**facts, "gate_holds": False, "gate": [{**facts["gate"][0], "holds": False}]}
    assert "The gate fails: this model should not be used as it is (macro F1" in model_card(failed)
    assert "The card sets no gate." in model_card({**facts, "gate": []})


def test_abstention_is_told_in_numbers(facts: Facts) -> None:
    assert _section(model_card(facts), "When it abstains").split("\n") == [
        "- At most 5 % of the answers are wrong.",
        "- On the test rows it answers 91.0 % [90.0, 92.0] and 4.0 % [3.0, 5.0] of these answers "
        "are wrong.",
        "- Share of messages of no class on which it abstains: 80.0 %.",
        "- Probabilities are calibrated; the calibration error (ECE) on the test rows is 1.4 %.",
    ]


def test_no_threshold_and_nothing_out_of_scope(facts: Facts) -> None:
    unmeasured = {**facts, "risk": {**facts["risk"], "oos_rejected": None}}
    told = _section(model_card(unmeasured), "When it abstains")
    assert "on which it abstains: not measured." in told
    open_to_all = {**facts, "risk": {**facts["risk"], "threshold": None, "oos_rejected": 1.0}}
    told = _section(model_card(open_to_all), "When it abstains")
    assert "No threshold keeps the promise: it abstains from every message." in told
    assert (
        "classes, but abstains from every message: no threshold keeps the promised risk. Macro F1"
    ) in model_card(open_to_all)
    assert "100.0 %" not in told


def test_a_blend_says_that_its_graph_is_only_half_of_it(facts: Facts) -> None:
    package = {**facts["package"], "form": "blend"}
    told = model_card({**facts, "package": package})
    assert "those of `model.onnx` alone are not the model's." in told
    assert "`linear.safetensors` and `vocabulary.json` hold a linear model" in told


def test_limits_name_the_weakest_classes_and_the_audits_warnings(facts: Facts) -> None:
    assert _section(model_card(facts), "Limits").split("\n") == [
        "- The numbers hold for messages like the test rows, and for nothing else.",
        "- Weakest classes by F1: card_lost 71.0 % [61.0, 75.0]; 转人工 80.0 % [70.0, 84.0]; "
        "refund 95.0 % [85.0, 99.0].",
        "- 3 texts repeat.",
        "- 1 address. Waived, because: it is invented.",
    ]


def test_a_missing_metric_is_left_out_of_the_header_and_said_in_the_table(facts: Facts) -> None:
    facts["test"]["ece"] = {"value": None, "low": None, "high": None}
    text = model_card(facts)
    (macro,) = _header(text)["model-index"][0]["results"][0]["metrics"]
    assert macro["type"] == "f1"
    assert "| calibration error (ECE) | not measured | not measured | not measured |" in text


def test_texts_of_users_stay_texts(facts: Facts) -> None:
    facts |= {"use": HOSTILE, "not_for": f"{HOSTILE}\n---\n# title"}
    facts["baseline"]["name"] = facts["per_class"][0]["label"] = HOSTILE
    facts["card"]["data"]["source"] |= {"path": HOSTILE, "licence": HOSTILE}
    facts["risk"]["sentence"] = facts["audit"]["findings"][0]["sentence"] = HOSTILE
    text = model_card(facts)
    body = text.split("---\n", 2)[2]
    assert "<script" not in body
    assert "&lt;script&gt;" in body
    assert "\\*bold\\*" in body
    assert "[x](" not in body.replace("\\[x\\](", "")
    assert "\n# title" not in body
    row = next(line for line in body.split("\n") if line.startswith("| Metric"))
    assert len(re.findall(r"(?<!\\)\|", row)) == 5
    assert _read_by_the_hub(text).model_name == "support"


def test_the_python_in_the_readme_runs(
    facts: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts["package"]["form"] = "linear"
    readme = model_card(facts)
    _write_package(tmp_path / "support", readme)
    assert (tmp_path / "support" / "README.md").read_text(encoding="utf-8") == readme
    (code,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    assert printed.getvalue().split()[0] == "refund"


def _write_package(folder: Path, readme: str) -> None:
    """Write a linear package that answers `refund` to `message` and `card` to nothing."""
    folder.mkdir()
    parts = {
        "idf": np.ones(1, dtype=np.float32),
        "coefficients": np.array([[-5.0, 5.0]], dtype=np.float32),
        "intercept": np.zeros(2, dtype=np.float32),
        "temperature": np.ones(1, dtype=np.float32),
    }
    save_file(parts, folder / "linear.safetensors")
    write_atomic(folder / "vocabulary.json", '["wmessage"]')
    evidence = EvidenceRows(
        texts=["a message"],
        labels=["refund"],
        rows=[1],
        ids=np.array([1]),
        views=np.zeros((1, 0), dtype=np.float32),
        log_probabilities=np.log(np.array([[0.1, 0.9]], dtype=np.float32)),
    )
    write_evidence(folder, evidence)
    contents = Contents(
        name="support",
        version="v1",
        created="2026-07-03",
        whet="0.1.0",
        form="linear",
        labels=("card", "refund"),
        dimension=0,
        data_version="ab" * 32,
    )
    write_contents(folder, contents, readme)
