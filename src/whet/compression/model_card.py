"""What does the README of a package say? A model card in the format of the Hugging Face hub.

A header in YAML that the hub reads, then what a person wants to know before using the model: what
it is for and not for, its data, how well it does and how that was measured, when it abstains, its
limits, and how to load it.

Source of the format: https://huggingface.co/docs/hub/model-cards
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from whet.core.text import is_chinese, words
from whet.evaluation.report.wording import (
    amount,
    count,
    is_number,
    measured,
    metric_name,
    moment,
    requirement,
    sentence,
    share,
    size,
)

Facts = Mapping[str, Any]

_HUB_BASES = {"minilm": "sentence-transformers/all-MiniLM-L6-v2"}
_HUB_METRICS = {
    "macro_f1": {"type": "f1", "args": {"average": "macro"}},
    "micro_f1": {"type": "f1", "args": {"average": "micro"}},
}
_ENGLISH = frozenset({"the", "is", "my", "to", "and", "how", "what", "can", "not", "you", "have"})
_WORST_CLASSES = 5
_WITHOUT_BASE = frozenset({"linear", "overlap"})
"""Forms that no pretrained model is part of."""
# A backslash makes each of these plain text; an underscore inside a word needs none.
_MARKDOWN = re.compile(r"[\\`*\[\]|#~]|(?<!\w)_|_(?!\w)")


def model_card(facts: Facts) -> str:
    """Return the README.md of a package, from the facts of its build."""
    header = yaml.safe_dump(_header(facts), sort_keys=False, allow_unicode=True)
    sections = (
        f"# {_plain(facts['name'])}",
        _headline(facts),
        f"## Use\n\n{_plain(facts['use'])}",
        f"## Not for\n\n{_plain(facts['not_for'])}",
        f"## Data\n\n{_data(facts)}",
        f"## Results\n\n{_results(facts)}",
        f"## When it abstains\n\n{_abstention(facts)}",
        f"## Limits\n\n{_bullets(_limits(facts))}",
        f"## How to load\n\n{_loading(facts)}",
    )
    return f"---\n{header}---\n\n" + "\n\n".join(sections) + "\n"


def _header(facts: Facts) -> dict[str, Any]:
    """Return what the hub reads. Nobody but the owner can choose the licence of the model."""
    source = facts["card"]["data"]["source"]["path"]
    hub_data = source.removeprefix("hf:") if source.startswith("hf:") else None
    is_linear = facts["package"]["form"] in _WITHOUT_BASE
    form = "safetensors" if is_linear else "onnx"
    header = {
        "language": _languages(facts),
        "license": "unknown",
        "pipeline_tag": "text-classification",
        "tags": ["whet", form, "calibrated", "selective-classification"],
        "base_model": None if is_linear else _hub_base(facts),
        "datasets": [hub_data] if hub_data else None,
        "metrics": list(dict.fromkeys(_hub_metric(name)["type"] for name in facts["test"])),
        "model-index": [_model_index(facts, hub_data or facts["name"])],
    }
    return {key: value for key, value in header.items() if value}


def _hub_base(facts: Facts) -> str | None:
    """Return the hub id of the base; None when it is a folder beside the card."""
    base = facts["card"]["base"]
    if base in _HUB_BASES:
        return _HUB_BASES[base]
    return None if (Path(facts["card_path"]).parent / base).is_dir() else str(base)


def _model_index(facts: Facts, data: str) -> dict[str, Any]:
    """Return the test results in the hub's structure, each with its interval."""
    level = facts["card"]["interval"]["level"]
    metrics = []
    for name, result in facts["test"].items():
        if is_number(result["value"]):
            known = _hub_metric(name)
            ends = {"low": result["low"], "high": result["high"], "level": level}
            metrics.append(
                {
                    "type": known["type"],
                    "name": metric_name(name),
                    "value": result["value"],
                    "args": {**known["args"], **ends},
                }
            )
    result = {
        "task": {"type": "text-classification", "name": "Text classification"},
        "dataset": {
            "type": data,
            "name": facts["name"],
            "split": "test",
            "args": {"version": facts["data"]["version"]},
        },
        "metrics": metrics,
    }
    return {"name": facts["name"], "results": [result]}


def _hub_metric(name: str) -> dict[str, Any]:
    """Return the hub's name of a metric, and what tells it apart from its namesakes."""
    return _HUB_METRICS.get(name, {"type": name, "args": {}})


def _languages(facts: Facts) -> list[str]:
    """Return language codes: those of a column `language`, else English and Chinese where seen."""
    named = {s["value"] for s in facts["slices"] if s["column"] == "language"}
    codes = sorted(value for value in named if re.fullmatch(r"[a-z]{2,3}", value))
    if codes:
        return codes
    examples = [e["text"] for f in facts["audit"]["findings"] for e in f["examples"]]
    texts = examples + [mistake["text"] for mistake in facts["mistakes"]]
    english = any(len(_ENGLISH.intersection(words(text))) >= 2 for text in texts)
    chinese = any(is_chinese(text) for text in texts)
    return ["en"] * english + ["zh"] * chinese


def _headline(facts: Facts) -> str:
    """Return what the model is and does, in three sentences."""
    package, classes = facts["package"], len(facts["data"]["labels"])
    primary = facts["card"]["metrics"]["primary"]
    # Without a threshold that keeps the promise, the served model answers nothing.
    never = ", but abstains from every message: no threshold keeps the promised risk"
    abstains = never if facts["risk"]["threshold"] is None else ", or abstains"
    is_pair = _is_pair(facts)
    does = (
        "Says whether two texts match" if is_pair else f"Sorts a text into one of {classes} classes"
    )
    return (
        f"{does}{abstains}. "
        f"{sentence(metric_name(primary))[:-1]} on {count(facts['data']['rows']['test'])} test "
        f"rows: {measured(primary, facts['test'].get(primary))}. "
        f"Built with Whet on {moment(facts['started'])}; "
        f"version {package['version']}, form {package['form']}, {size(package['bytes'])}."
    )


def _is_pair(facts: Facts) -> bool:
    """Return whether the model compares two texts."""
    return len(facts["card"].get("inputs", ())) > 1


def _data(facts: Facts) -> str:
    """Return where the rows come from, how many there are, and how they were held out."""
    source, rows = facts["card"]["data"]["source"], facts["data"]["rows"]
    parts = [f"{part.replace('_', ' ')} {count(n)}" for part, n in rows.items() if n]
    base = facts["card"]["base"]
    return _bullets(
        [
            f"Source: {_plain(source['path'])}; licence of the data: "
            f"{_plain(source['licence'] or 'not stated')}.",
            f"Rows: {', '.join(parts)}. Split: {facts['card']['split']['kind']}.",
            f"Data version: `{facts['data']['version']}`.",
            "The licence of the model is for its owner to choose; the header says `unknown`."
            + (
                "" if facts["package"]["form"] in _WITHOUT_BASE else f" The base is {_plain(base)}."
            ),
        ]
    )


def _results(facts: Facts) -> str:
    """Return how it was measured, the table of test results, and the gate."""
    interval = facts["card"]["interval"]
    card = facts["card"]
    linked = _is_pair(facts) and "text_overlap" not in card["waive"]
    alone = "set of rows that share texts" if linked else "row"
    unit = interval["unit"] or ", ".join(card["data"]["groups"][:1]) or alone
    how = (
        "Test rows were looked at once, after the winner was chosen. Brackets are "
        f"{share(interval['level'], 0)} intervals: {count(interval['n'])} bootstrap resamples, "
        f"each {_plain(unit)} drawn as a whole."
    )
    columns = [("This model", facts["test"])]
    for other in (facts["baseline"], facts["trivial"]):
        if other is not None:
            columns.append((_plain(other["name"]), other["test"]))
    rows = [["Metric", *(name for name, _ in columns)], ["---"] * (len(columns) + 1)]
    for name in facts["test"]:
        rows.append([metric_name(name), *(measured(name, test.get(name)) for _, test in columns)])
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"{how}\n\n{table}\n\n{_gate(facts)}"


def _gate(facts: Facts) -> str:
    """Return what had to hold before the model could be used, and whether it does."""
    if not facts["gate"]:
        return "The card sets no gate."
    asked = "; ".join(
        f"{metric_name(g['metric'])} {requirement(g['metric'], g['required'])}: "
        f"{'holds' if g['holds'] else 'fails'}"
        for g in facts["gate"]
    )
    verdict = "holds" if facts["gate_holds"] else "fails: this model should not be used as it is"
    return f"The gate {verdict} ({asked})."


def _abstention(facts: Facts) -> str:
    """Return what is promised about answers, and what happens to messages of no class."""
    risk, calibration = facts["risk"], facts["calibration"]
    lines = [_plain(risk["sentence"])]
    if risk["threshold"] is None:
        lines.append("No threshold keeps the promise: it abstains from every message.")
    else:
        lines.append(
            f"On the test rows it answers {measured('coverage', risk['coverage_interval'])} and "
            f"{measured('risk', risk['risk_interval'])} of these answers are wrong."
        )
        outside = share(risk["oos_rejected"])
        lines.append(f"Share of messages of no class on which it abstains: {outside}.")
    lines.append(
        "Probabilities are calibrated; the calibration error (ECE) on the test rows is "
        f"{amount('ece', calibration['ece_after'])}."
    )
    return _bullets(lines)


def _limits(facts: Facts) -> list[str]:
    """Return what the numbers do not cover, and where the model is weak."""
    lines = ["The numbers hold for messages like the test rows, and for nothing else."]
    worst = sorted(facts["per_class"], key=lambda row: row["f1"]["value"])[:_WORST_CLASSES]
    named = "; ".join(f"{_plain(row['label'])} {measured('f1', row['f1'])}" for row in worst)
    lines.append(f"Weakest classes by F1: {named}.")
    for finding in facts["audit"]["findings"]:
        if finding["severity"] == "waived":
            reason = sentence(f"waived, because: {finding['waived']}")
            lines.append(_plain(f"{sentence(finding['sentence'])} {reason}"))
        elif finding["severity"] == "warn":
            lines.append(_plain(sentence(finding["sentence"])))
    return lines


_LINEAR = "`linear.safetensors` and `vocabulary.json` hold a linear model over n-grams."
_ONNX = (
    "`model.onnx` takes `input_ids` and `attention_mask` (both int64, one row a text) and gives "
    "calibrated `probabilities` and three pooled `views`, the first of which is the embedding; "
    "`tokenizer.json` is its tokenizer."
)
_FILES = {
    "linear": _LINEAR,
    "onnx": _ONNX,
    "blend": f"{_ONNX} {_LINEAR} An answer mixes the probabilities of both, as `package.json` says "
    "under `blend`; those of `model.onnx` alone are not the model's.",
    "overlap": "`pair.safetensors` and `vocabulary.json` hold a linear head over what two texts "
    "have in common; `whet.serving.pairs.overlap` says what is measured.",
    "bi_encoder": "`model.onnx` takes `input_ids` and `attention_mask` (int64, one row a text) "
    "and gives three pooled `views` of each text, the first of which is its embedding; "
    "`pair.safetensors` holds the linear head over two of them, `tokenizer.json` is the tokenizer.",
}
"""What the files of each form are."""


def _loading(facts: Facts) -> str:
    """Return the commands that load the package, and what its model file takes and gives."""
    contents = _FILES[facts["package"]["form"].removesuffix("-int8")]
    is_pair = _is_pair(facts)
    shell = '"a message" "another one"' if is_pair else '"a message"'
    told = 'join_pair("a message", "another one")' if is_pair else '"a message"'
    imported = "from whet.core.pairs import join_pair\n" if is_pair else ""
    return f"""With this folder in the working directory:

```sh
pip install whet
whet predict ./{facts["name"]} {shell}
```

```python
from pathlib import Path

{imported}from whet.serving.package import open_package
from whet.serving.predictor import Predictor

predictor = Predictor(open_package(Path("{facts["name"]}")))
for answer in predictor.predict([{told}]):
    print("abstains" if answer.abstained else answer.label, answer.probability)
```

{contents} `package.json` holds the labels and the threshold."""


def _bullets(lines: Iterable[str]) -> str:
    """Return lines as a list."""
    return "\n".join(f"- {line}" for line in lines)


def _plain(text: str) -> str:
    """Return a user's text on one line, so that Markdown and HTML show it as it was written."""
    folded = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(lambda mark: f"\\{mark.group()}", folded)
